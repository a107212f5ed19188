/* The rules behind CPython's own tests of cancelling: each test here names the
 * one it was read from, in test_tasks.py. */
#include "python.h"

/* ---- Helpers ---- */
static int sleep_10(void *arg, Value *result)
{
    int err = async_sleep(10);
    result->i = 12;
    return err;
}

static int await_it(void *future, Value *result)
{
    int err = await(future, NULL);
    if (err == 0)
        result->i = 42;
    return err;
}

static int complete(Loop *loop, Future *future)
{
    return loop_run_until_complete(loop, future, NULL);
}

static void check_cancelled(Task *task)
{
    CHECK(task_done(task));
    CHECK(task_cancelled(task));
    CHECK(!task_cancel(task));
}

static void finish(Loop *loop, Task *task, Future *future)
{
    task_release(task);
    future_release(future);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
    loop_free(loop);
}

/* ---- Counting the requests ---- */
static int begins;

static int begin_and_sleep(void *arg, Value *result)
{
    begins++;
    return async_sleep(10);
}

/* CPython: test_cancelling.  Cancelled before it began, it never begins. */
TEST(cancelling)
{
    Loop *loop = new_loop();
    Task *task = create_in(loop, begin_and_sleep, NULL);
    CHECK_INT(task_cancelling(task), 0);
    CHECK(task_cancel(task));
    CHECK_INT(task_cancelling(task), 1);
    CHECK(task_cancel(task));
    CHECK_INT(complete(loop, task), E_CANCELLED);
    CHECK_INT(begins, 0);
    finish(loop, task, NULL);
}

static int uncancel_and_sleep_10(void *arg, Value *result)
{
    CHECK_INT(async_sleep(10), E_CANCELLED);
    CHECK_INT(task_uncancel(async_current_task()), 0);
    return async_sleep(10);
}

TEST(uncancel_basic)    /* CPython: test_uncancel_basic */
{
    Loop *loop = new_loop();
    Task *task = create_in(loop, uncancel_and_sleep_10, NULL);
    run_briefly(loop);
    CHECK(task_cancel(task));
    CHECK_INT(task_cancelling(task), 1);
    CHECK(!task_cancelled(task));
    run_briefly(loop);
    CHECK_INT(task_cancelling(task), 0);
    CHECK(!task_cancelled(task));
    CHECK(task_cancel(task));
    CHECK_INT(task_cancelling(task), 1);
    CHECK(!task_cancelled(task));
    CHECK_INT(complete(loop, task), E_CANCELLED);
    CHECK(task_cancelled(task));
    CHECK_INT(task_uncancel(task), 0);
    check_cancelled(task);
    finish(loop, task, NULL);
}

/* CPython: test_uncancel_structured_blocks: a timeout, built by hand.  It is
 * one if its own request was the last that remained. */
typedef struct Block {
    double sleep, timeout;
    Task *task;
    bool timed_out, finished;
} Block;

static void time_out(void *arg)
{
    Block *block = arg;
    block->timed_out = true;
    task_cancel(block->task);
}

static int run_block(void *arg, Value *result)
{
    Block *block = arg;
    Loop *loop = async_get_running_loop();
    block->task = async_current_task();
    Handle timer = loop_call_later(loop, block->timeout, time_out, block);
    int err = async_sleep(block->sleep);
    block->finished = err == 0;
    loop_cancel(loop, timer);
    if (block->timed_out && task_uncancel(block->task) == 0 &&
        err == E_CANCELLED)
        err = E_TIMEOUT;
    CHECK_INT(async_sleep(0), 0);
    return err;
}

TEST(uncancel_structured_blocks)
{
    Block late = { .sleep = 10, .timeout = 0.1 };
    Block early = { .sleep = 0, .timeout = 10 };
    Loop *loop = new_loop();
    Task *task = create_in(loop, run_block, &late);
    CHECK_INT(complete(loop, task), E_TIMEOUT);
    CHECK(late.timed_out && !late.finished);
    CHECK_INT(task_cancelling(task), 0);
    task_release(task);
    task = create_in(loop, run_block, &early);
    CHECK_INT(complete(loop, task), 0);
    CHECK(!early.timed_out && early.finished);
    CHECK_INT(task_cancelling(task), 0);
    finish(loop, task, NULL);
}

/* CPython: test_uncancel_resets_must_cancel.  The task has been woken, when it
 * is cancelled: who takes that back leaves no trace. */
TEST(uncancel_resets_must_cancel)
{
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    Task *task = create_in(loop, await_it, future);
    Value value;
    run_briefly(loop);
    CHECK_INT(future_set_result(future, (Value){ .i = 1 }), 0);
    CHECK(task_cancel(task));
    CHECK_INT(task_cancelling(task), 1);
    CHECK_INT(task_uncancel(task), 0);
    CHECK_INT(task_cancelling(task), 0);
    CHECK_INT(loop_run_until_complete(loop, task, &value), 0);
    CHECK_INT(value.i, 42);
    finish(loop, task, future);
}

/* ---- Where it waits ---- */
TEST(cancel)    /* CPython: test_cancel */
{
    Loop *loop = new_loop();
    Task *task = create_in(loop, sleep_10, NULL);
    CHECK(loop_call_soon(loop, cancel, task) != 0);
    CHECK_INT(complete(loop, task), E_CANCELLED);
    check_cancelled(task);
    CHECK_DOUBLE(loop_time(loop), 0, 1e-9);
    finish(loop, task, NULL);
}

