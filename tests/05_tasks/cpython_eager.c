/* The rules behind CPython's own tests of tasks that begin at once: each test
 * here names the one it was read from, in test_eager_task_factory.py.  What a
 * task factory does there, the option eager_start does here. */
#include "python.h"

/* ---- Helpers ---- */
static Task *create_eager(CoroFn *function, void *arg)
{
    TaskOptions options = { .eager_start = true };
    Task *task = async_create_task_with(function, arg, &options);
    CHECK(task != NULL);
    return task;
}

static bool is_in_all_tasks(Task *task)
{
    Task *all[10];
    size_t count = async_all_tasks(NULL, all, 10);
    CHECK(count <= 10);
    for (size_t i = 0; i < count; i++)
        if (all[i] == task)
            return true;
    return false;
}

static const char *returned(CoroFn *function)
{
    Loop *loop = new_loop();
    Value value;
    CHECK_INT(run_in(loop, function, NULL, &value), 0);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
    loop_free(loop);
    return value.s;
}

/* ---- To the end ---- */
static int say_hello(void *arg, Value *result)
{
    *result = (Value){ .s = "hello" };
    return 0;
}

static int create_and_await(void *arg, Value *result)
{
    Task *task = create_eager(say_hello, NULL);
    CHECK(task_done(task));
    return task_join(task, result);
}

TEST(eager_completion)    /* CPython: test_eager_completion */
{
    CHECK_STR(returned(create_and_await), "hello");
}

static int set_message(void *future, Value *result)
{
    return future_set_result(future, (Value){ .s = "my message" });
}

static int await_future(void *arg, Value *result)
{
    Future *future = new_future();
    Task *task = create_eager(set_message, future);
    CHECK(task_done(task));
    int err = await(future, result);
    task_release(task);
    future_release(future);
    return err;
}

TEST(await_future_during_eager_step)
{
    /* CPython: test_await_future_during_eager_step */
    CHECK_STR(returned(await_future), "my message");
}

static int cancel_done(void *arg, Value *result)
{
    Task *task = create_eager(say_hello, NULL);
    CHECK(!task_cancel(task));
    int err = await(task, result);
    CHECK(!task_cancelled(task));
    task_release(task);
    return err;
}

TEST(cancellation_after_eager_completion)
{
    /* CPython: test_cancellation_after_eager_completion */
    CHECK_STR(returned(cancel_done), "hello");
}

/* CPython: test_issue122332, in which the coroutine of a task that is done is
 * None; test_get_coro of test_tasks.py has it only for one that waited. */
static int ask_for_coro(void *arg, Value *result)
{
    Task *task = create_eager(say_hello, NULL);
    CHECK_PTR(task_get_coro(task), NULL);
    return task_join(task, result);
}

TEST(get_coro_after_eager_completion)
{
    CHECK_STR(returned(ask_for_coro), "hello");
}

/* ---- To the first suspension ---- */
static int block(void *arg, Value *result)
{
    int err = async_sleep(0.1);
    *result = (Value){ .s = "finished after blocking" };
    return err;
}

static int await_blocked(void *arg, Value *result)
{
    Task *task = create_eager(block, NULL);
    CHECK(!task_done(task));
    int err = await(task, result);
    CHECK(task_done(task));
    task_release(task);
    return err;
}

TEST(block_after_eager_step)    /* CPython: test_block_after_eager_step */
{
    CHECK_STR(returned(await_blocked), "finished after blocking");
}

static int cancel_blocked(void *arg, Value *result)
{
    Task *task = create_eager(block, NULL);
    CHECK(task_cancel_with(task, "cancellation message"));
    CHECK_INT(task_cancelling(task), 1);
    return task_join(task, result);
}

TEST(cancellation_after_eager_step_blocks)
{
    /* CPython: test_cancellation_after_eager_step_blocks */
    Loop *loop = new_loop();
    Task *task = create_in(loop, cancel_blocked, NULL);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), E_CANCELLED);
    CHECK_STR(future_cancel_message(task), "cancellation message");
    task_release(task);
    loop_free(loop);
}

/* ---- Which ---- */
static Task *captured;

static int capture(void *arg, Value *result)
{
    captured = async_current_task();
    int err = async_sleep(0.1);
    CHECK_PTR(async_current_task(), captured);
    return err;
}

