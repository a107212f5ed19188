/* The rules behind CPython's own tests of timeout(): each test here names the
 * one it was read from, in test_timeouts.py. */
#include "cpython.h"

/* ---- One ---- */
static int sleep_in(Timeout *cm, double timeout, double delay)
{
    CHECK_INT(timeout_enter(cm, timeout), 0);
    return timeout_exit(cm, async_sleep(delay));
}

static int time_out(void *arg, Value *result)
{
    Timeout cm;
    CHECK_INT(sleep_in(&cm, 0.01, 10), E_TIMEOUT);
    CHECK(timeout_expired(&cm));
    CHECK_DOUBLE(now(), 0.01, 1e-6);
    return 0;
}

TEST(timeout_basic)    /* CPython: test_timeout_basic */
{
    run(time_out);
}

static int sleep_until(Timeout *cm, double deadline, double delay)
{
    CHECK_INT(timeout_enter_at(cm, deadline), 0);
    return timeout_exit(cm, async_sleep(delay));
}

static int time_out_at(void *arg, Value *result)
{
    Timeout cm;
    double deadline = now() + 0.01;
    CHECK_INT(sleep_until(&cm, deadline, 10), E_TIMEOUT);
    CHECK(timeout_expired(&cm));
    CHECK(timeout_when(&cm) == deadline);
    return 0;
}

TEST(timeout_at_basic)    /* CPython: test_timeout_at_basic */
{
    run(time_out_at);
}

/* ---- Two ---- */
static int sleep_in_both(Timeout *cm1, Timeout *cm2, double deadline)
{
    CHECK_INT(timeout_enter_at(cm1, deadline), 0);
    int err = sleep_until(cm2, deadline, 10);
    CHECK_INT(err, E_CANCELLED);
    return timeout_exit(cm1, err);
}

static int time_out_both(void *arg, Value *result)
{
    Timeout cm1, cm2;
    CHECK_INT(sleep_in_both(&cm1, &cm2, now() + 0.01), E_TIMEOUT);
    CHECK(timeout_expired(&cm1));
    CHECK(timeout_expired(&cm2));
    CHECK_INT(cancelling(), 0);
    return 0;
}

/* CPython: test_nested_timeouts.  With one deadline, the outer one has it. */
TEST(nested_timeouts)
{
    run(time_out_both);
}

static int sleep_and_see(bool *was_cancelled)
{
    Timeout cm;
    CHECK_INT(timeout_enter(&cm, 0.01), 0);
    int err = async_sleep(10);
    *was_cancelled = err == E_CANCELLED;
    return timeout_exit(&cm, err);
}

static int see_cancelled(void *arg, Value *result)
{
    bool was_cancelled = false;
    CHECK_INT(sleep_and_see(&was_cancelled), E_TIMEOUT);
    CHECK(was_cancelled);
    return 0;
}

TEST(waiter_cancelled)    /* CPython: test_waiter_cancelled */
{
    run(see_cancelled);
}

/* ---- Not called, and disabled ---- */
static int sleep_in_10(void *arg, Value *result)
{
    Timeout cm;
    CHECK_INT(sleep_in(&cm, 10, 0.01), 0);
    CHECK(!timeout_expired(&cm));
    CHECK(timeout_when(&cm) > now());
    return 0;
}

TEST(timeout_not_called)    /* CPython: test_timeout_not_called */
{
    run(sleep_in_10);
}

static int disable(void *arg, Value *result)
{
    Timeout cm;
    CHECK_INT(sleep_in(&cm, INFINITY, 0.01), 0);
    CHECK(!timeout_expired(&cm));
    CHECK(timeout_when(&cm) == INFINITY);
    return 0;
}

TEST(timeout_disabled)    /* CPython: test_timeout_disabled */
{
    run(disable);
}

static int disable_at(void *arg, Value *result)
{
    Timeout cm;
    CHECK_INT(sleep_until(&cm, INFINITY, 0.01), 0);
    CHECK(!timeout_expired(&cm));
    CHECK(timeout_when(&cm) == INFINITY);
    return 0;
}

TEST(timeout_at_disabled)    /* CPython: test_timeout_at_disabled */
{
    run(disable_at);
}

/* ---- No time ---- */
static void allow_nothing(double timeout, double delay)
{
    Timeout cm;
    double t0 = now();
    CHECK_INT(sleep_in(&cm, timeout, delay), E_TIMEOUT);
    CHECK(timeout_expired(&cm));
    CHECK(timeout_when(&cm) == t0 + timeout);
    CHECK(now() == t0);
}

static int allow_0_for_10(void *arg, Value *result)
{
    allow_nothing(0, 10);
    return 0;
}

TEST(timeout_zero)    /* CPython: test_timeout_zero */
{
    run(allow_0_for_10);
}

