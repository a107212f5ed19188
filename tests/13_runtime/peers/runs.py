# runs.py - what runs.c does, with asyncio.
import asyncio
import contextvars
import os
import signal


# ---- One run
async def work(error=None):
    if error is not None:
        raise error


def show(what, function):
    try:
        function()
        print(f"{what}: ok")
    except BaseException as error:
        print(f"{what}: {type(error).__name__}")


async def cancel_itself():
    asyncio.current_task().cancel()
    await asyncio.sleep(0)


async def run_within():
    coroutine = work()
    try:
        asyncio.run(coroutine)
    finally:
        coroutine.close()


# ---- What is left
async def clean_up(name):
    try:
        await asyncio.Event().wait()
    finally:
        print(f"{name} is cancelled")
        await asyncio.sleep(0.001)
        print(f"{name} has ended")


async def count():
    try:
        while True:
            yield 1
    finally:
        print("the generator is closed")


async def leave():
    global task, generator
    task = asyncio.create_task(clean_up("a task"))
    generator = count()
    await anext(generator)
    await asyncio.sleep(0)
    print("main returns")


# ---- SIGINT
async def be_interrupted(gives_in):
    os.kill(os.getpid(), signal.SIGINT)
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        print(f"main has {type(error).__name__}")
        if gives_in:
            raise


async def cancel_main_too():
    os.kill(os.getpid(), signal.SIGINT)
    try:
        await asyncio.sleep(10)
    finally:
        asyncio.current_task().cancel()


# ---- Several runs
user = contextvars.ContextVar("user")


async def set_user():
    user.set(7)


async def get_user():
    return user.get()


def run_several():
    runner = asyncio.Runner()
    show("init", lambda: runner.get_loop())
    show("set", lambda: runner.run(set_user()))
    values = []
    show("get", lambda: values.append(runner.run(get_user())))
    print(f"the user is {values[0]}")
    show("close", runner.close)
    show("close again", runner.close)
    coroutine = get_user()
    show("closed", lambda: runner.run(coroutine))
    coroutine.close()


show("a result", lambda: asyncio.run(work()))
show("an error", lambda: asyncio.run(work(ValueError())))
show("cancelled", lambda: asyncio.run(cancel_itself()))
show("within", lambda: asyncio.run(run_within()))
show("leave", lambda: asyncio.run(leave()))
show("gives in", lambda: asyncio.run(be_interrupted(True)))
show("goes on", lambda: asyncio.run(be_interrupted(False)))
show("cancelled, too", lambda: asyncio.run(cancel_main_too()))
signal.signal(signal.SIGINT, signal.SIG_IGN)
show("ignored", lambda: asyncio.run(work()))
signal.signal(signal.SIGINT, signal.default_int_handler)
run_several()
