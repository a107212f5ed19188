"""asyncio.py - jobs in threads: asyncio.to_thread()."""
import asyncio
import time

JOBS, TOGETHER = 5000, 100


def answer():
    return 42


async def run_jobs(n):
    for _ in range(n):
        assert await asyncio.to_thread(answer) == 42


async def measure(name, together):
    began = time.perf_counter_ns()
    await asyncio.gather(*(run_jobs(JOBS // together)
                           for _ in range(together)))
    print(f"{name} {(time.perf_counter_ns() - began) / JOBS:.3f}")


async def main():
    await measure("one", 1)
    await measure("together_100", TOGETHER)


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
loop.run_until_complete(loop.shutdown_default_executor())
