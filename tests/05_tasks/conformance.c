/* Programs in Python about tasks, and what CPython prints for them: the same
 * lines, in the same order.  asyncio.wait([task]) is await() here, which tells
 * of an error and raises none; asyncio.gather() is one await after the other,
 * where nothing but the end of all is waited for. */
#include "python.h"

/* ---- future_04: awaiting what is done does not yield ---- */
static int sleep_0_t(void *arg, Value *result)
{
    return async_sleep_result(0, (Value){ .s = "t" }, result);
}

static int main_of_future_04(void *arg, Value *result)
{
    Future *future = new_future();
    Value value;
    CHECK_INT(future_set_result(future, (Value){ .i = 5 }), 0);
    soon(print_line, "other callback");
    CHECK_INT(await(future, &value), 0);
    print("await done future: %lld\n", value.i);
    future_release(future);
    Task *task = create(sleep_0_t, NULL);
    async_sleep(0);
    async_sleep(0);
    soon(print_line, "yet another callback");
    CHECK_INT(task_join(task, &value), 0);
    print("await done task: %s\n", value.s);
    print("before sleep(0)\n");
    async_sleep(0);
    print("after sleep(0)\n");
    return 0;
}

TEST(future_04_await_done_does_not_yield)    /* F4 */
{
    run(main_of_future_04);
    CHECK_STR(printed, "await done future: 5\n"
                       "other callback\n"
                       "await done task: t\n"
                       "before sleep(0)\n"
                       "yet another callback\n"
                       "after sleep(0)\n");
}

/* ---- future_06: a cancelled future cancels who waits ---- */
static int cancelling(void)
{
    return task_cancelling(async_current_task());
}

static int wait_for(void *future, Value *result)
{
    int err = await(future, result);
    if (err == E_CANCELLED)
        print("%s, cancelling() = %d\n", error_name(err), cancelling());
    return err;
}

static int main_of_future_06(void *arg, Value *result)
{
    Future *future = new_future();
    Task *task = create(wait_for, future);
    async_sleep(0);
    future_cancel(future);
    int err = await(task, NULL);
    print("main sees %s; main cancelling() = %d\n", error_name(err),
          cancelling());
    print("task cancelled %s\n", truth(task_cancelled(task)));
    task_release(task);
    future_release(future);
    return 0;
}

TEST(future_06_cancelled_future_cancels_waiting_task)    /* F6 */
{
    run(main_of_future_06);
    CHECK_STR(printed, "CancelledError, cancelling() = 0\n"
                       "main sees CancelledError; main cancelling() = 0\n"
                       "task cancelled True\n");
}

/* ---- future_08: cancel, then set a result ---- */
static int wait_silently(void *future, Value *result)
{
    return await(future, NULL);
}

static int main_of_future_08(void *arg, Value *result)
{
    Future *future = new_future();
    Task *task = create(wait_silently, future);
    async_sleep(0);
    task_cancel(task);
    print("cancelling a task cancels the future it awaits: %s\n",
          truth(future_cancelled(future)));
    print("task.cancelled() right after cancel(): %s done: %s\n",
          truth(task_cancelled(task)), truth(task_done(task)));
    print("%s\n", error_name(future_set_result(future, (Value){ .i = 1 })));
    await(task, NULL);
    print("task cancelled %s\n", truth(task_cancelled(task)));
    task_release(task);
    future_release(future);
    return 0;
}

TEST(future_08_cancel_then_set_result)    /* F7 */
{
    run(main_of_future_08);
    CHECK_STR(printed,
              "cancelling a task cancels the future it awaits: True\n"
              "task.cancelled() right after cancel(): False done: False\n"
              "InvalidStateError\n"
              "task cancelled True\n");
}

/* ---- task_02: awaiting a coroutine is a plain call ---- */
static int leaf(void *arg, Value *result)
{
    print("leaf runs inline in %s\n", task_get_name(async_current_task()));
    *result = (Value){ .i = 1 };
    return 0;
}

static int main_of_task_02(void *arg, Value *result)
{
    Value value;
    task_set_name(async_current_task(), "main-task");
    soon(print_line, "scheduled callback");
    CHECK_INT(leaf(NULL, &value), 0);
    print("direct await %lld\n", value.i);
    print("callback has not run yet\n");
    Task *task = async_create_task_with(leaf, NULL,
                                        &(TaskOptions){ .name = "leaf-task" });
    CHECK_INT(task_join(task, &value), 0);
    print("task await %lld\n", value.i);
    return 0;
}

TEST(task_02_await_coroutine_is_a_plain_call)    /* T2 */
{
    run(main_of_task_02);
    CHECK_STR(printed, "leaf runs inline in main-task\n"
                       "direct await 1\n"
                       "callback has not run yet\n"
                       "scheduled callback\n"
                       "leaf runs inline in leaf-task\n"
                       "task await 1\n");
}

/* ---- task_16: the current task, and names ---- */
static int tell_name(void *arg, Value *result)
{
    print("in %s\n", task_get_name(async_current_task()));
    async_sleep(0);
    print("again in %s\n", task_get_name(async_current_task()));
    return 0;
}

static void tell_current(void *arg)
{
    print("in plain callback current_task is None: %s\n",
          truth(async_current_task() == NULL));
}

