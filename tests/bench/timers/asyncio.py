# asyncio.py - timers in asyncio, and in uvloop: loop.call_later.
import asyncio
import time

TIMERS = 100_000
fired = 0
total = 0


def delays():
    state = 1
    for _ in range(TIMERS):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        yield 1 + state / 4294967296


def phase(name, operations, work):
    global total
    began = time.process_time()
    result = work()
    seconds = time.process_time() - began
    total += seconds
    print(f"{name} {seconds * 1e9 / operations:.3f}")
    return result


def fire():
    global fired
    fired += 1
    if fired == TIMERS // 2:
        loop.stop()


def cancel():
    for handle in handles[1::2]:
        handle.cancel()


loop = asyncio.new_event_loop()
drawn = list(delays())
handles = phase("schedule", TIMERS,
                lambda: [loop.call_later(delay, fire) for delay in drawn])
phase("cancel", TIMERS // 2, cancel)
phase("fire", TIMERS // 2, loop.run_forever)
print(f"all {total * 1e9 / (2 * TIMERS):.3f}")
print(f"# {TIMERS:,} timers only: it is slow")
