/* task_12 - T11: a second cancellation interrupts the cleanup. */
#include "python.h"

/* ---- A task ---- */
static int job(void *arg, Value *result)
{
    int err = async_sleep(10);
    printf("cleanup\n");
    int err_of_cleanup = async_sleep(10);
    if (err_of_cleanup == E_CANCELLED)
        printf("cleanup interrupted\n");
    return err_of_cleanup != 0 ? err_of_cleanup : err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Task *t = create_task(job, NULL);
    must(async_sleep(0.01));
    task_cancel(t);
    must(async_sleep(0.01));
    printf("alive: %s\n", truth(!task_done(t)));
    task_cancel(t);
    wait_for_end(t);
    printf("cancelled %s cancelling %d\n", truth(task_cancelled(t)),
           task_cancelling(t));
    task_release(t);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
