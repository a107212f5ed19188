"""asyncio.py - an echo server with asyncio's streams."""
import asyncio
import sys
import time

expected = int(sys.argv[2]) if len(sys.argv) > 2 else 1
begun = ended = 0
began = 0


async def main():
    done = asyncio.get_running_loop().create_future()

    async def echo(reader, writer):
        global begun, ended, began
        begun += 1
        if begun == expected:
            began = time.process_time_ns()
        while data := await reader.read(16384):
            writer.write(data)
            await writer.drain()
        writer.close()
        ended += 1
        if ended == expected:
            done.set_result(None)

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await done
    print(time.process_time_ns() - began, flush=True)


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
