# asyncio.py - values from an async generator in asyncio, and in uvloop.
import asyncio
import time

VALUES = 500_000


async def count():
    for i in range(VALUES):
        yield i


async def count_and_wait():
    for i in range(VALUES):
        await asyncio.sleep(0)
        yield i


async def pass_on(source):
    async for value in source:
        yield value


async def measure(name, generator):
    values = total = 0
    began = time.process_time()
    async for value in generator:
        total += value
        values += 1
    seconds = time.process_time() - began
    assert values == VALUES and total == (VALUES - 1) * VALUES // 2
    print(f"{name} {seconds * 1e9 / VALUES:.3f}")


loop = asyncio.new_event_loop()
loop.run_until_complete(measure("value", count()))
loop.run_until_complete(measure("after_a_turn", count_and_wait()))
loop.run_until_complete(measure("passed_on", pass_on(count())))
print(f"# {VALUES:,} values only: it is slow")
