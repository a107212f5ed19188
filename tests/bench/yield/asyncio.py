# asyncio.py - yielding in asyncio, and in uvloop: asyncio.sleep(0).
import asyncio
import time

YIELDS = 200_000
yields = 0


async def yielder(gate, each):
    global yields
    await gate
    for _ in range(each):
        await asyncio.sleep(0)
        yields += 1


async def measure(name, count):
    global yields
    yields = 0
    gate = loop.create_future()
    each = YIELDS // count
    tasks = [loop.create_task(yielder(gate, each)) for _ in range(count)]
    await asyncio.sleep(0)
    began = time.process_time()
    gate.set_result(None)
    for task in tasks:
        await task
    seconds = time.process_time() - began
    assert yields == YIELDS
    print(f"{name} {seconds * 1e9 / YIELDS:.3f}")


loop = asyncio.new_event_loop()
loop.run_until_complete(measure("2_tasks", 2))
loop.run_until_complete(measure("100_tasks", 100))
loop.run_until_complete(measure("10000_tasks", 10000))
print(f"# {YIELDS:,} yields only: it is slow")
