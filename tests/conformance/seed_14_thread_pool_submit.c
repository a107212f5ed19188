/* seed_14 - threads without any loop. */
#include "python.h"

/* ---- In a thread ---- */
static int work(void *value, Value *result)
{
    time_sleep(0.01);
    printf("%d\n", *(int *)value);
    *result = (Value){ .s = "work done" };
    return 0;
}

/* ---- The program ---- */
int main(void)
{
    Executor *pool = thread_pool_executor_new(5);
    for (int i = 0; i < 10; i++) {
        Value result;
        ConcurrentFuture *fut = executor_submit(pool, work, &i);
        must(concurrent_future_result(fut, INFINITY, &result));
        puts(result.s);
        concurrent_future_release(fut);
    }
    executor_free(pool);
    return 0;
}
