/* future_06 - F6: a future that is cancelled cancels who waits for it. */
#include "python.h"

/* ---- A coroutine ---- */
static int waiter(void *f, Value *result)
{
    int err = await(f, result);
    if (err == E_CANCELLED)
        printf("CancelledError, cancelling() = %d\n", cancelling());
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Future *f = create_future();
    Task *t = create_task(waiter, f);
    must(async_sleep(0));
    future_cancel(f);
    if (await(t, NULL) == E_CANCELLED)
        printf("main sees CancelledError; main cancelling() = %d\n",
               cancelling());
    printf("task cancelled %s\n", truth(task_cancelled(t)));
    task_release(t);
    future_release(f);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
