/* task_04 - T4: a task that is cancelled while it waits cleans up. */
#include "python.h"

/* ---- A task ---- */
static int job(void *arg, Value *result)
{
    printf("sleeping\n");
    int err = async_sleep(10);
    if (err == 0)
        printf("must not print\n");
    if (err == E_CANCELLED)
        printf("except\n");
    printf("finally\n");
    must(async_sleep(0.01));
    printf("cleanup awaited\n");
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Task *t = create_task(job, NULL);
    must(async_sleep(0.01));
    bool accepted = task_cancel(t);
    printf("cancel -> %s cancelled now: %s\n", truth(accepted),
           truth(task_cancelled(t)));
    if (await(t, NULL) == E_CANCELLED)
        printf("main: CancelledError %s %s\n", truth(task_cancelled(t)),
               truth(task_done(t)));
    accepted = task_cancel(t);
    printf("cancel a done task -> %s cancelling: %d\n", truth(accepted),
           task_cancelling(t));
    task_release(t);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
