/* The rules behind CPython's own tests of tasks: each test here names the one
 * it was read from, in test_tasks.py, but where another file is named. */
#include "python.h"

/* ---- Helpers ---- */
static int await_it(void *future, Value *result)
{
    return await(future, result);
}

static int sleep_10(void *arg, Value *result)
{
    return async_sleep(10);
}

static int return_1(void *arg, Value *result)
{
    result->i = 1;
    return 0;
}

static int fail(void *arg, Value *result)
{
    return E_VALUE;
}

static void finish(Loop *loop, Task *task)
{
    task_release(task);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
    loop_free(loop);
}

/* ---- Running one ---- */
static int return_42(void *arg, Value *result)
{
    result->i = 42;
    return 0;
}

static int add(void *arg, Value *result)
{
    Value a, b;
    int err = return_42(NULL, &a);
    if (err == 0)
        err = return_1(NULL, &b);
    result->i = a.i + b.i;
    return err;
}

/* CPython: test_task_basics, and test_pep492.py: test_async_def_coroutines */
TEST(task_basics)
{
    for (int debug = 0; debug < 2; debug++) {
        Loop *loop = new_loop();
        Value value;
        loop_set_debug(loop, debug);
        CHECK_INT(run_in(loop, add, NULL, &value), 0);
        CHECK_INT(value.i, 43);
        finish(loop, NULL);
    }
}

TEST(task_class)    /* CPython: test_task_class */
{
    Loop *loop = new_loop();
    Task *task = create_in(loop, return_1, NULL);
    Value value;
    CHECK_INT(loop_run_until_complete(loop, task, NULL), 0);
    CHECK(task_done(task));
    CHECK_INT(task_result(task, &value), 0);
    CHECK_INT(value.i, 1);
    CHECK_PTR(future_get_loop(task), loop);
    finish(loop, task);
}

static int create_and_await(void *arg, Value *result)
{
    return task_join(create(return_1, NULL), result);
}

TEST(bare_create_task)    /* CPython: test_bare_create_task */
{
    Loop *loop = new_loop();
    Value value;
    CHECK_INT(run_in(loop, create_and_await, NULL, &value), 0);
    CHECK_INT(value.i, 1);
    finish(loop, NULL);
}

TEST(create_task_with_noncoroutine)
{
    /* CPython: test_create_task_with_noncoroutine */
    Loop *loop = new_loop();
    CHECK_PTR(loop_create_task(loop, NULL, NULL), NULL);
    CHECK_INT(errno, EINVAL);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
    finish(loop, NULL);
}

/* CPython: test_step_result_future.  It goes on in the turn after. */
TEST(step_result_future)
{
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    Task *task = create_in(loop, await_it, future);
    Value value;
    run_briefly(loop);
    CHECK_INT(future_set_result(future, (Value){ .i = 7 }), 0);
    CHECK(!task_done(task));
    run_briefly(loop);
    CHECK_INT(task_result(task, &value), 0);
    CHECK_INT(value.i, 7);
    future_release(future);
    finish(loop, task);
}

static int return_future(void *future, Value *result)
{
    result->p = future;
    return 0;
}

/* CPython: test_coroutine_non_gen_function_return_future.  A future that is
 * returned is a value like any other: nobody awaits it. */
TEST(coroutine_that_returns_a_future)
{
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    Value value;
    CHECK_INT(run_in(loop, return_future, future, &value), 0);
    CHECK_PTR(value.p, future);
    CHECK(!future_done(future));
    future_release(future);
    finish(loop, NULL);
}

/* CPython: test_task_set_methods, and instead of the reports of
 * test_set_result_causes_invalid_state and _set_exception_: it is refused. */
TEST(task_set_methods)
{
    Loop *loop = new_loop();
    Task *task = create_in(loop, return_1, NULL);
    Value value = { .i = 2 };
    CHECK_INT(future_set_result(task, value), E_RUNTIME);
    CHECK_INT(future_set_error(task, E_VALUE, value), E_RUNTIME);
    CHECK_INT(loop_run_until_complete(loop, task, &value), 0);
    CHECK_INT(value.i, 1);
    finish(loop, task);
}

static void stop_at_2(void *x)
{
    if (++*(int *)x == 2)
        loop_stop(async_get_running_loop());
}

static int count_to_10(void *x, Value *result)
{
    int err = 0;
    while (*(int *)x < 10 && err == 0) {
        err = async_sleep(0.1);
        if (err == 0)
            stop_at_2(x);
    }
    return err;
}

TEST(stop_while_run_in_complete)
{
    /* CPython: test_stop_while_run_in_complete */
    int x = 0;
    Loop *loop = new_loop();
    Task *task = create_in(loop, count_to_10, &x);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), E_RUNTIME);
    CHECK(!task_done(task));
    CHECK_INT(x, 2);
    CHECK_DOUBLE(loop_time(loop), 0.2, 1e-9);
    CHECK(task_cancel(task));
    CHECK_INT(loop_run_until_complete(loop, task, NULL), E_CANCELLED);
    CHECK_INT(x, 2);
    finish(loop, task);
}

