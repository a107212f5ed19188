# children.py - what children.c does, with asyncio.
import asyncio
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT


def text_of(data):
    return "-" if data is None else data.decode()


async def shell(command, given=None, **how):
    process = await asyncio.create_subprocess_shell(command, **how)
    output, error = await process.communicate(given)
    print(f"{command}: {process.returncode} [{text_of(output)}] "
          f"[{text_of(error)}]")


async def starts():
    for program in ("/no/such/program", "no-such-program", "/", "/dev/null/x"):
        try:
            await asyncio.create_subprocess_exec(program)
        except OSError as error:
            print(f"{program}: {type(error).__name__}")
    try:
        await asyncio.create_subprocess_exec("true", cwd="/no/such")
    except OSError as error:
        print(f"cwd: {type(error).__name__}")


async def signals():
    process = await asyncio.create_subprocess_exec("sleep", "1000")
    process.terminate()
    codes = await asyncio.gather(*[process.wait() for _ in range(3)])
    print("terminate:", *codes)
    for send in (process.terminate, process.kill):
        try:
            send()
        except ProcessLookupError as error:
            print("too late:", type(error).__name__)
    process = await asyncio.create_subprocess_exec("sleep", "1000")
    try:
        await asyncio.wait_for(process.wait(), 0.01)
    except asyncio.TimeoutError:
        print("it runs on:", process.returncode)
    process.send_signal(signal.SIGUSR1)
    print("USR1:", await process.wait())


async def lines():
    process = await asyncio.create_subprocess_exec(
        "cat", stdin=PIPE, stdout=PIPE)
    for text in (b"one\n", b"two\n", b"no end"):
        process.stdin.write(text)
        if not text.endswith(b"\n"):
            process.stdin.close()
        line = await process.stdout.readline()
        print("line:", line.decode().rstrip("\n"))
    print("cat:", await process.wait())


async def main():
    await starts()
    await shell("echo out; echo err >&2; exit 3", stdout=PIPE, stderr=PIPE)
    await shell("echo out; echo err >&2", stdout=PIPE, stderr=STDOUT)
    await shell("cat; echo err >&2", b"given", stdin=PIPE, stdout=PIPE,
                stderr=DEVNULL)
    await shell("cat", stdin=DEVNULL, stdout=PIPE)
    await shell("pwd; echo $A", stdout=PIPE, cwd="/", env={"A": "b"})
    await shell("no-such-program", stderr=DEVNULL)
    await shell("kill -TERM $$")
    await shell("kill -PIPE $$; exit 4")
    await shell("true", b"x" * 1000000, stdin=PIPE, stdout=PIPE)
    await signals()
    await lines()

asyncio.run(main())
