/* The rules behind CPython's own tests of the uses and misuses of timeout():
 * each test here names the one it was read from, in test_timeouts.py. */
#include "cpython.h"

/* ---- Another deadline ---- */
static int sleep_until_deadline(void *arg, Value *result)
{
    Timeout *cm = arg;
    CHECK_INT(timeout_enter_at(cm, 10), 0);
    return timeout_exit(cm, async_sleep(50));
}

static int reschedule_from_outside(void *arg, Value *result)
{
    Timeout cm;
    Task *task = create(sleep_until_deadline, &cm);
    CHECK_INT(async_sleep(0), 0);
    CHECK(timeout_when(&cm) == 10);
    CHECK_INT(timeout_reschedule(&cm, 30), 0);
    CHECK(timeout_when(&cm) == 30);
    CHECK_INT(async_sleep(20), 0);
    CHECK(!task_done(task));
    CHECK_INT(timeout_reschedule(&cm, INFINITY), 0);
    CHECK(timeout_when(&cm) == INFINITY);
    CHECK_INT(async_sleep(20), 0);
    task_cancel(task);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK(!timeout_expired(&cm));
    return 0;
}

TEST(reschedule)    /* CPython: test_reschedule */
{
    run(reschedule_from_outside);
}

/* ---- After a cancellation ---- */
static int sleep_in(double timeout, double delay)
{
    Timeout cm;
    CHECK_INT(timeout_enter(&cm, timeout), 0);
    return timeout_exit(&cm, async_sleep(delay));
}

static int clean_up_in_limits(void)
{
    Timeout cm;
    CHECK_INT(timeout_enter(&cm, 0.01), 0);
    int err = async_sleep(1);
    CHECK_INT(err, E_CANCELLED);
    CHECK_INT(sleep_in(0.01, 10), E_TIMEOUT);
    CHECK_DOUBLE(now(), 0.02, 1e-6);
    return timeout_exit(&cm, err);
}

static int nest_in_cleanup(void *arg, Value *result)
{
    CHECK_INT(clean_up_in_limits(), E_TIMEOUT);
    CHECK_INT(cancelling(), 0);
    return 0;
}

/* CPython: test_nested_timeout_in_finally */
TEST(nested_timeout_in_finally)
{
    run(nest_in_cleanup);
}

static int limit_the_cleanup(void *arg, Value *result)
{
    task_cancel(async_current_task());
    CHECK_INT(async_sleep(1), E_CANCELLED);
    CHECK_INT(sleep_in(0, 1), E_TIMEOUT);
    CHECK_INT(cancelling(), 1);
    return 0;
}

/* CPython: test_timeout_after_cancellation.  It counts from what it found. */
TEST(timeout_after_cancellation)
{
    run(limit_the_cleanup);
}

static int cancel_self_in_limits(void)
{
    Timeout cm;
    CHECK_INT(timeout_enter(&cm, 1), 0);
    task_cancel(async_current_task());
    return timeout_exit(&cm, async_sleep(2));
}

static int cancel_in_the_cleanup(void *arg, Value *result)
{
    task_cancel(async_current_task());
    CHECK_INT(async_sleep(1), E_CANCELLED);
    CHECK_INT(cancel_self_in_limits(), E_CANCELLED);
    CHECK_INT(cancelling(), 2);
    return 0;
}

/* CPython: test_cancel_in_timeout_after_cancellation */
TEST(cancel_in_timeout_after_cancellation)
{
    run(cancel_in_the_cleanup);
}

/* ---- Too late to change ---- */
static int change_when_over(void *arg, Value *result)
{
    Timeout cm;
    CHECK_INT(timeout_enter(&cm, 0.01), 0);
    CHECK_INT(timeout_exit(&cm, 0), 0);
    CHECK_INT(timeout_reschedule(&cm, 0.02), E_RUNTIME);
    CHECK_DOUBLE(timeout_when(&cm), 0.01, 1e-6);
    return async_sleep(1);
}

