# asyncio.py - values through a queue in asyncio, and in uvloop.
import asyncio
import time

VALUES = 100_000


async def produce(queue):
    for i in range(VALUES):
        await queue.put(i)


async def consume(queue):
    total = 0
    for _ in range(VALUES):
        total += await queue.get()
    return total


async def measure(name, size):
    queue = asyncio.Queue(size)
    began = time.process_time()
    _, total = await asyncio.gather(produce(queue), consume(queue))
    seconds = time.process_time() - began
    assert total == VALUES * (VALUES - 1) // 2
    print(f"{name} {seconds * 1e9 / VALUES:.3f}")


loop = asyncio.new_event_loop()
loop.run_until_complete(measure("of_1", 1))
loop.run_until_complete(measure("of_100", 100))
print(f"# {VALUES:,} values only: it is slow")
