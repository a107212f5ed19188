/* The rules behind CPython's own tests of what who awaits a future, or a task,
 * is told: each test here names the one it was read from. */
#include "python.h"

/* ---- Helpers ---- */
static int sleep_10(void *arg, Value *result)
{
    return async_sleep(10);
}

static void finish(Loop *loop, Task *task)
{
    task_release(task);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
    loop_free(loop);
}

/* ---- Awaiting again ---- */
static int await_twice(void *future, Value *result)
{
    CHECK_INT(await(future, result), 0);
    CHECK_INT(result->i, 42);
    result->i = 0;
    return await(future, result);
}

/* CPython: test_futures.py: test_yield_from_twice.  The second await does not
 * wait: in the turn in which the task goes on, it ends. */
TEST(yield_from_twice)
{
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    Task *task = create_in(loop, await_twice, future);
    Value value;
    run_briefly(loop);
    CHECK(!task_done(task));
    CHECK_INT(future_set_result(future, (Value){ .i = 42 }), 0);
    run_briefly(loop);
    CHECK_INT(task_result(task, &value), 0);
    CHECK_INT(value.i, 42);
    future_release(future);
    finish(loop, task);
}

static int fail_with_42(void *arg, Value *result)
{
    result->i = 42;
    return E_VALUE;
}

static int await_five_times(void *arg, Value *result)
{
    Task *task = create(fail_with_42, NULL);
    for (int i = 0; i < 5; i++) {
        Value detail = { .i = 0 };
        CHECK_INT(await(task, &detail), E_VALUE);
        CHECK_INT(detail.i, 42);
    }
    task_release(task);
    return 0;
}

/* CPython: test_futures2.py: test_future_traceback.  Each time it is the same
 * error, with nothing added to it. */
TEST(future_traceback)
{
    Loop *loop = new_loop();
    CHECK_INT(run_in(loop, await_five_times, NULL, NULL), 0);
    finish(loop, NULL);
}

/* ---- Cancelled from afar ---- */
/* The rest is from test_tasks.py. */
static int proof;

static int prove_inner(void *waiter, Value *result)
{
    int err = await(waiter, result);
    if (err == E_CANCELLED)
        proof += 1;
    return err;
}

static int prove_outer(void *waiter, Value *result)
{
    proof += prove_inner(waiter, result) == E_CANCELLED ? 100 : 10;
    return 0;
}

TEST(yield_future_passes_cancel)
{
    /* CPython: test_yield_future_passes_cancel */
    Loop *loop = new_loop();
    Future *waiter = future_new(loop);
    Task *task = create_in(loop, prove_outer, waiter);
    run_briefly(loop);
    CHECK(task_cancel(task));
    CHECK_INT(loop_run_until_complete(loop, task, NULL), 0);
    CHECK_INT(proof, 101);
    CHECK(future_cancelled(waiter));
    future_release(waiter);
    finish(loop, task);
}

static int be_interrupted(void *arg, Value *result)
{
    int err = async_sleep(10);
    return err == E_CANCELLED ? E_KEYBOARD_INTERRUPT : err;
}

/* CPython: test_baseexception_during_cancel, as far as the task goes: it has
 * the error, and is not cancelled. */
TEST(baseexception_during_cancel)
{
    Loop *loop = new_loop();
    Task *task = create_in(loop, be_interrupted, NULL);
    run_briefly(loop);
    CHECK(task_cancel(task));
    CHECK(!task_done(task));
    run_briefly(loop);
    CHECK(task_done(task));
    CHECK(!task_cancelled(task));
    CHECK_INT(task_error(task), E_KEYBOARD_INTERRUPT);
    finish(loop, task);
}

/* ---- What a cancel says ---- */
TEST(task_cancel_message)    /* CPython: test_task_cancel_message_getter */
{
    Loop *loop = new_loop();
    Task *task = create_in(loop, sleep_10, NULL);
    CHECK_STR(future_cancel_message(task), NULL);
    CHECK(task_cancel_with(task, "my message"));
    CHECK_STR(future_cancel_message(task), "my message");
    CHECK_INT(loop_run_until_complete(loop, task, NULL), E_CANCELLED);
    CHECK_STR(future_cancel_message(task), "my message");
    finish(loop, task);
}

typedef struct Message {
    bool is_begun;           /* it sleeps, when it is cancelled */
    const char *text;
} Message;

