# asyncio.py - what lies below asyncio: a generator, driven by send().
import time

PAIRS = 1_000_000
left = PAIRS


def count():
    global left
    while left > 0:
        left -= 1
        yield


generator = count()
next(generator)
send = generator.send
began = time.process_time()
for _ in range(PAIRS - 1):
    send(None)
seconds = time.process_time() - began
assert left == 0
print(f"longjmp {seconds * 1e9 / (2 * PAIRS):.3f}")
print("# generator.send(): no stack of its own, so it yields from there only")