static int main_of_task_16(void *arg, Value *result)
{
    soon(tell_current, NULL);
    Task *a = async_create_task_with(tell_name, NULL,
                                     &(TaskOptions){ .name = "alpha" });
    Task *b = create(tell_name, NULL);
    task_set_name(b, "beta");
    CHECK_INT(task_join(a, NULL), 0);
    CHECK_INT(task_join(b, NULL), 0);
    Task *c = create(tell_name, NULL);
    print("default name has a prefix: %s\n",
          truth(strncmp(task_get_name(c), "Task-", 5) == 0));
    task_set_name(c, "gamma");
    return task_join(c, NULL);
}

TEST(task_16_current_task_and_names)    /* T15 */
{
    run(main_of_task_16);
    CHECK_STR(printed, "in plain callback current_task is None: True\n"
                       "in alpha\n"
                       "in beta\n"
                       "again in alpha\n"
                       "again in beta\n"
                       "default name has a prefix: True\n"
                       "in gamma\n"
                       "again in gamma\n");
}

/* ---- task_18: sleep(0) goes around ---- */
typedef struct Round {
    const char *name;
    int count;
} Round;

static int go_around(void *arg, Value *result)
{
    Round *round = arg;
    for (int i = 0; i < round->count; i++) {
        print("%s %d\n", round->name, i);
        async_sleep(0);
    }
    return 0;
}

static int main_of_task_18(void *arg, Value *result)
{
    Round rounds[] = { { "a", 3 }, { "b", 2 }, { "c", 4 } };
    Task *tasks[3];
    for (int i = 0; i < 3; i++)
        tasks[i] = create(go_around, &rounds[i]);
    for (int i = 0; i < 3; i++)
        CHECK_INT(task_join(tasks[i], NULL), 0);
    return 0;
}

TEST(task_18_sleep0_round_robin)    /* T1 */
{
    run(main_of_task_18);
    CHECK_STR(printed, "a 0\nb 0\nc 0\n"
                       "a 1\nb 1\nc 1\n"
                       "a 2\nc 2\n"
                       "c 3\n");
}

/* ---- task_20: callbacks, and who awaits ---- */
typedef struct WaiterOf {
    const char *name;
    Task *task;
} WaiterOf;

static void print_callback(Future *future, void *line)
{
    print_line(line);
}

static int print_end(void *arg, Value *result)
{
    print("job ends\n");
    return 0;
}

static int wait_and_tell(void *arg, Value *result)
{
    WaiterOf *waiter = arg;
    CHECK_INT(await(waiter->task, NULL), 0);
    print("waiter %s resumed\n", waiter->name);
    return 0;
}

static int main_of_task_20(void *arg, Value *result)
{
    Task *task = create(print_end, NULL);
    WaiterOf waiters[] = { { "w", task }, { "w2", task } };
    CHECK_INT(future_add_done_callback(task, print_callback, "callback 1"), 0);
    Task *w = create(wait_and_tell, &waiters[0]);
    Task *w2 = create(wait_and_tell, &waiters[1]);
    CHECK_INT(await(task, NULL), 0);
    print("main resumed\n");
    CHECK_INT(future_add_done_callback(task, print_callback,
                                       "callback 2 (late)"), 0);
    CHECK_INT(task_join(w, NULL), 0);
    CHECK_INT(task_join(w2, NULL), 0);
    async_sleep(0);
    task_release(task);
    return 0;
}

TEST(task_20_callback_order_relative_to_awaiter)    /* T17 */
{
    run(main_of_task_20);
    CHECK_STR(printed, "job ends\n"
                       "waiter w resumed\n"
                       "waiter w2 resumed\n"
                       "callback 1\n"
                       "main resumed\n"
                       "callback 2 (late)\n");
}

/* ---- task_22: a context is copied at the creation ---- */
static ContextVar var = { "v", { .s = "unset" }, true };

static const char *get(void)
{
    Value value;
    CHECK_INT(contextvar_get(&var, &value), 0);
    return value.s;
}

static void set(const char *text)
{
    CHECK_INT(contextvar_set(&var, (Value){ .s = text }), 0);
}

static int set_name(void *name, Value *result)
{
    print("%s sees %s\n", (char *)name, get());
    set(name);
    async_sleep(0.01);
    print("%s now %s\n", (char *)name, get());
    return 0;
}

static void tell_var(void *arg)
{
    print("callback sees %s\n", get());
}

static int main_of_task_22(void *arg, Value *result)
{
    set("main");
    Task *c1 = create(set_name, "c1");
    set("changed");
    Task *c2 = create(set_name, "c2");
    CHECK_INT(task_join(c1, NULL), 0);
    CHECK_INT(task_join(c2, NULL), 0);
    print("main sees %s\n", get());
    set("set inline");
    print("after plain await: %s\n", get());
    soon(tell_var, NULL);
    set("after call_soon");
    async_sleep(0);
    return 0;
}

/* The last line differs: a plain callback has no context of its own here, and
 * sees the thread's; in CPython it prints "callback sees set inline". */
TEST(task_22_contextvars_copied_at_creation)    /* T18 */
{
    run(main_of_task_22);
    CHECK_STR(printed, "c1 sees main\n"
                       "c2 sees changed\n"
                       "c1 now c1\n"
                       "c2 now c2\n"
                       "main sees changed\n"
                       "after plain await: set inline\n"
                       "callback sees unset\n");
}
