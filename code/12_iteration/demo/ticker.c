/* Two generators that are told something with each question: an average, and a
 * clock that its reader sets. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../generator.h"

enum { E_RESET = E_USER };

static AsyncGenerator *begin(CoroFn *function, void *arg)
{
    return must_have(async_generator_new(function, arg), "generator");
}

/* ---- An average ---- */
/* Of all that it was sent.  A reset forgets them. */
static int average(void *arg, Value *result)
{
    double total = 0, n = 0;
    int err = 0;
    while (err == 0) {
        Value sent;
        err = async_yield((Value){ .d = n > 0 ? total / n : 0 }, &sent);
        total = err == 0 ? total + sent.d : 0;
        n = err == 0 ? n + 1 : 0;
        if (err == E_RESET)
            err = 0;
    }
    return err;
}

/* ---- Sending ---- */
/* The first question has nowhere to put a value: nobody waits for it yet. */
static int measure(void *arg, Value *result)
{
    double numbers[] = { 10, 20, 60 };
    AsyncGenerator *averages = begin(average, NULL);
    Value now = { .d = 1 };
    int err = async_generator_send(averages, now, &now);
    printf("sent too early: %s\n", error_name(err));
    err = async_generator_next(averages, &now);
    for (int i = 0; i < 3 && err == 0; i++) {
        err = async_generator_send(averages, (Value){ .d = numbers[i] }, &now);
        printf("sent %.0f: %.0f\n", numbers[i], now.d);
    }
    if (err == 0)
        err = async_generator_throw(averages, E_RESET, &now);
    printf("reset: %.0f\n", now.d);
    int also = async_generator_aclose(averages);
    async_generator_free(averages);
    return err != 0 ? err : also;
}

/* ---- A clock ---- */
/* Ticks every second, or as often as it is told to; a reset counts anew. */
static int tick(void *arg, Value *result)
{
    double interval = 1;
    long long count = 0;
    int err = 0;
    while (err == 0 && (err = async_sleep(interval)) == 0) {
        Value sent;
        err = async_yield((Value){ .i = ++count }, &sent);
        if (err == 0 && sent.d > 0)
            interval = sent.d;
        if (err == E_RESET)
            count = err = 0;
    }
    return err;
}

/* ---- Setting the clock ---- */
static void say(int err, Value count)
{
    if (err == 0)
        printf("%4.1f s: tick %lld\n", loop_time(async_get_running_loop()),
               count.i);
    else
        printf("%4.1f s: %s\n", loop_time(async_get_running_loop()),
               error_name(err));
}

static int set_clock(void *arg, Value *result)
{
    AsyncGenerator *clock = begin(tick, NULL);
    Value count;
    say(async_generator_next(clock, &count), count);
    say(async_generator_next(clock, &count), count);
    say(async_generator_send(clock, (Value){ .d = 0.5 }, &count), count);
    say(async_generator_next(clock, &count), count);
    say(async_generator_throw(clock, E_RESET, &count), count);
    int err = async_generator_aclose(clock);
    say(async_generator_next(clock, &count), count);
    async_generator_free(clock);
    return err;
}

int main(void)
{
    error_define(E_RESET, "Reset", "begin anew");
    must_succeed(run_virtual(measure, NULL), "average");
    must_succeed(run_virtual(set_clock, NULL), "clock");
    return 0;
}