/* ---- What it cannot await ---- */
TEST(other_loop_future)    /* CPython: test_other_loop_future */
{
    Loop *loop = new_loop(), *other = new_loop();
    Future *future = future_new(other);
    CHECK_INT(run_in(loop, await_it, future, NULL), E_RUNTIME);
    future_release(future);
    loop_free(other);
    finish(loop, NULL);
}

static int await_itself(void *arg, Value *result)
{
    return await(async_current_task(), result);
}

TEST(task_awaits_on_itself)    /* CPython: test_task_awaits_on_itself */
{
    Loop *loop = new_loop();
    CHECK_INT(run_in(loop, await_itself, NULL, NULL), E_RUNTIME);
    finish(loop, NULL);
}

/* CPython: test_pep492.py: test_double_await.  What a task runs, nobody else
 * can run. */
static int run_coro_of(void *arg, Value *result)
{
    Task *task = create(sleep_10, NULL);
    CHECK_INT(async_sleep(0), 0);
    CHECK(!coro_resume(task_get_coro(task), (Value){ .i = 0 }, NULL));
    CHECK(!coro_done(task_get_coro(task)));
    CHECK(task_cancel(task));
    return task_join(task, NULL);
}

TEST(double_await)
{
    Loop *loop = new_loop();
    CHECK_INT(run_in(loop, run_coro_of, NULL, NULL), E_CANCELLED);
    finish(loop, NULL);
}

/* ---- Names ---- */
static int create_named(void *arg, Value *result)
{
    TaskOptions options = { .name = "No-op" };
    Task *task = async_create_task_with(return_1, NULL, &options);
    CHECK_STR(task_get_name(task), "No-op");
    return task_join(task, NULL);
}

/* CPython: test_bare_create_named_task, and in test_base_events.py:
 * test_create_named_task_with_default_factory */
TEST(bare_create_named_task)
{
    Loop *loop = new_loop();
    CHECK_INT(run_in(loop, create_named, NULL, NULL), 0);
    finish(loop, NULL);
}

static int number_of(Task *task)
{
    int number = 0;
    CHECK_INT(sscanf(task_get_name(task), "Task-%d", &number), 1);
    return number;
}

TEST(task_repr_autogenerated)    /* CPython: test_task_repr_autogenerated */
{
    Loop *loop = new_loop();
    Task *task1 = create_in(loop, return_1, NULL);
    Task *task2 = create_in(loop, return_1, NULL);
    CHECK(number_of(task1) < number_of(task2));
    CHECK_INT(loop_run_until_complete(loop, task2, NULL), 0);
    task_release(task1);
    finish(loop, task2);
}

/* ---- Its stack ---- */
static int print_own_stack(void *file, Value *result)
{
    task_print_stack(async_current_task(), file);
    return 0;
}

/* CPython: test_get_stack, and test_pep492.py: test_task_print_stack.  Here it
 * has the names of tasks, as C has none of functions. */
TEST(get_stack)
{
    char line[80] = "";
    FILE *file = tmpfile();
    Loop *loop = new_loop();
    Task *task = create_in(loop, print_own_stack, file);
    task_set_name(task, "foo");
    CHECK_INT(loop_run_until_complete(loop, task, NULL), 0);
    rewind(file);
    CHECK(fgets(line, sizeof line, file) != NULL);
    CHECK_STR(line, "foo (running)\n");
    CHECK(fgets(line, sizeof line, file) == NULL);
    fclose(file);
    finish(loop, task);
}

/* ---- Reports ---- */
static char message[100];
static Future *reported;

static void see(Loop *loop, const ErrorContext *context, void *arg)
{
    snprintf(message, sizeof message, "%s", context->message);
    reported = context->future;
}

/* CPython: test_log_destroyed_pending_task.  There who waits for what nobody
 * holds vanishes; here tasks live as long as their loop. */
TEST(log_destroyed_pending_task)
{
    Task *all[2] = { NULL, NULL };
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    Task *task = create_in(loop, await_it, future);
    loop_set_exception_handler(loop, see, NULL);
    CHECK_INT(async_all_tasks(loop, all, 2), 1);
    CHECK_PTR(all[0], task);
    run_briefly(loop);
    task_release(task);
    CHECK_INT(loop_close(loop), 0);
    CHECK_STR(message, "Task was destroyed but it is pending");
    CHECK_PTR(reported, task);
    future_release(future);
    finish(loop, NULL);
}

static int fail_and_be_cancelled(void *arg, Value *result)
{
    Task *task = create(fail, NULL);
    CHECK_INT(async_sleep(0.05), 0);
    CHECK(!task_cancel(task));
    task_release(task);
    return 0;
}

/* CPython: test_tb_logger_not_called_after_cancel, of a task */
TEST(tb_logger_not_called_after_cancel)
{
    Loop *loop = new_loop();
    loop_set_exception_handler(loop, see, NULL);
    CHECK_INT(run_in(loop, fail_and_be_cancelled, NULL, NULL), 0);
    CHECK_STR(message, "");
    finish(loop, NULL);
}
