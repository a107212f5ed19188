/* The example of concurrent.futures: a pool of five threads, and no loop. */
#include <math.h>
#include <time.h>

#include "../../03_futures/demo/virtual.h"
#include "../executor.h"

/* ---- The work ---- */
/* Any function that takes its time: it runs in a thread of the pool. */
static int work(void *arg, Value *result)
{
    const int *value = arg;
    nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
    printf("%d\n", *value);
    result->p = "work done";
    return 0;
}

/* ---- One after the other ---- */
/* result() waits: so the next one is not submitted before. */
static void submit(Executor *pool, int *value)
{
    Value result;
    ConcurrentFuture *future =
        must_have(executor_submit(pool, work, value), "submit");
    must_succeed(concurrent_future_result(future, INFINITY, &result), "work");
    printf("%s\n", (char *)result.p);
    concurrent_future_release(future);
}

/* ---- The pool ---- */
int main(void)
{
    Executor *pool = must_have(thread_pool_executor_new(5), "pool");
    for (int i = 0; i < 10; i++)
        submit(pool, &i);
    executor_free(pool);
    return 0;
}
