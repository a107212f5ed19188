/* future_08 - F7: what a task awaits is cancelled with it, at once. */
#include "python.h"

/* ---- A coroutine ---- */
static int waiter(void *f, Value *result)
{
    return await(f, NULL);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Future *f = create_future();
    Task *t = create_task(waiter, f);
    must(async_sleep(0));
    task_cancel(t);
    printf("cancelling a task cancels the future it awaits: %s\n",
           truth(future_cancelled(f)));
    printf("task.cancelled() right after cancel(): %s done: %s\n",
           truth(task_cancelled(t)), truth(task_done(t)));
    if (future_set_result(f, (Value){ .i = 1 }) == E_INVALID_STATE)
        printf("InvalidStateError\n");
    wait_for_end(t);
    printf("task cancelled %s\n", truth(task_cancelled(t)));
    task_release(t);
    future_release(f);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
