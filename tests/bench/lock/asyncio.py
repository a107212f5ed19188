# asyncio.py - a lock in asyncio, and in uvloop: free, and among a hundred tasks.
import asyncio
import time

PAIRS = 100_000
TASKS = 100
held = 0


async def measure_free():
    global held
    lock = asyncio.Lock()
    began = time.process_time()
    for _ in range(PAIRS):
        await lock.acquire()
        held += 1
        lock.release()
    seconds = time.process_time() - began
    assert held == PAIRS
    print(f"free {seconds * 1e9 / PAIRS:.3f}")


async def holder(lock):
    global held
    for _ in range(PAIRS // TASKS):
        await lock.acquire()
        held += 1
        await asyncio.sleep(0)
        lock.release()


async def measure_contended():
    global held
    held = 0
    lock = asyncio.Lock()
    began = time.process_time()
    await asyncio.gather(*(holder(lock) for _ in range(TASKS)))
    seconds = time.process_time() - began
    assert held == PAIRS
    print(f"among_100 {seconds * 1e9 / PAIRS:.3f}")


loop = asyncio.new_event_loop()
loop.run_until_complete(measure_free())
loop.run_until_complete(measure_contended())
print(f"# {PAIRS:,} pairs only: it is slow")
