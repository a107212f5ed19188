/* seed_15 - work for threads, while the loop goes on. */
#include "python.h"

/* ---- In a thread ---- */
static int work(void *arg, Value *result)
{
    time_sleep(0.02);
    *result = (Value){ .s = "work done" };
    return 0;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Value value;
    Loop *loop = running_loop();
    Future *future = loop_run_in_executor(loop, NULL, work, NULL);
    must(await(future, &value));
    future_release(future);
    printf("default thread pool: %s\n", value.s);
    Executor *pool = thread_pool_executor_new(0);
    future = loop_run_in_executor(loop, pool, work, NULL);
    must(await(future, &value));
    future_release(future);
    printf("custom thread pool: %s\n", value.s);
    executor_free(pool);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
