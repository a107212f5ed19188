# asyncio.py - sleeping tasks in asyncio, and in uvloop: asyncio.sleep.
import asyncio
import resource
import sys
import time

TASKS = 100_000
asleep = woken = 0


def peak_memory():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform == "darwin" else peak


async def sleeper():
    global asleep, woken
    asleep += 1
    await asyncio.sleep(wake_at - loop.time())
    woken += 1


async def measure():
    global wake_at
    tasks = [None] * TASKS
    memory = peak_memory()
    wake_at = loop.time() + 6
    began = time.process_time()
    for i in range(TASKS):
        tasks[i] = loop.create_task(sleeper())
    await asyncio.sleep(0)
    seconds = time.process_time() - began
    assert asleep == TASKS and woken == 0, "they do not all sleep"
    print(f"start {seconds * 1e9 / TASKS:.3f}")
    print(f"KiB {(peak_memory() - memory) / TASKS:.3f}")
    began = time.process_time()
    for task in tasks:
        await task
    seconds = time.process_time() - began
    assert woken == TASKS
    print(f"end {seconds * 1e9 / TASKS:.3f}")


loop = asyncio.new_event_loop()
loop.run_until_complete(measure())
