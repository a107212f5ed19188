"""asyncio.py - children in asyncio: tasks that start one and wait for it."""
import asyncio
import time

CHILDREN, TOGETHER = 320, 32


async def run_children(n):
    for _ in range(n):
        process = await asyncio.create_subprocess_exec("/bin/true")
        assert await process.wait() == 0


async def measure(name, together):
    began = time.perf_counter_ns()
    await asyncio.gather(*(run_children(CHILDREN // together)
                           for _ in range(together)))
    print(f"{name} {(time.perf_counter_ns() - began) / CHILDREN:.3f}")


async def main():
    await measure("one", 1)
    await measure("together_32", TOGETHER)
    large = bytearray(1 << 30)
    large[::4096] = b"x" * (len(large) // 4096)
    await measure("large_one", 1)
    await measure("large_32", TOGETHER)


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
loop.run_until_complete(main())