static int cancel_with_message(void *arg, Value *result)
{
    Message *message = arg;
    Task *task = create(sleep_10, NULL);
    if (message->is_begun)
        CHECK_INT(async_sleep(0), 0);
    CHECK(task_cancel_with(task, message->text));
    return task_join(task, result);
}

/* CPython: test_cancel_with_message_then_future_result, _future_exception, and
 * test_cancel_with_message_before_starting_task.  It reaches who awaits. */
TEST(cancel_with_message_then_await)
{
    Message messages[] = { { true, NULL }, { true, "my message" },
                           { false, NULL }, { false, "my message" } };
    for (int i = 0; i < 4; i++) {
        Loop *loop = new_loop();
        Task *task = create_in(loop, cancel_with_message, &messages[i]);
        CHECK_INT(loop_run_until_complete(loop, task, NULL), E_CANCELLED);
        CHECK_STR(future_cancel_message(task), messages[i].text);
        finish(loop, task);
    }
}

static void cancel_with_msg(void *task)
{
    CHECK(task_cancel_with(task, "msg"));
}

static int sleep_and_tell(void *future, Value *result)
{
    CHECK_INT(future_set_result(future, (Value){ .i = 1 }), 0);
    return async_sleep(10);
}

static int become_an_error(void *arg, Value *result)
{
    Future *future = new_future();
    Task *inner = create(sleep_and_tell, future);
    CHECK_INT(await(future, NULL), 0);
    soon(cancel_with_msg, inner);
    CHECK_INT(await(inner, NULL), E_CANCELLED);
    CHECK_STR(future_cancel_message(inner), "msg");
    task_release(inner);
    future_release(future);
    return E_VALUE;
}

/* CPython: test_cancellation_exception_context.  Who awaits what was cancelled
 * makes another error of it. */
TEST(cancellation_exception_context)
{
    Loop *loop = new_loop();
    Task *task = create_in(loop, become_an_error, NULL);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), E_VALUE);
    CHECK(!task_cancelled(task));
    CHECK_STR(future_cancel_message(task), NULL);
    finish(loop, task);
}

/* ---- Where CPython differs ---- */
/* Here, to change or to explain:
 * test_futures2.py: test_task_exc_handler_correct_context, test_tasks.py:
 *     test_get_context and test_get_coro: a task that is done has given up its
 *     context and its coroutine; the handler sees the thread's context.
 * test_context_2, test_handle_exc_handler_correct_context: a plain callback has
 *     no context of its own. */

/* ---- Left for later chapters ---- */
/* test_futures.py: test_wrap_future, _future_future, _cancel, _cancel2 and
 *     test_copy_state: futures of threads.
 * test_tasks.py: test_wait*, test_yield_wait_does_not_shield_cancel,
 *     test_as_completed*, test_shield*, test_gather_shield, test_cancel_gather*
 *     and the Gather tests: what awaits many.  test_run_coroutine_threadsafe*:
 *     threads.  test_baseexception_during_cancel: that it leaves the loop.
 * test_eager_task_factory.py: test_recursive_taskgroups and _gather.
 * test_pep492.py: the locks and the stream reader. */

/* ---- What C cannot express ---- */
/* test_futures.py: test_initial_state to test_set_result_unless_cancelled and
 *     the done callbacks are in 03_futures/cpython.c.  test_constructor*,
 *     test_uninitialized, test_isfuture, test_ensure_future, test_iter,
 *     test_future_iter_throw, test_stop_iteration*, test_exception_class,
 *     test_generic_alias, *_repr, *_traceback, *_del_*: objects, classes and
 *     generators.  test_future_cancel_message_setter: nobody sets it here.
 *     test_remove_done_callbacks_list_*: an __eq__ that does something.
 * test_tasks.py: test_ensure_future_*: a coroutine is no awaitable here.
 *     test_iscoroutine*, test_create_task_with_*_function: a C compiler asks.
 *     test_task_set_name_pylong, _repr_*: names are strings.
 *     test_exception_chaining_*, test_*_traceback: errors are numbers.
 *     test_error_in_call_soon, test_foobar, test_*register_task*,
 *     test_*_task_failure*: methods that are replaced, or are private.
 *     test_task_del_collect, test_refleaks_*: the garbage collector.
 * test_eager_task_factory.py: test_eager_task_factory_set: no factories.
 * test_pep492.py: test_types_coroutine, coroutine origins: generators. */
