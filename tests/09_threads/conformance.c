/* Programs in Python about threads, and what CPython prints for them: the same
 * lines, in the same order.  In real time, as in the originals. */
#include "workers.h"

/* ---- Printing ---- */
/* By one thread at a time, and each hands over to the next. */
static char printed[2000];

__attribute__((format(printf, 1, 2)))
static void print(const char *format, ...)
{
    va_list args;
    size_t size = strlen(printed);
    va_start(args, format);
    vsnprintf(printed + size, sizeof printed - size, format, args);
    va_end(args);
}

static int nap(double seconds)
{
    struct timespec time = { 0, (long)(seconds * 1e9) };
    return nanosleep(&time, NULL);
}

/* ---- thread_02: a thread asks the loop ---- */
static const char *cancelled_log = "[]";

typedef struct Add {
    int a, b;
} Add;

static int add(void *arg, Value *result)
{
    Add *sum = arg;
    int err = async_sleep(0.01);
    if (err == 0 && sum->b < 0)
        return E_VALUE;
    result->i = sum->a + sum->b;
    return err;
}

static int forever(void *arg, Value *result)
{
    int err = async_sleep(10);
    if (err == E_CANCELLED)
        cancelled_log = "['coroutine cancelled from the other thread']";
    return err;
}

static int worker(void *loop, Value *result)
{
    Value value = nothing;
    Add good = { 1, 2 }, bad = { 1, -2 };
    ConcurrentFuture *f = async_run_coroutine_threadsafe(add, &good, loop);
    CHECK_INT(concurrent_future_result(f, 5, &value), 0);
    print("thread got %lld\n", value.i);
    concurrent_future_release(f);
    f = async_run_coroutine_threadsafe(add, &bad, loop);
    int err = concurrent_future_result(f, 5, NULL);
    print("thread got %s\n", error_name(err));
    concurrent_future_release(f);
    f = async_run_coroutine_threadsafe(forever, NULL, loop);
    if (concurrent_future_result(f, 0.02, NULL) == E_TIMEOUT)
        print("thread timeout; cancel -> %s\n",
              concurrent_future_cancel(f) ? "True" : "False");
    concurrent_future_release(f);
    return 0;
}

static int main_of_thread_02(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    Future *future = loop_run_in_executor(loop, NULL, worker, loop);
    CHECK_INT(task_join(future, NULL), 0);
    rest(0.02);
    print("%s\n", cancelled_log);
    return 0;
}

TEST(thread_02_run_coroutine_threadsafe)    /* X2 */
{
    play_real(main_of_thread_02, NULL);
    CHECK_STR(printed, "thread got 3\n"
                       "thread got ValueError\n"
                       "thread timeout; cancel -> True\n"
                       "['coroutine cancelled from the other thread']\n");
}

/* ---- seed_14: a pool without a loop ---- */
static int work_14(void *arg, Value *result)
{
    nap(0.01);
    print("%d\n", *(int *)arg);
    *result = (Value){ .s = "work done" };
    return 0;
}

TEST(seed_14_thread_pool_submit)
{
    Executor *pool = new_pool(5);
    for (int i = 0; i < 10; i++) {
        Value value = nothing;
        CHECK_INT(result_of(submit(pool, work_14, &i), &value), 0);
        print("%s\n", value.s);
    }
    executor_free(pool);
    CHECK_STR(printed, "0\nwork done\n1\nwork done\n2\nwork done\n"
                       "3\nwork done\n4\nwork done\n5\nwork done\n"
                       "6\nwork done\n7\nwork done\n8\nwork done\n"
                       "9\nwork done\n");
}

/* ---- seed_15: a loop and two pools ---- */
static int work_15(void *arg, Value *result)
{
    nap(0.02);
    *result = (Value){ .s = "work done" };
    return 0;
}

static int main_of_seed_15(void *arg, Value *result)
{
    Value value = nothing;
    Loop *loop = async_get_running_loop();
    Future *future = loop_run_in_executor(loop, NULL, work_15, NULL);
    CHECK_INT(task_join(future, &value), 0);
    print("default thread pool: %s\n", value.s);
    Executor *pool = new_pool(0);
    future = loop_run_in_executor(loop, pool, work_15, NULL);
    CHECK_INT(task_join(future, &value), 0);
    print("custom thread pool: %s\n", value.s);
    executor_free(pool);
    return 0;
}

TEST(seed_15_run_in_executor_default_and_custom)
{
    play_real(main_of_seed_15, NULL);
    CHECK_STR(printed, "default thread pool: work done\n"
                       "custom thread pool: work done\n");
}

/* ---- seed_30: a loop in another thread ---- */
static int my_coroutine(void *arg, Value *result)
{
    print("Running in coroutine\n");
    int err = async_sleep(0.02);
    *result = (Value){ .s = "Coroutine Result" };
    return err;
}

static void callback(ConcurrentFuture *fut, void *arg)
{
    Value value = nothing;
    CHECK_INT(concurrent_future_result(fut, INFINITY, &value), 0);
    print("Callback called with result: %s\n", value.s);
}

static void *run_forever(void *loop)
{
    CHECK_INT(loop_run_forever(loop), 0);
    return NULL;
}

TEST(seed_30_run_coroutine_threadsafe)    /* X2 */
{
    Value value = nothing;
    Loop *loop = real_loop();
    pthread_t t = new_thread(run_forever, loop);
    ConcurrentFuture *fut = async_run_coroutine_threadsafe(my_coroutine, NULL,
                                                           loop);
    CHECK_INT(concurrent_future_result(fut, 5, &value), 0);
    print("main thread got: %s\n", value.s);
    CHECK_INT(concurrent_future_add_done_callback(fut, callback, NULL), 0);
    loop_call_soon_threadsafe(loop, loop_stop_callback, loop);
    join_thread(t);
    loop_free(loop);
    concurrent_future_release(fut);
    CHECK_STR(printed, "Running in coroutine\n"
                       "main thread got: Coroutine Result\n"
                       "Callback called with result: Coroutine Result\n");
}
