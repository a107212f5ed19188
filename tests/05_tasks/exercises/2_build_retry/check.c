/* Time is virtual. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/05_tasks/exercises/2_build_retry/retry.h"

#include <math.h>

/* ---- What is tried ---- */
enum { CALLS = 8 };

static Loop *loop;
static int errors[CALLS];    /* what each call returns */
static bool is_slow;         /* each call takes a second */
static int calls;
static double called[CALLS];    /* when */
static Task *caller;

static int try_it(void *arg, Value *result)
{
    CHECK_PTR(arg, errors);
    CHECK(calls < CALLS);
    CHECK_PTR(async_current_task(), caller);    /* no task of its own */
    int call = calls++;
    called[call] = loop_time(loop);
    CHECK(result != NULL);
    CHECK_PTR(result->p, NULL);
    if (call % 2 == 0)
        result->i = 100 + call;
    int err = is_slow ? async_sleep(1) : 0;
    return err != 0 ? err : errors[call];
}

/* ---- Who tries ---- */
typedef struct Try {
    int times;
    double delay;
    bool wants_result;
    Value result;
} Try;

static Try with;

static int run_retry(void *arg, Value *result)
{
    caller = async_current_task();
    with.result.i = -1;
    return retry(try_it, errors, with.times, with.delay,
                 with.wants_result ? &with.result : NULL);
}

/* ---- Around each test ---- */
static void set_up(int times, double delay)
{
    loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    for (int i = 0; i < CALLS; i++)
        errors[i] = E_USER + i;
    is_slow = false;
    calls = 0;
    with = (Try){ times, delay, true, { .p = NULL } };
}

static void tear_down(void)
{
    CHECK_INT(loop->users, 1);
    loop_free(loop);
}

/* Returns when it was over; that may be cancelled at a time. */
static double run_and_cancel(int err, double when)
{
    Task *task = loop_create_task(loop, run_retry, NULL);
    CHECK(task != NULL);
    CHECK(loop_call_at(loop, when, future_cancel_callback, task) != 0);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), err);
    task_release(task);
    return loop_time(loop);
}

static double run(int err)
{
    return run_and_cancel(err, INFINITY);
}

/* ---- The tests ---- */
TEST_FOR(1, it_is_called_until_it_succeeds)
{
    HINT("0 is success: return it at once");
    for (int good = 0; good < 5; good++) {
        set_up(5, 1);
        errors[good] = 0;
        double ended = run(0);
        CHECK_INT(calls, good + 1);
        CHECK_INT(with.result.i, good % 2 ? 0 : 100 + good);
        CHECK_DOUBLE(ended, called[good], 0.01);
        tear_down();
    }
}

TEST_FOR(1, it_sleeps_between_two_calls_twice_as_long_each_time)
{
    HINT("five calls have four sleeps between them, and none behind them");
    set_up(5, 0.5);
    double ended = run(E_USER + 4);
    CHECK_INT(calls, 5);
    static const double wanted[] = { 0, 0.5, 1.5, 3.5, 7.5 };
    for (int i = 0; i < 5; i++)
        CHECK_DOUBLE(called[i], wanted[i], 0.01);
    CHECK_DOUBLE(ended, 7.5, 0.01);
    tear_down();

    set_up(3, 1);
    is_slow = true;
    ended = run(E_USER + 2);
    CHECK_DOUBLE(called[1], 2, 0.01);    /* from the end of the first */
    CHECK_DOUBLE(called[2], 5, 0.01);
    CHECK_DOUBLE(ended, 6, 0.01);
    tear_down();
}

TEST_FOR(1, the_last_error_is_its_own_with_its_detail)
{
    HINT("zero *result before each call; with NULL, use a Value of yours");
    for (int times = 1; times < CALLS; times++) {
        set_up(times, 0);
        with.wants_result = times != 3;
        run(E_USER + times - 1);
        CHECK_INT(calls, times);
        CHECK_INT(with.result.i, times == 3 ? -1 : times % 2 ? 99 + times : 0);
        tear_down();
    }
}

TEST_FOR(1, who_is_cancelled_does_not_try_again)
{
    HINT("E_CANCELLED can come from the function, and from your own sleep");
    set_up(5, 4);    /* in the second sleep: 4 to 12 */
    CHECK_DOUBLE(run_and_cancel(E_CANCELLED, 6), 6, 0.01);
    CHECK_INT(calls, 2);
    CHECK_PTR(with.result.p, NULL);
    tear_down();

    set_up(5, 4);    /* in the first sleep, with a detail of the first call */
    CHECK_DOUBLE(run_and_cancel(E_CANCELLED, 3), 3, 0.01);
    CHECK_INT(calls, 1);
    CHECK_PTR(with.result.p, NULL);
    tear_down();

    set_up(5, 4);    /* in the second call: 5 to 6 */
    is_slow = true;
    CHECK_DOUBLE(run_and_cancel(E_CANCELLED, 5.5), 5.5, 0.01);
    CHECK_INT(calls, 2);
    tear_down();

    set_up(5, 4);    /* the function says so itself */
    errors[2] = E_CANCELLED;
    run(E_CANCELLED);
    CHECK_INT(calls, 3);
    CHECK_PTR(with.result.p, NULL);
    tear_down();
}

TEST_FOR(1, what_makes_no_sense_is_refused)
{
    HINT("how does NaN compare?");
    static const struct { int times; double delay; } cases[] = {
        { 0, 1 }, { -1, 1 }, { 3, -0.5 }, { 3, NAN }, { 1, NAN }
    };
    for (int i = 0; i < 5; i++) {
        set_up(cases[i].times, cases[i].delay);
        run(E_VALUE);
        CHECK_INT(calls, 0);
        tear_down();
    }
}
