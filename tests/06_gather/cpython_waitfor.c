/* The rules behind CPython's own tests of wait_for(): each test here names the
 * one it was read from, in test_waitfor.py. */
#include "cpython.h"

/* ---- One that ignores requests ---- */
static const double SLOW = 0.2;
static bool has_exited;

static int run_slowly(void *arg, Value *result)
{
    double end = now() + SLOW;
    while (now() < end - 1e-9)
        async_sleep(end - now());
    has_exited = true;
    return 0;
}

static int wait_for_slow(void *factor, Value *result)
{
    return async_wait_for_call(run_slowly, NULL, SLOW * *(double *)factor,
                               NULL);
}

static int cancel_slow(void *arg, Value *result)
{
    Task *task = create(wait_for_slow, &(double){ 2 });
    CHECK_INT(async_sleep(0), 0);
    task_cancel(task);
    CHECK_INT(async_wait(&task, 1, INFINITY, ALL_COMPLETED), 0);
    CHECK(has_exited);
    CHECK_INT(task_error(task), 0);
    CHECK_DOUBLE(now(), SLOW, 1e-6);
    task_release(task);
    return 0;
}

/* CPython: test_asyncio_wait_for_cancelled */
TEST(asyncio_wait_for_cancelled)
{
    run(cancel_slow);
}

static int time_out_slow(void *arg, Value *result)
{
    CHECK_INT(wait_for_slow(&(double){ 0.5 }, result), 0);
    CHECK(has_exited);
    CHECK_DOUBLE(now(), SLOW, 1e-6);
    return 0;
}

/* CPython: test_asyncio_wait_for_timeout */
TEST(asyncio_wait_for_timeout)
{
    run(time_out_slow);
}

/* ---- No time ---- */
static int wait_for_done(void *arg, Value *result)
{
    Future *future = new_future();
    Value value;
    CHECK_INT(future_set_result(future, (Value){ .s = "done" }), 0);
    CHECK_INT(async_wait_for(future, 0, &value), 0);
    CHECK_STR(value.s, "done");
    CHECK(future_done(future));
    future_release(future);
    return 0;
}

/* CPython: test_wait_for_timeout_less_then_0_or_0_future_done */
TEST(wait_for_timeout_less_than_0_or_0_future_done)
{
    run(wait_for_done);
}

static int set_true(void *has_started, Value *result)
{
    *(bool *)has_started = true;
    return 0;
}

static int wait_for_unbegun(void *arg, Value *result)
{
    bool has_started = false;
    CHECK_INT(async_wait_for_call(set_true, &has_started, 0, NULL), E_TIMEOUT);
    CHECK(!has_started);
    return 0;
}

/* CPython: test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started */
TEST(wait_for_timeout_less_than_0_or_0_coroutine_not_started)
{
    run(wait_for_unbegun);
}

typedef struct Foo {
    Future *started;    /* or NULL */
    bool is_running;
} Foo;

static int run_foo(void *arg, Value *result)
{
    Foo *foo = arg;
    foo->is_running = true;
    if (foo->started != NULL)
        CHECK_INT(future_set_result(foo->started, (Value){ .i = 0 }), 0);
    int err = async_sleep(1e6);
    foo->is_running = false;
    return err;
}

static int wait_for_started(void *arg, Value *result)
{
    for (int timeout = 0; timeout >= -1; timeout--) {
        Foo foo = { .started = new_future() };
        Task *task = create(run_foo, &foo);
        CHECK_INT(await(foo.started, NULL), 0);
        CHECK(foo.is_running);
        CHECK_INT(async_wait_for(task, timeout, NULL), E_TIMEOUT);
        CHECK(task_done(task));
        CHECK(task_cancelled(task));
        CHECK(!foo.is_running);
        task_release(task);
        future_release(foo.started);
    }
    CHECK(now() == 0);
    return 0;
}

/* CPython: test_wait_for_timeout_less_then_0_or_0 */
TEST(wait_for_timeout_less_than_0_or_0)
{
    run(wait_for_started);
}

/* ---- Some time ---- */
static int wait_for_foo(void *arg, Value *result)
{
    Foo foo = { .is_running = true };
    Task *task = create(run_foo, &foo);
    CHECK_INT(async_wait_for(task, 0.1, NULL), E_TIMEOUT);
    CHECK(task_done(task));
    CHECK(task_cancelled(task));
    CHECK(!foo.is_running);
    CHECK_DOUBLE(now(), 0.1, 1e-6);
    task_release(task);
    return 0;
}

