/* task_14 - T13: a task that returns E_CANCELLED by itself is cancelled. */
#include "python.h"

/* ---- A task ---- */
static int job(void *arg, Value *result)
{
    return E_CANCELLED;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Task *t = create_task(job, NULL);
    if (await(t, NULL) == E_CANCELLED)
        printf("CancelledError; cancelled %s cancelling %d\n",
               truth(task_cancelled(t)), task_cancelling(t));
    if (task_error(t) == E_CANCELLED)
        printf("exception() raises CancelledError\n");
    task_release(t);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
