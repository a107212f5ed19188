# asyncio.py - gathering tasks in asyncio, and in uvloop.
import asyncio
import time


async def measure(name, count):
    began = time.process_time()
    await asyncio.gather(*(asyncio.sleep(0.001) for _ in range(count)))
    seconds = time.process_time() - began
    print(f"{name} {seconds * 1e9 / count:.3f}")


loop = asyncio.new_event_loop()
loop.run_until_complete(measure("first_100000", 100_000))
loop.run_until_complete(measure("100", 100))
loop.run_until_complete(measure("10000", 10_000))
loop.run_until_complete(measure("100000", 100_000))
