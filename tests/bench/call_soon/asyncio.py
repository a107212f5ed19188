# asyncio.py - call_soon in asyncio, and in uvloop.
import asyncio
import os
import time

CALLS = 100_000
BATCH = 100_000
calls = 0       # what is left to do


def measure(name, work):
    global calls
    calls = CALLS
    began = time.process_time()
    work()
    seconds = time.process_time() - began
    print(f"{name} {seconds * 1e9 / CALLS:.3f}")


def again():
    global calls
    calls -= 1
    if calls > 0:
        loop.call_soon(again)
    else:
        loop.stop()


def count():
    global calls
    calls -= 1


def nothing():
    pass


def chain(name, chains, readers):
    global loop
    loop = asyncio.new_event_loop()
    ends = os.pipe()
    fds = [os.dup(ends[0]) for _ in range(readers)]
    for fd in fds:
        loop.add_reader(fd, nothing)

    def run():
        for _ in range(chains):
            loop.call_soon(again)
        loop.run_forever()

    measure(name, run)
    for fd in fds:
        loop.remove_reader(fd)
    loop.close()
    for fd in (*fds, *ends):
        os.close(fd)


def batches():
    while calls > 0:
        for _ in range(BATCH):
            loop.call_soon(count)
        loop.call_soon(loop.stop)
        loop.run_forever()


chain("chain", 1, 0)
chain("100_chains", 100, 0)
loop = asyncio.new_event_loop()
measure("batch", batches)
loop.close()
chain("chain_1_reader", 1, 1)
chain("chain_450_readers", 1, 450)
print(f"# {CALLS:,} callbacks only: it is slow")