static int sleep_0_twice(void *arg, Value *result)
{
    int err = async_sleep(0);
    return err != 0 ? err : async_sleep(0);
}

TEST(cancel_yield)    /* CPython: test_cancel_yield */
{
    Loop *loop = new_loop();
    Task *task = create_in(loop, sleep_0_twice, NULL);
    run_briefly(loop);
    CHECK(task_cancel(task));
    CHECK_INT(complete(loop, task), E_CANCELLED);
    check_cancelled(task);
    finish(loop, task, NULL);
}

/* CPython: test_cancel_inner_future, test_cancel_both_task_and_inner_future */
TEST(cancel_inner_future)
{
    for (int both = 0; both < 2; both++) {
        Loop *loop = new_loop();
        Future *future = future_new(loop);
        Task *task = create_in(loop, await_it, future);
        run_briefly(loop);
        CHECK(future_cancel(future));
        if (both)
            CHECK(task_cancel(task));
        CHECK_INT(complete(loop, task), E_CANCELLED);
        check_cancelled(task);
        CHECK_INT(task_cancelling(task), both);
        CHECK(future_cancelled(future));
        finish(loop, task, future);
    }
}

TEST(task_cancel_waiter_future)    /* CPython: test_task_cancel_waiter_future */
{
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    Task *task = create_in(loop, await_it, future);
    run_briefly(loop);
    CHECK(task_cancel(task));
    run_briefly(loop);
    CHECK_INT(complete(loop, task), E_CANCELLED);
    CHECK(future_cancelled(future));
    finish(loop, task, future);
}

/* ---- Refusing ---- */
static Future *futures[3];

static int catch_it(void *arg, Value *result)
{
    CHECK_INT(await(futures[0], NULL), 0);
    CHECK_INT(await(futures[1], NULL), E_CANCELLED);
    result->i = 42;
    return 0;
}

static int ignore_it(void *arg, Value *result)
{
    CHECK_INT(await(futures[0], NULL), 0);
    CHECK_INT(await(futures[1], NULL), E_CANCELLED);
    return await(futures[2], result);
}

/* Cancels it while it awaits the second future. */
static Task *cancel_second(Loop *loop, CoroFn *function)
{
    for (int i = 0; i < 3; i++)
        futures[i] = future_new(loop);
    Task *task = create_in(loop, function, NULL);
    run_briefly(loop);
    CHECK_INT(future_set_result(futures[0], (Value){ .i = 1 }), 0);
    run_briefly(loop);
    CHECK(task_cancel(task));
    CHECK(future_cancelled(futures[1]));
    return task;
}

static void check_42(Loop *loop, Task *task)
{
    Value value;
    CHECK_INT(loop_run_until_complete(loop, task, &value), 0);
    CHECK_INT(value.i, 42);
    CHECK(!future_cancelled(futures[2]));
    CHECK(!task_cancelled(task));
    for (int i = 0; i < 3; i++)
        future_release(futures[i]);
    finish(loop, task, NULL);
}

TEST(cancel_task_catching)    /* CPython: test_cancel_task_catching */
{
    Loop *loop = new_loop();
    check_42(loop, cancel_second(loop, catch_it));
}

TEST(cancel_task_ignoring)    /* CPython: test_cancel_task_ignoring */
{
    Loop *loop = new_loop();
    Task *task = cancel_second(loop, ignore_it);
    run_briefly(loop);
    CHECK(!task_done(task));
    CHECK_INT(future_set_result(futures[2], (Value){ .i = 42 }), 0);
    check_42(loop, task);
}

/* ---- From within ---- */
static int cancel_and_sleep(void *arg, Value *result)
{
    CHECK(task_cancel(async_current_task()));
    return async_sleep(100);
}

static int cancel_and_return(void *arg, Value *result)
{
    CHECK(task_cancel(async_current_task()));
    result->i = 12;
    return 0;
}

TEST(cancel_current_task)
{
    /* CPython: test_cancel_current_task, test_cancel_at_end */
    CoroFn *functions[] = { cancel_and_sleep, cancel_and_return };
    for (int i = 0; i < 2; i++) {
        Loop *loop = new_loop();
        Task *task = create_in(loop, functions[i], NULL);
        CHECK(!task_cancelled(task));
        CHECK_INT(complete(loop, task), E_CANCELLED);
        check_cancelled(task);
        CHECK_DOUBLE(loop_time(loop), 0, 1e-9);
        finish(loop, task, NULL);
    }
}

static Task *nested;

/* What the task awaits next, though not yet when it is cancelled. */
static int cancel_and_await(void *future, Value *result)
{
    nested = create(await_it, future);
    CHECK_INT(async_sleep(0), 0);
    CHECK(task_cancel(async_current_task()));
    return await(nested, result);
}

TEST(cancel_awaited_task)    /* CPython: test_cancel_awaited_task */
{
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    Task *task = create_in(loop, cancel_and_await, future);
    CHECK_INT(complete(loop, task), E_CANCELLED);
    check_cancelled(task);
    check_cancelled(nested);
    CHECK(future_cancelled(future));
    task_release(nested);
    finish(loop, task, future);
}
