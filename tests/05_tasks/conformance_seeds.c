/* Programs in Python as tutorials show them, and what CPython prints for them:
 * the same lines, in the same order.  In virtual time. */
#include "python.h"

/* ---- Helpers ---- */
static double now(void)
{
    return loop_time(async_get_running_loop());
}

typedef struct Say {
    double delay;
    const char *what;
} Say;

static int say_after(void *arg, Value *result)
{
    Say *say = arg;
    int err = async_sleep(say->delay);
    if (err == 0)
        print("%s\n", say->what);
    return err;
}

/* How many units of 50 ms, rounded. */
static int units(double since)
{
    return (int)((now() - since) / 0.05 + 0.5);
}

/* ---- seed_01: hello, world ---- */
static int main_of_seed_01(void *arg, Value *result)
{
    print("hello\n");
    int err = async_sleep(0.05);
    print("world\n");
    return err;
}

TEST(seed_01_hello_world)
{
    run(main_of_seed_01);
    CHECK_STR(printed, "hello\nworld\n");
}

/* ---- seed_02: one after the other ---- */
static int main_of_seed_02(void *arg, Value *result)
{
    double since = now();
    CHECK_INT(say_after(&(Say){ 0.05, "hello" }, result), 0);
    CHECK_INT(say_after(&(Say){ 0.1, "world" }, result), 0);
    print("took about 3 units: %d\n", units(since));
    return 0;
}

TEST(seed_02_say_after_sequential)
{
    run(main_of_seed_02);
    CHECK_STR(printed, "hello\nworld\ntook about 3 units: 3\n");
}

/* ---- seed_03: at the same time ---- */
static int main_of_seed_03(void *arg, Value *result)
{
    Say hello = { 0.05, "hello" }, world = { 0.1, "world" };
    Task *task1 = create(say_after, &hello);
    Task *task2 = create(say_after, &world);
    double since = now();
    CHECK_INT(task_join(task1, NULL), 0);
    CHECK_INT(task_join(task2, NULL), 0);
    print("took about 2 units: %d\n", units(since));
    return 0;
}

TEST(seed_03_say_after_create_task)
{
    run(main_of_seed_03);
    CHECK_STR(printed, "hello\nworld\ntook about 2 units: 2\n");
}

/* ---- seed_09: done callbacks ---- */
typedef struct Sum {
    int a, b;
    double time;
} Sum;

static int calculate(void *arg, Value *result)
{
    Sum *sum = arg;
    print("start calculate\n");
    int err = async_sleep(sum->time);
    print("finished\n");
    result->i = sum->a + sum->b;
    return err;
}

static void print_result(Future *future, void *arg)
{
    Value value;
    print("finished callback\n");
    CHECK_INT(future_result(future, &value), 0);
    print("result is %lld\n", value.i);
}

static int main_of_seed_09(void *arg, Value *result)
{
    Sum sum1 = { 1, 3, 0.1 }, sum2 = { 1, 6, 0.06 };
    Task *task1 = create(calculate, &sum1);
    Task *task2 = create(calculate, &sum2);
    CHECK_INT(future_add_done_callback(task1, print_result, NULL), 0);
    CHECK_INT(future_add_done_callback(task2, print_result, NULL), 0);
    CHECK_INT(task_join(task1, NULL), 0);
    return task_join(task2, NULL);
}

TEST(seed_09_add_done_callback)
{
    run(main_of_seed_09);
    CHECK_STR(printed, "start calculate\n"
                       "start calculate\n"
                       "finished\n"
                       "finished callback\n"
                       "result is 7\n"
                       "finished\n"
                       "finished callback\n"
                       "result is 4\n");
}

/* ---- seed_10: awaiting coroutines ---- */
static int func(void *arg, Value *result)
{
    print("start\n");
    int err = async_sleep(0.05);
    print("end\n");
    *result = (Value){ .s = "func result" };
    return err;
}

static int main_of_seed_10(void *arg, Value *result)
{
    Value value;
    CHECK_INT(func(NULL, &value), 0);
    print("response1: %s\n", value.s);
    CHECK_INT(func(NULL, &value), 0);
    print("response2: %s\n", value.s);
    return 0;
}

TEST(seed_10_await_sequential)
{
    run(main_of_seed_10);
    CHECK_STR(printed, "start\n"
                       "end\n"
                       "response1: func result\n"
                       "start\n"
                       "end\n"
                       "response2: func result\n");
}

