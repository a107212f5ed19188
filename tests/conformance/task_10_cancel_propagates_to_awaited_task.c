/* task_10 - T10: who awaits a task and is cancelled cancels that task. */
#include "python.h"

/* ---- Two tasks ---- */
static int inner(void *arg, Value *result)
{
    int err = async_sleep(10);
    printf("inner cleanup start\n");
    must(async_sleep(0.02));
    printf("inner cleanup end\n");
    return err;
}

static int outer(void *t, Value *result)
{
    int err = await(t, NULL);
    if (err == E_CANCELLED)
        printf("outer sees CancelledError after inner finished: %s\n",
               truth(task_cancelled(t)));
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Task *it = create_task(inner, NULL);
    Task *ot = create_task(outer, it);
    must(async_sleep(0.01));
    task_cancel(ot);
    wait_for_end(ot);
    printf("outer %s inner %s inner cancelling %d\n",
           truth(task_cancelled(ot)), truth(task_cancelled(it)),
           task_cancelling(it));
    task_release(it);
    task_release(ot);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
