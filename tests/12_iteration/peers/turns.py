"""What turns.c does, with asyncio: who asks a generator, turn by turn."""
import asyncio


async def letters(name):
    error = None
    for i in range(6):
        await asyncio.sleep(0)
        try:
            sent = yield f"{name}{i}"
            print(f"{name}: sent {sent}")
        except ValueError:
            print(f"{name}: ValueError")
        except GeneratorExit:
            print(f"{name}: GeneratorExit")
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            print(f"{name}: clean")
            raise
    print(f"{name}: no more")


async def twice(inner):
    async for value in inner:
        yield value
        yield value


async def read(who, generator):
    try:
        async for value in generator:
            print(f"{who}: {value}")
    except RuntimeError:
        print(f"{who}: RuntimeError")


async def throw(generator):
    for _ in range(3):
        value = await generator.__anext__()
        print(f"thrower: {value}")
        value = await generator.athrow(ValueError())
        print(f"thrower: {value}")
    await generator.aclose()
    print("thrower: closed")


async def main():
    a, b, c = letters("a"), letters("b"), letters("c")
    both = twice(b)
    await asyncio.gather(read("1", a), read("2", a), read("3", both),
                         throw(c))
    d, e = letters("d"), letters("e")
    print(await d.__anext__(), await d.asend(None), await e.__anext__())
    await asyncio.gather(d.aclose(), e.aclose())
    print("the end")


asyncio.run(main())
