"""What echo.c and send.c do, with asyncio and with plain sockets.

    peer.py serve PORT               asyncio: echoes one connection, then ends
    peer.py send PORT TEXT...        asyncio: sends lines, prints what comes
    peer.py plain-serve PORT         socket: the same two
    peer.py plain-send PORT TEXT...
"""
import asyncio
import socket
import sys


async def serve(port):
    done = asyncio.get_running_loop().create_future()

    async def meet(reader, writer):
        data = await reader.read()
        writer.write(data)
        writer.close()
        await writer.wait_closed()
        done.set_result(len(data))

    server = await asyncio.start_server(meet, "127.0.0.1", port)
    print("asyncio is listening", flush=True)
    print(await done, "bytes", flush=True)
    server.close()


async def send(port, words):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for word in words:
        writer.write(word.encode() + b"\n")
    await writer.drain()
    writer.write_eof()
    print((await reader.read()).decode(), end="")
    writer.close()
    await writer.wait_closed()


def read_all(connection):
    return b"".join(iter(lambda: connection.recv(1000), b""))


def plain_serve(port):
    with socket.create_server(("127.0.0.1", port)) as server:
        print("a socket is listening", flush=True)
        connection, _ = server.accept()
        with connection:
            data = read_all(connection)
            connection.sendall(data)
        print(len(data), "bytes")


def plain_send(port, words):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for word in words:
            connection.sendall(word.encode() + b"\n")
        connection.shutdown(socket.SHUT_WR)
        print(read_all(connection).decode(), end="")


what, number, *rest = sys.argv[1:]
if what == "serve":
    asyncio.run(serve(int(number)))
elif what == "send":
    asyncio.run(send(int(number), rest))
elif what == "plain-serve":
    plain_serve(int(number))
else:
    plain_send(int(number), rest)