static int create_and_compare(void *arg, Value *result)
{
    Task *self = async_current_task();
    Task *task = create_eager(capture, NULL);
    CHECK_PTR(captured, task);
    CHECK_PTR(async_current_task(), self);
    *result = (Value){ .s = "" };
    return task_join(task, NULL);
}

TEST(current_task)    /* CPython: test_current_task */
{
    returned(create_and_compare);
}

static int see_itself(void *arg, Value *result)
{
    CHECK(is_in_all_tasks(async_current_task()));
    return 0;
}

static int look_for_done(void *arg, Value *result)
{
    Task *task = create_eager(see_itself, NULL);
    CHECK(task_done(task));
    CHECK(!is_in_all_tasks(task));
    task_release(task);
    return 0;
}

TEST(all_tasks_with_eager_completion)
{
    /* CPython: test_all_tasks_with_eager_completion */
    returned(look_for_done);
}

static Future *future1, *future2;

static int see_itself_and_wait(void *arg, Value *result)
{
    CHECK(is_in_all_tasks(async_current_task()));
    CHECK_INT(await(future1, NULL), 0);
    return future_set_result(future2, (Value){ .i = 1 });
}

static int look_for_blocked(void *arg, Value *result)
{
    future1 = new_future();
    future2 = new_future();
    Task *task = create_eager(see_itself_and_wait, NULL);
    CHECK(is_in_all_tasks(task));
    CHECK_INT(future_set_result(future1, (Value){ .i = 1 }), 0);
    CHECK_INT(await(future2, NULL), 0);
    CHECK(!is_in_all_tasks(task));
    task_release(task);
    future_release(future1);
    future_release(future2);
    return 0;
}

TEST(all_tasks_with_blocking)    /* CPython: test_all_tasks_with_blocking */
{
    returned(look_for_blocked);
}

/* ---- Contexts ---- */
static ContextVar var = { "cv", { .i = 0 }, true };
static int steps;

static long long get(void)
{
    Value value;
    CHECK_INT(contextvar_get(&var, &value), 0);
    return value.i;
}

static void set(long long number)
{
    CHECK_INT(contextvar_set(&var, (Value){ .i = number }), 0);
    CHECK_INT(get(), number);
}

static int set_in_steps(void *arg, Value *result)
{
    CHECK_INT(get(), 1);
    set(2);
    steps = 1;
    CHECK_INT(async_sleep(0.1), 0);
    CHECK_INT(get(), 2);
    set(3);
    steps = 2;
    return 0;
}

static int keep_own(void *arg, Value *result)
{
    set(1);
    Task *task = create_eager(set_in_steps, NULL);
    CHECK_INT(steps, 1);
    CHECK_INT(get(), 1);
    CHECK_INT(task_join(task, NULL), 0);
    CHECK_INT(steps, 2);
    CHECK_INT(get(), 1);
    return 0;
}

TEST(context_vars)    /* CPython: test_context_vars */
{
    returned(keep_own);
}

/* ---- Counting ---- */
static int await_chain(void *arg, Value *result)
{
    int depth = *(int *)arg, next = depth - 1;
    Value below = { .i = -1 };
    int err = depth > 0 ? await_chain(&next, &below) : 0;
    result->i = 1 + below.i;
    return err;
}

/* CPython: test_awaitables_chain.  The names of tasks count them: between these
 * two there is one more, the one in which all 100 calls are. */
TEST(awaitables_chain)
{
    Loop *loop = new_loop();
    int depth = 100, before, after;
    Value value;
    Task *first = create_in(loop, say_hello, NULL);
    CHECK_INT(run_in(loop, await_chain, &depth, &value), 0);
    CHECK_INT(value.i, 100);
    Task *last = create_in(loop, say_hello, NULL);
    CHECK_INT(loop_run_until_complete(loop, last, NULL), 0);
    CHECK_INT(sscanf(task_get_name(first), "Task-%d", &before), 1);
    CHECK_INT(sscanf(task_get_name(last), "Task-%d", &after), 1);
    CHECK_INT(after - before, 2);
    task_release(first);
    task_release(last);
    loop_free(loop);
}
