/* The rules behind CPython's own tests of sleeping, of the current task and of
 * contexts: each test here names the one it was read from, in test_tasks.py. */
#include "../../code/02_callbacks/loop_inside.h"
#include "python.h"

/* ---- Helpers ---- */
static void finish(Loop *loop, Task *task)
{
    task_release(task);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
    loop_free(loop);
}

static int sleep_10(void *arg, Value *result)
{
    return async_sleep(10);
}

/* ---- Sleeping ---- */
static int sleep_and_return(void *arg, Value *result)
{
    int err = async_sleep(0.05);
    if (err != 0)
        return err;
    return async_sleep_result(0.05, (Value){ .s = "yeah" }, result);
}

TEST(sleep)    /* CPython: test_sleep */
{
    Loop *loop = new_loop();
    Value value;
    CHECK_INT(run_in(loop, sleep_and_return, NULL, &value), 0);
    CHECK_STR(value.s, "yeah");
    CHECK_DOUBLE(loop_time(loop), 0.1, 1e-9);
    finish(loop, NULL);
}

static int sum;

static void increment(void *arg)
{
    sum++;
}

static int sleep_0(void *arg, Value *result)
{
    Value ten;
    soon(increment, NULL);
    CHECK_INT(sum, 0);
    CHECK_INT(async_sleep_result(0, (Value){ .i = 10 }, &ten), 0);
    CHECK_INT(sum, 1);
    sum += (int)ten.i;
    return 0;
}

TEST(sleep_zero)    /* CPython: test_sleep_zero */
{
    Loop *loop = new_loop();
    CHECK_INT(run_in(loop, sleep_0, NULL, NULL), 0);
    CHECK_INT(sum, 11);
    finish(loop, NULL);
}

static int sleep_nan(void *arg, Value *result)
{
    return async_sleep(strtod("nan", NULL));
}

TEST(sleep_when_delay_is_nan)    /* CPython: test_sleep_when_delay_is_nan */
{
    Loop *loop = new_loop();
    CHECK_INT(run_in(loop, sleep_nan, NULL, NULL), E_VALUE);
    finish(loop, NULL);
}

TEST(sleep_cancel)    /* CPython: test_sleep_cancel */
{
    Loop *loop = new_loop();
    Task *task = create_in(loop, sleep_10, NULL);
    run_briefly(loop);
    CHECK_INT(loop->timers.count, 1);
    CHECK(task_cancel(task));
    run_briefly(loop);
    CHECK_INT(loop->timers.count, 0);
    finish(loop, task);
}

static int sleep_5000(void *arg, Value *result)
{
    return async_sleep(5000);
}

static int cancel_sleeper(void *arg, Value *result)
{
    Task *sleeper = create(sleep_5000, NULL);
    later(0.1, cancel, sleeper);
    CHECK_INT(task_join(sleeper, NULL), E_CANCELLED);
    return 0;
}

TEST(task_cancel_sleeping_task)    /* CPython: test_task_cancel_sleeping_task */
{
    Loop *loop = new_loop();
    CHECK_INT(run_in(loop, cancel_sleeper, NULL, NULL), 0);
    CHECK_DOUBLE(loop_time(loop), 0.1, 1e-9);
    finish(loop, NULL);
}

/* ---- The current task ---- */
static int check_current(void *task, Value *result)
{
    CHECK_PTR(async_current_task(), *(Task **)task);
    return 0;
}

/* CPython: test_current_task, test_current_task_no_running_loop and
 * test_current_task_with_implicit_loop.  Where Python raises RuntimeError, in
 * test_current_task_no_running_loop_implicit, there is none, too. */
TEST(current_task)
{
    Loop *loop = new_loop();
    CHECK_PTR(async_current_task(), NULL);
    Task *task = create_in(loop, check_current, &task);
    CHECK_PTR(async_current_task(), NULL);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), 0);
    CHECK_PTR(async_current_task(), NULL);
    finish(loop, task);
}

static Task *task1, *task2;
static Future *future1, *future2;

static int go_first(void *arg, Value *result)
{
    CHECK_PTR(async_current_task(), task1);
    CHECK_INT(await(future1, NULL), 0);
    CHECK_PTR(async_current_task(), task1);
    return future_set_result(future2, (Value){ .i = 1 });
}

static int go_second(void *arg, Value *result)
{
    CHECK_PTR(async_current_task(), task2);
    CHECK_INT(future_set_result(future1, (Value){ .i = 1 }), 0);
    CHECK_INT(await(future2, NULL), 0);
    CHECK_PTR(async_current_task(), task2);
    return 0;
}

