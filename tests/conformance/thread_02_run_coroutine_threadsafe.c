/* thread_02 - X2: a thread has coroutines run in the loop of another. */
#include "python.h"

/* ---- In the loop ---- */
static const char *log_entry;

typedef struct Pair {
    int a, b;
} Pair;

static int add(void *arg, Value *result)
{
    Pair *pair = arg;
    int err = async_sleep(0.01);
    if (err == 0 && pair->b < 0)
        return E_VALUE;
    result->i = pair->a + pair->b;
    return err;
}

static int forever(void *arg, Value *result)
{
    int err = async_sleep(10);
    if (err == E_CANCELLED)
        log_entry = "coroutine cancelled from the other thread";
    return err;
}

/* ---- In the thread ---- */
static int worker(void *loop, Value *result)
{
    Value sum;
    Pair good = { 1, 2 }, bad = { 1, -2 };
    ConcurrentFuture *f = async_run_coroutine_threadsafe(add, &good, loop);
    must(concurrent_future_result(f, 5, &sum));
    printf("thread got %lld\n", sum.i);
    concurrent_future_release(f);
    f = async_run_coroutine_threadsafe(add, &bad, loop);
    if (concurrent_future_result(f, 5, NULL) == E_VALUE)
        puts("thread got ValueError");
    concurrent_future_release(f);
    f = async_run_coroutine_threadsafe(forever, NULL, loop);
    if (concurrent_future_result(f, 0.02, NULL) == E_TIMEOUT)
        printf("thread timeout; cancel -> %s\n",
               truth(concurrent_future_cancel(f)));
    concurrent_future_release(f);
    return 0;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Loop *loop = running_loop();
    Future *done = loop_run_in_executor(loop, NULL, worker, loop);
    must(await(done, NULL));
    future_release(done);
    must(async_sleep(0.02));
    printf("['%s']\n", log_entry);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