/* ---- seed_11: awaiting tasks ---- */
static int main_of_seed_11(void *arg, Value *result)
{
    Value value;
    Task *task1 = create(func, NULL);
    Task *task2 = create(func, NULL);
    print("main finished\n");
    CHECK_INT(task_join(task1, &value), 0);
    print("task1: %s\n", value.s);
    CHECK_INT(task_join(task2, &value), 0);
    print("task2: %s\n", value.s);
    return 0;
}

TEST(seed_11_two_tasks)
{
    run(main_of_seed_11);
    CHECK_STR(printed, "main finished\n"
                       "start\n"
                       "start\n"
                       "end\n"
                       "end\n"
                       "task1: func result\n"
                       "task2: func result\n");
}

/* ---- seed_13: a task completes a future ---- */
static int work(void *future, Value *result)
{
    int err = async_sleep(0.05);
    CHECK_INT(future_set_result(future, (Value){ .s = "666" }), 0);
    return err;
}

static int main_of_seed_13(void *arg, Value *result)
{
    Value value;
    Loop *loop = async_get_running_loop();
    Future *future = future_new(loop);
    CHECK_INT(task_join(loop_create_task(loop, work, future), NULL), 0);
    CHECK_INT(await(future, &value), 0);
    print("%s\n", value.s);
    future_release(future);
    return 0;
}

TEST(seed_13_future_set_result)
{
    run(main_of_seed_13);
    CHECK_STR(printed, "666\n");
}

/* ---- seed_17: before and after ---- */
/* What Python calls in an async with are two functions, and plain calls. */
static SUSPENDS int enter(void)
{
    print("enter\n");
    return async_sleep(0.05);
}

static SUSPENDS int leave(void)
{
    int err = async_sleep(0.05);
    print("exit\n");
    return err;
}

static int do_something(void *arg, Value *result)
{
    result->i = 666;
    return 0;
}

static int main_of_seed_17(void *arg, Value *result)
{
    Value value;
    CHECK_INT(enter(), 0);
    CHECK_INT(do_something(NULL, &value), 0);
    print("%lld\n", value.i);
    return leave();
}

TEST(seed_17_async_context_manager)
{
    run(main_of_seed_17);
    CHECK_STR(printed, "enter\n666\nexit\n");
}

/* ---- seed_29: a set of tasks in the background ---- */
static int background_tasks;

static int some_coro(void *arg, Value *result)
{
    int param = *(int *)arg;
    int err = async_sleep(0.01 * (param + 1));
    print("coro %d tasks kept: %d\n", param, background_tasks);
    return err;
}

/* The set is a count, as each of its members is one reference. */
static void discard(Future *task, void *arg)
{
    background_tasks--;
    task_release(task);
}

static int main_of_seed_29(void *arg, Value *result)
{
    for (int i = 0; i < 4; i++) {
        Task *task = async_create_task_copy(some_coro, &i, sizeof i);
        CHECK(task != NULL);
        background_tasks++;
        CHECK_INT(future_add_done_callback(task, discard, NULL), 0);
    }
    CHECK_INT(async_sleep(0.08), 0);
    print("left %d\n", background_tasks);
    return 0;
}

TEST(seed_29_background_tasks_set)
{
    run(main_of_seed_29);
    CHECK_STR(printed, "coro 0 tasks kept: 4\n"
                       "coro 1 tasks kept: 3\n"
                       "coro 2 tasks kept: 2\n"
                       "coro 3 tasks kept: 1\n"
                       "left 0\n");
}

/* ---- Left for later chapters ---- */
/* Every future_* and task_* is in this folder, or in 03_futures.
 * seed_05, seed_06, factorial_gather: async_gather().
 * seed_07, wait_for_eternity: async_wait_for().
 * seed_14, seed_15, a pool of threads: threads.
 * seed_18, event_waiter, and seed_19, barrier_example: event and barrier.
 * seed_21, as_completed, and seed_22, wait: those two.
 * seed_23, taskgroup: task groups.
 * seed_25, shield: async_shield().
 * seed_26, tcp_echo_client: streams.  seed_27: subprocesses.
 * seed_30, run_coroutine_threadsafe: threads.
 * seed_31, runner_context_manager: the runner.
 * loop_14, sock_api: the coroutines that read from and write to sockets. */
