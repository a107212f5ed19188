/* The rules behind CPython's own tests of a wait_for() that is cancelled, or
 * around a shield: each test here names the one it was read from, in
 * test_waitfor.py. */
#include "cpython.h"

/* ---- Cancelled ---- */
typedef struct WaitFor {
    Task *task;
    double timeout;
    bool has_reached_end;
} WaitFor;

static int wait_for(void *arg, Value *result)
{
    WaitFor *this = arg;
    return async_wait_for(this->task, this->timeout, result);
}

static int block(void *arg, Value *result)
{
    return async_sleep(INFINITY);
}

static void cancel_waiting(double timeout)
{
    WaitFor this = { .task = create(block, NULL), .timeout = timeout };
    Task *waiting = create(wait_for, &this);
    soon(cancel, waiting);
    CHECK_INT(task_join(waiting, NULL), E_CANCELLED);
    CHECK(task_cancelled(this.task));
    task_release(this.task);
}

static int cancel_blocking(void *arg, Value *result)
{
    cancel_waiting(INFINITY);
    return 0;
}

/* CPython: test_cancel_blocking_wait_for */
TEST(cancel_blocking_wait_for)
{
    run(cancel_blocking);
}

static int cancel_limited(void *arg, Value *result)
{
    cancel_waiting(60);
    CHECK(now() == 0);
    return 0;
}

TEST(cancel_wait_for)    /* CPython: test_cancel_wait_for */
{
    run(cancel_limited);
}

static int wait_and_go_on(void *arg, Value *result)
{
    WaitFor *this = arg;
    int err = async_wait_for(this->task, this->timeout, NULL);
    if (err == 0)
        err = async_sleep(1);
    this->has_reached_end = err == 0;
    return err;
}

/* The inner task ends in the turn in which the other one is cancelled. */
static int cancel_as_it_ends(void *arg, Value *result)
{
    WaitFor this = { .task = create(return_42, NULL), .timeout = 100 };
    Value value;
    Task *task = create(wait_and_go_on, &this);
    CHECK(!task_done(task));
    CHECK_INT(async_sleep(0), 0);
    task_cancel(task);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK(task_done(this.task));
    CHECK_INT(task_join(this.task, &value), 0);
    CHECK_INT(value.i, 42);
    CHECK(!this.has_reached_end);
    return 0;
}

TEST(wait_for_issue86296)    /* CPython: test_wait_for_issue86296 */
{
    run(cancel_as_it_ends);
}

/* ---- Around a shield ---- */
static int sleep_and_return_42(void *arg, Value *result)
{
    int err = async_sleep(0.1);
    return err == 0 ? return_42(NULL, result) : err;
}

static int shield(void *task, Value *result)
{
    return async_shield(task, result);
}

/* A shield is a task here, that waits behind one: as CPython's outer future it
 * can be cancelled. */
static int shield_without_time(void *arg, Value *result)
{
    Task *task = create(sleep_and_return_42, NULL);
    Task *shielded = create(shield, task);
    CHECK_INT(async_wait_for(shielded, 0, NULL), E_TIMEOUT);
    CHECK(!task_done(task));
    CHECK(task_cancelled(shielded));
    CHECK_INT(async_sleep(0.2), 0);
    CHECK(task_done(task));
    CHECK_INT(task_error(task), 0);
    task_release(task);
    task_release(shielded);
    return 0;
}

TEST(zero_timeout)    /* CPython: WaitForShieldTests.test_zero_timeout */
{
    run(shield_without_time);
}

static int shield_for_ever(void *arg, Value *result)
{
    Task *task = create(sleep_and_return_42, NULL);
    Value value = { .i = 0 };
    CHECK_INT(async_wait_for_call(shield, task, INFINITY, &value), 0);
    CHECK(task_done(task));
    CHECK_INT(value.i, 42);
    task_release(task);
    return 0;
}

TEST(none_timeout)    /* CPython: WaitForShieldTests.test_none_timeout */
{
    run(shield_for_ever);
}

static int shield_too_short(void *arg, Value *result)
{
    Task *task = create(sleep_and_return_42, NULL);
    Value value;
    CHECK_INT(async_wait_for_call(shield, task, 0.01, NULL), E_TIMEOUT);
    CHECK_DOUBLE(now(), 0.01, 1e-6);
    CHECK(!task_done(task));
    CHECK_INT(task_join(task, &value), 0);
    CHECK_INT(value.i, 42);
    return 0;
}

/* CPython: WaitForShieldTests.test_shielded_timeout */
TEST(shielded_timeout)
{
    run(shield_too_short);
}