TEST(timeout_finished)    /* CPython: test_timeout_finished */
{
    run(change_when_over);
}

static int expire(Timeout *cm)
{
    CHECK_INT(timeout_enter(cm, 0.01), 0);
    return timeout_exit(cm, async_sleep(1));
}

static int change_when_expired(void *arg, Value *result)
{
    Timeout cm;
    CHECK_INT(expire(&cm), E_TIMEOUT);
    CHECK_INT(timeout_reschedule(&cm, 0.02), E_RUNTIME);
    return async_sleep(1);
}

TEST(timeout_expired)    /* CPython: test_timeout_expired */
{
    run(change_when_expired);
}

static int change_when_expiring(void *arg, Value *result)
{
    Timeout cm;
    CHECK_INT(timeout_enter(&cm, 0.01), 0);
    CHECK_INT(async_sleep(1), E_CANCELLED);
    CHECK_INT(timeout_reschedule(&cm, 0.02), E_RUNTIME);
    CHECK(timeout_expired(&cm));
    CHECK_INT(timeout_exit(&cm, 0), 0);
    return async_sleep(1);
}

TEST(timeout_expiring)    /* CPython: test_timeout_expiring */
{
    run(change_when_expiring);
}

/* ---- Too early ---- */
static int change_unused(void *arg, Value *result)
{
    Timeout cm = { .state = 0 };
    CHECK_INT(timeout_reschedule(&cm, 0.02), E_RUNTIME);
    return async_sleep(1);
}

TEST(timeout_not_entered)    /* CPython: test_timeout_not_entered */
{
    run(change_unused);
}

/* Calls it in a callback of a running loop. */
static void enter_without_task(void *arg)
{
    Timeout cm;
    CHECK_INT(timeout_enter(&cm, 0.01), E_RUNTIME);
    CHECK_INT(timeout_reschedule(&cm, 0.02), E_RUNTIME);
    CHECK_INT(timeout_exit(&cm, KEY_ERROR), KEY_ERROR);
    (*(int *)arg)++;
}

TEST(timeout_without_task)    /* CPython: test_timeout_without_task */
{
    Loop *loop = new_loop();
    int calls = 0;
    CHECK(loop_call_soon(loop, enter_without_task, &calls) != 0);
    run_briefly(loop);
    CHECK_INT(calls, 1);
    finish(loop);
}

/* ---- Around a group ---- */
static int crash_in_cleanup(void *arg, Value *result)
{
    CHECK_INT(async_sleep(2), E_CANCELLED);
    return ZERO_DIVISION;
}

static int limit_group(void)
{
    Timeout cm;
    CHECK_INT(timeout_enter(&cm, 0.01), 0);
    TaskGroup *tg = taskgroup_enter();
    CHECK(taskgroup_create_task(tg, crash_in_cleanup, NULL) != NULL);
    int err = taskgroup_exit(tg, async_sleep(1));
    size_t n;
    CHECK_INT(taskgroup_errors(tg, &n)[0].error, ZERO_DIVISION);
    CHECK_INT(n, 1);
    taskgroup_free(tg);
    return timeout_exit(&cm, err);
}

static int expect_group(void *arg, Value *result)
{
    CHECK_INT(limit_group(), E_GROUP);
    CHECK_INT(cancelling(), 0);
    return 0;
}

/* CPython: test_timeout_taskgroup.  That an error was replaced is not told. */
TEST(timeout_taskgroup)
{
    run(expect_group);
}

/* ---- What C cannot express ---- */
/* test_timeout_already_entered, test_timeout_double_enter: timeout_enter() does
 * not use a timeout again, but makes a new one in its place.
 * test_timeout_exception_context, test_foreign_exception_on_timeout_2: an error
 * has no cause and no context.
 * test_repr_active, test_repr_expired, test_repr_finished, test_repr_disabled:
 * nothing writes out a timeout. */
