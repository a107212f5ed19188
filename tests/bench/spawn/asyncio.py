# asyncio.py - starting tasks in asyncio, and in uvloop: loop.create_task.
import asyncio
import time

TASKS = 100_000
BURST = 100_000
ran = 0


async def nothing():
    global ran
    ran += 1


async def one():
    for _ in range(TASKS):
        await loop.create_task(nothing())


async def burst():
    for task in [loop.create_task(nothing()) for _ in range(BURST)]:
        await task


def measure(name, work, count):
    global ran
    ran = 0
    began = time.process_time()
    loop.run_until_complete(work())
    seconds = time.process_time() - began
    assert ran == count
    print(f"{name} {seconds * 1e9 / count:.3f}")


loop = asyncio.new_event_loop()
measure("one", one, TASKS)
measure("first_100000", burst, BURST)
measure("again_100000", burst, BURST)
print(f"# {TASKS:,} tasks one after the other only: it is slow")