TEST(wait_for)    /* CPython: test_wait_for */
{
    run(wait_for_foo);
}

static int wait_without_limit(void *arg, Value *result)
{
    Value value;
    CHECK_INT(async_wait_for_call(return_42, NULL, INFINITY, &value), 0);
    CHECK_INT(value.i, 42);
    return 0;
}

TEST(wait_for_blocking)    /* CPython: test_wait_for_blocking */
{
    run(wait_without_limit);
}

static void set_ok(void *future)
{
    CHECK_INT(future_set_result(future, (Value){ .s = "ok" }), 0);
}

static int wait_for_ok(void *arg, Value *result)
{
    Future *future = new_future();
    Value value;
    soon(set_ok, future);
    CHECK_INT(async_wait_for(future, 0.2, &value), 0);
    CHECK_STR(value.s, "ok");
    future_release(future);
    return 0;
}

/* CPython: test_wait_for_race_condition */
TEST(wait_for_race_condition)
{
    run(wait_for_ok);
}

/* ---- Requests that are refused ---- */
static int refuse(void *arg, Value *result)
{
    CHECK_INT(async_sleep(10), E_CANCELLED);
    return return_42(NULL, result);
}

static int wait_for_refuser(void *arg, Value *result)
{
    Value value;
    CHECK_INT(async_wait_for_call(refuse, NULL, 0.01, &value), 0);
    CHECK_INT(value.i, 42);
    CHECK_DOUBLE(now(), 0.01, 1e-6);
    CHECK_INT(cancelling(), 0);
    return 0;
}

/* CPython: test_wait_for_cancellation_race_condition */
TEST(wait_for_cancellation_race_condition)
{
    run(wait_for_refuser);
}

static int wait_for_refusing_task(void *arg, Value *result)
{
    Value value;
    Task *task = create(refuse, NULL);
    CHECK_INT(async_wait_for(task, 0.1, &value), 0);
    CHECK_INT(value.i, 42);
    task_release(task);
    return 0;
}

/* CPython: test_wait_for_cancel_suppressed, which waits for a coroutine; here
 * for a task, too. */
TEST(wait_for_cancel_suppressed)
{
    run(wait_for_refuser);
    run(wait_for_refusing_task);
}

/* ---- Until it has ended ---- */
static int clean_up(void *is_done, Value *result)
{
    int err = async_sleep(10);
    CHECK_INT(err, E_CANCELLED);
    CHECK_INT(async_sleep(0.0001), 0);
    *(bool *)is_done = true;
    return err;
}

static int wait_for_cleanup(void *arg, Value *result)
{
    bool is_done = false;
    Task *inner = create(clean_up, &is_done);
    CHECK_INT(async_wait_for(inner, 0.0001, NULL), E_TIMEOUT);
    CHECK(is_done);
    CHECK(task_cancelled(inner));
    task_release(inner);
    return 0;
}

/* CPython: test_wait_for_waits_for_task_cancellation */
TEST(wait_for_waits_for_task_cancellation)
{
    run(wait_for_cleanup);
}

static int wait_for_cleanup_at_once(void *arg, Value *result)
{
    bool is_done = false;
    Task *inner = create(clean_up, &is_done);
    CHECK_INT(async_sleep(0.0001), 0);
    CHECK_INT(async_wait_for(inner, 0, NULL), E_TIMEOUT);
    CHECK(is_done);
    CHECK(task_cancelled(inner));
    task_release(inner);
    return 0;
}

/* CPython: test_wait_for_waits_for_task_cancellation_w_timeout_0 */
TEST(wait_for_waits_for_task_cancellation_with_timeout_0)
{
    run(wait_for_cleanup_at_once);
}

static int fail_in_cleanup(void *arg, Value *result)
{
    CHECK_INT(async_sleep(0.2), E_CANCELLED);
    return MY_ERROR;
}

static int wait_for_failure(void *arg, Value *result)
{
    for (double timeout = 0.0001; timeout >= 0; timeout -= 0.0001) {
        Task *inner = create(fail_in_cleanup, NULL);
        CHECK_INT(async_sleep(0), 0);
        CHECK_INT(async_wait_for(inner, timeout, NULL), MY_ERROR);
        task_release(inner);
    }
    return 0;
}

/* CPython: test_wait_for_reraises_exception_during_cancellation.  With no time
 * at all, too. */
TEST(wait_for_reraises_exception_during_cancellation)
{
    run(wait_for_failure);
}
