# asyncio.py - a million sleeping tasks in asyncio, and in uvloop.  The time in
# which they all sleep is not counted.
import asyncio
import resource
import sys
import time

TASKS = 1_000_000
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
    began = loop.time()
    wake_at = began + 30
    tasks = [loop.create_task(sleeper()) for _ in range(TASKS)]
    await asyncio.sleep(0)
    seconds = loop.time() - began
    assert asleep == TASKS and woken == 0, "they do not all sleep"
    for task in tasks:
        await task
    seconds += loop.time() - wake_at
    assert woken == TASKS
    print(f"wall {seconds:.3f}")
    print(f"cpu {time.process_time():.3f}")
    print(f"GiB {peak_memory() / 1024 / 1024:.3f}")


loop = asyncio.new_event_loop()
loop.run_until_complete(measure())
