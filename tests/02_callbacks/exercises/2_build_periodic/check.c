/* Virtual time.  A callback that takes long is one that moves the clock. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/02_callbacks/exercises/2_build_periodic/periodic.h"

#include <math.h>

/* ---- A loop, and what is called ---- */
static Loop *loop;
static Periodic periodic, other;
static double times[64];
static int calls;

static void call(void *arg)
{
    CHECK_PTR(arg, times);
    if (calls < 64)
        times[calls] = loop_time(loop);
    calls++;
}

static void set_up(void)
{
    unsetenv("WEFT_SHUFFLE");    /* some of it is about order */
    loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
}

static void at(double when, Callback *callback, void *arg)
{
    CHECK(loop_call_at(loop, when, callback, arg) != 0);
}

static void run_until(double when)
{
    at(when, loop_stop_callback, loop);
    CHECK_INT(loop_run_forever(loop), 0);
}

static void start(double period, Callback *callback)
{
    CHECK_INT(periodic_start(&periodic, loop, period, callback, times), 0);
}

static void check_times(int count, const double *wanted)
{
    for (int i = 0; i < count && i < calls; i++)
        CHECK_DOUBLE(times[i], wanted[i], 1e-9);
    CHECK_INT(calls, count);
}

/* ---- On time ---- */
TEST_FOR(1, it_is_called_at_each_multiple)
{
    HINT("each call schedules the next one");
    set_up();
    run_until(5);
    start(2, call);
    run_until(12);
    check_times(3, (double[]){ 7, 9, 11 });
    run_until(16);
    check_times(5, (double[]){ 7, 9, 11, 13, 15 });
    loop_free(loop);
}

static double latest;

static void measure(void *arg)
{
    calls++;
    latest = loop_time(loop);
}

TEST_FOR(1, rounding_errors_do_not_add_up)
{
    HINT("start + count * period is rounded twice, however large the count is");
    enum { CALLS = 200000 };
    set_up();
    run_until(0.3);
    start(0.1, measure);
    run_until(0.35 + CALLS * 0.1);
    CHECK_INT(calls, CALLS);
    CHECK_DOUBLE(latest, 0.3 + CALLS * 0.1, 1e-9);
    loop_free(loop);
}

/* ---- Late ---- */
static void take_long(void *seconds)
{
    loop->virtual_now += *(double *)seconds;
}

static double lasts = 6.5;

TEST_FOR(1, a_call_that_is_late_does_not_delay_the_next)
{
    HINT("when is the next one due, counted from the start?");
    static double little = 1.3;
    set_up();
    start(2, call);
    at(3, take_long, &little);
    at(7, take_long, &little);
    run_until(11);
    check_times(5, (double[]){ 2, 4.3, 6, 8.3, 10 });
    loop_free(loop);
}

TEST_FOR(1, what_was_missed_is_left_out)
{
    HINT("the next multiple that lies ahead: after the present moment");
    static double to_a_multiple = 3;
    set_up();
    start(2, call);
    at(3, take_long, &lasts);
    at(13, take_long, &to_a_multiple);
    run_until(19);
    check_times(6, (double[]){ 2, 9.5, 10, 12, 16, 18 });
    loop_free(loop);
}

static void call_long(void *arg)
{
    call(arg);
    if (calls == 2)
        take_long(&lasts);
}

TEST_FOR(1, its_own_callback_may_be_what_makes_it_late)
{
    HINT("schedule the next call before you call");
    set_up();
    start(2, call_long);
    run_until(15);
    check_times(5, (double[]){ 2, 4, 10.5, 12, 14 });
    loop_free(loop);
}

/* ---- Stopped ---- */
/* Somebody else uses the memory. */
static void overwrite(void)
{
    memset(&periodic, 0xee, sizeof periodic);
}

static void stop(void *arg)
{
    periodic_stop(&periodic);
    periodic_stop(&periodic);
    overwrite();
}

/* The second time, both are due in the same turn. */
TEST_FOR(1, once_stopped_it_leaves_its_memory_alone)
{
    HINT("periodic_stop() cancels the timer, and remembers that there is none");
    set_up();
    start(2, call);
    at(5, stop, NULL);
    run_until(20);
    check_times(2, (double[]){ 2, 4 });
    at(24, stop, NULL);
    start(2, call);
    run_until(40);
    check_times(3, (double[]){ 2, 4, 22 });
    CHECK_INT(loop->timers.count, 0);
    loop_free(loop);
}

static void call_and_stop(void *arg)
{
    call(arg);
    if (calls == 3)
        stop(NULL);
}

TEST_FOR(2, its_own_callback_may_stop_it)
{
    HINT("after the callback the Periodic may be gone: do not look at it");
    set_up();
    start(2, call_and_stop);
    run_until(20);
    check_times(3, (double[]){ 2, 4, 6 });
    CHECK_INT(loop->timers.count, 0);
    loop_free(loop);
}

static void call_and_start_anew(void *arg)
{
    call(arg);
    if (calls == 2) {
        stop(NULL);
        start(5, call);
    }
}

TEST_FOR(1, its_own_callback_may_start_it_anew)
{
    HINT("what was scheduled before the callback is what it cancels");
    set_up();
    start(2, call_and_start_anew);
    run_until(20);
    check_times(5, (double[]){ 2, 4, 9, 14, 19 });
    periodic_stop(&periodic);
    CHECK_INT(loop->timers.count, 0);
    loop_free(loop);
}

/* ---- Several, and none ---- */
TEST_FOR(1, what_makes_no_sense_is_refused)
{
    HINT("a comparison with NaN is false, whichever you choose");
    set_up();
    CHECK_INT(periodic_start(&other, loop, 0, call, times), E_VALUE);
    CHECK_INT(periodic_start(&other, loop, -1, call, times), E_VALUE);
    CHECK_INT(periodic_start(&other, loop, NAN, call, times), E_VALUE);
    CHECK_INT(periodic_start(&other, loop, 1, NULL, times), E_VALUE);
    CHECK_INT(loop->timers.count, 0);
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(periodic_start(&other, loop, 1, call, times), EINVAL);
    loop_free(loop);
}

TEST(two_do_not_know_of_each_other)
{
    set_up();
    start(2, call);
    CHECK_INT(periodic_start(&other, loop, 3, call, times), 0);
    run_until(5);
    periodic_stop(&other);
    run_until(9);
    check_times(5, (double[]){ 2, 3, 4, 6, 8 });
    loop_free(loop);
}
