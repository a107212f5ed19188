/* waitfor_02 - W2: without a limit, without time, and for what is done. */
#include "python.h"

/* ---- A coroutine ---- */
static int job(void *arg, Value *result)
{
    printf("job started\n");
    int err = async_sleep(0.01);
    *result = (Value){ .s = "r" };
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Value value = { .i = 0 };
    must(async_wait_for_call(job, NULL, INFINITY, &value));
    printf("None: %s\n", value.s);
    if (async_wait_for_call(job, NULL, 0, &value) == E_TIMEOUT)
        printf("0: TimeoutError and the coroutine never started\n");
    Future *f = create_future();
    must(future_set_result(f, (Value){ .s = "ready" }));
    must(async_wait_for(f, 0, &value));
    printf("0 with a done future: %s\n", value.s);
    must(async_wait_for(f, -1, &value));
    printf("-1 with a done future: %s\n", value.s);
    Future *g = create_future();
    if (async_wait_for(g, -1, NULL) == E_TIMEOUT)
        printf("-1: TimeoutError, future cancelled %s\n",
               truth(future_cancelled(g)));
    future_release(f);
    future_release(g);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