TEST(current_task_with_interleaving_tasks)
{
    /* CPython: test_current_task_with_interleaving_tasks */
    Loop *loop = new_loop();
    future1 = future_new(loop);
    future2 = future_new(loop);
    task1 = create_in(loop, go_first, NULL);
    task2 = create_in(loop, go_second, NULL);
    CHECK_INT(loop_run_until_complete(loop, task1, NULL), 0);
    CHECK_INT(loop_run_until_complete(loop, task2, NULL), 0);
    CHECK_PTR(async_current_task(), NULL);
    future_release(future1);
    future_release(future2);
    task_release(task1);
    finish(loop, task2);
}

/* ---- Contexts ---- */
static ContextVar var = { "cvar", { .i = -1 }, true };

static long long get(void)
{
    Value value;
    CHECK_INT(contextvar_get(&var, &value), 0);
    return value.i;
}

static void set(long long number)
{
    CHECK_INT(contextvar_set(&var, (Value){ .i = number }), 0);
}

static int set_in_subtask(void *arg, Value *result)
{
    CHECK_INT(async_sleep(0.01), 0);
    CHECK_INT(get(), -1);
    set(2);
    return 0;
}

static int create_subtask(void *arg, Value *result)
{
    CHECK_INT(get(), -1);
    Task *task = create(set_in_subtask, NULL);
    set(1);
    CHECK_INT(get(), 1);
    CHECK_INT(task_join(task, NULL), 0);
    CHECK_INT(get(), 1);
    return 0;
}

TEST(context_1)    /* CPython: test_context_1 */
{
    Loop *loop = new_loop();
    CHECK_INT(run_in(loop, create_subtask, NULL, NULL), 0);
    CHECK_INT(get(), -1);
    finish(loop, NULL);
}

static void set_when_done(Future *future, void *arg)
{
    set(100);
}

static void set_result(void *future)
{
    CHECK_INT(future_set_result(future, (Value){ .i = 1 }), 0);
}

static int await_and_sleep(void *arg, Value *result)
{
    for (int j = 0; j < 2; j++) {
        Future *future = new_future();
        CHECK_INT(future_add_done_callback(future, set_when_done, NULL), 0);
        set(j);
        soon(set_result, future);
        CHECK_INT(await(future, NULL), 0);
        CHECK_INT(get(), j);
        future_release(future);
        for (int i = 0; i < 3; i++) {
            set(i * 10 + j);
            CHECK_INT(async_sleep(0.001), 0);
            CHECK_INT(get(), i * 10 + j);
        }
    }
    return 0;
}

/* CPython: test_context_2.  What a callback sets, the task does not see; the
 * thread does, as callbacks have no context of their own here. */
TEST(context_2)
{
    LEAVES(CHECK_MEMORY, "the thread's own context, which holds a value");
    Loop *loop = new_loop();
    CHECK_INT(run_in(loop, await_and_sleep, NULL, NULL), 0);
    CHECK_INT(get(), 100);
    finish(loop, NULL);
}

static int set_ten_times(void *arg, Value *result)
{
    int number = *(int *)arg;
    for (int i = 0; i < 10; i++) {
        set(number + i);
        CHECK_INT(async_sleep(0.001 * (1 + (number * 7 + i * 13) % 50)), 0);
        CHECK_INT(get(), number + i);
    }
    return 0;
}

TEST(context_3)    /* CPython: test_context_3 */
{
    Task *tasks[100];
    Loop *loop = new_loop();
    int numbers[100];
    for (int i = 0; i < 100; i++) {
        numbers[i] = i % 11;
        tasks[i] = create_in(loop, set_ten_times, &numbers[i]);
    }
    for (int i = 0; i < 100; i++) {
        CHECK_INT(loop_run_until_complete(loop, tasks[i], NULL), 0);
        task_release(tasks[i]);
    }
    CHECK_INT(get(), -1);
    finish(loop, NULL);
}

static int set_later(void *number, Value *result)
{
    CHECK_INT(async_sleep(0), 0);
    set(*(int *)number);
    return 0;
}

static int return_var(void *arg, Value *result)
{
    result->i = get();
    return 0;
}

static SUSPENDS long long run_with(Context *context, CoroFn *function,
                                   void *arg)
{
    TaskOptions options = { .context = context };
    Value value;
    Task *task = async_create_task_with(function, arg, &options);
    CHECK(task != NULL);
    CHECK_INT(task_join(task, &value), 0);
    return value.i;
}

static int share_context(void *arg, Value *result)
{
    int one = 1, two = 2;
    Context *context = context_copy();
    CHECK_INT(run_with(context, return_var, NULL), -1);
    run_with(context, set_later, &one);
    CHECK_INT(run_with(context, return_var, NULL), 1);
    run_with(context, set_later, &two);
    CHECK_INT(run_with(context, return_var, NULL), 2);
    CHECK_INT(get(), -1);
    context_release(context);
    return 0;
}

TEST(context_4)
{
    /* CPython: test_context_4, test_context_5, test_context_6 */
    Loop *loop = new_loop();
    CHECK_INT(run_in(loop, share_context, NULL, NULL), 0);
    finish(loop, NULL);
}