static int allow_0_for_0(void *arg, Value *result)
{
    allow_nothing(0, 0);
    return 0;
}

TEST(timeout_zero_sleep_zero)    /* CPython: test_timeout_zero_sleep_zero */
{
    run(allow_0_for_0);
}

static int allow_the_past(void *arg, Value *result)
{
    allow_nothing(-11, 0);
    return 0;
}

/* CPython: test_timeout_in_the_past_sleep_zero */
TEST(timeout_in_the_past_sleep_zero)
{
    run(allow_the_past);
}

/* ---- Other errors ---- */
static int pass_foreign_error(void *arg, Value *result)
{
    Timeout cm;
    CHECK_INT(timeout_enter(&cm, 0.01), 0);
    CHECK_INT(timeout_exit(&cm, KEY_ERROR), KEY_ERROR);
    CHECK(!timeout_expired(&cm));
    return async_sleep(0.02);
}

TEST(foreign_exception_passed)    /* CPython: test_foreign_exception_passed */
{
    run(pass_foreign_error);
}

static int crash_when_cancelled(Timeout *cm)
{
    CHECK_INT(timeout_enter(cm, 0.01), 0);
    CHECK_INT(async_sleep(1), E_CANCELLED);
    return timeout_exit(cm, ZERO_DIVISION);
}

static int crash_on_timeout(void *arg, Value *result)
{
    Timeout cm;
    CHECK_INT(crash_when_cancelled(&cm), ZERO_DIVISION);
    CHECK(timeout_expired(&cm));
    CHECK_INT(cancelling(), 0);
    return 0;
}

/* CPython: test_foreign_exception_on_timeout */
TEST(foreign_exception_on_timeout)
{
    run(crash_on_timeout);
}

static int cancel_self(void *arg, Value *result)
{
    Timeout *cm = arg;
    CHECK_INT(timeout_enter(cm, 10), 0);
    task_cancel(async_current_task());
    return timeout_exit(cm, async_sleep(10));
}

/* CPython: test_foreign_cancel_doesnt_timeout_if_not_expired */
TEST(foreign_cancel_doesnt_timeout_if_not_expired)
{
    Loop *loop = new_loop();
    Timeout cm;
    CHECK_INT(run_in(loop, cancel_self, &cm, NULL), E_CANCELLED);
    CHECK(!timeout_expired(&cm));
    finish(loop);
}

/* ---- Nested, and the loop is busy ---- */
static int catch_timeout(void *arg, Value *result)
{
    Timeout cm;
    CHECK_INT(sleep_in(&cm, 0.001, 10), E_TIMEOUT);
    return 0;
}

static int await_the_outer(void *arg, Value *result)
{
    Task *task = create(catch_timeout, NULL);
    CHECK_INT(await(task, NULL), 0);
    CHECK(!task_cancelled(task));
    CHECK(task_done(task));
    task_release(task);
    return 0;
}

/* CPython: test_outer_task_is_not_cancelled */
TEST(outer_task_is_not_cancelled)
{
    run(await_the_outer);
}

/* For longer than to some of the deadlines: on the real clock, which goes on
 * without the loop. */
static int be_busy(Timeout *outer, double outer_delay, Timeout *inner,
                   double inner_delay)
{
    CHECK_INT(timeout_enter(outer, outer_delay), 0);
    CHECK_INT(timeout_enter(inner, inner_delay), 0);
    poll(NULL, 0, 20);
    int err = timeout_exit(inner, async_sleep(600));
    if (err == E_TIMEOUT)
        err = async_sleep(600);
    CHECK_INT(err, E_CANCELLED);
    return timeout_exit(outer, err);
}

static int pass_outer_deadline(void *arg, Value *result)
{
    Timeout outer, inner;
    CHECK_INT(be_busy(&outer, 0.002, &inner, 600), E_TIMEOUT);
    CHECK(timeout_expired(&outer));
    CHECK(!timeout_expired(&inner));
    CHECK_INT(cancelling(), 0);
    return 0;
}

static int pass_both_deadlines(void *arg, Value *result)
{
    Timeout outer, inner;
    CHECK_INT(be_busy(&outer, 0.01, &inner, 0.005), E_TIMEOUT);
    CHECK(timeout_expired(&outer));
    CHECK(timeout_expired(&inner));
    CHECK_INT(cancelling(), 0);
    return 0;
}

static void run_in_real_time(CoroFn *function)
{
    Loop *loop = loop_new();
    CHECK_INT(run_in(loop, function, NULL, NULL), 0);
    finish(loop);
}

/* CPython: test_nested_timeouts_concurrent */
TEST(nested_timeouts_concurrent)
{
    run_in_real_time(pass_outer_deadline);
}

/* CPython: test_nested_timeouts_loop_busy */
TEST(nested_timeouts_loop_busy)
{
    run_in_real_time(pass_both_deadlines);
}
