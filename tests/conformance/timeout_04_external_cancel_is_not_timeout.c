/* timeout_04 - M3: cancelled by somebody else, a timeout has not expired. */
#include "python.h"

/* ---- A task ---- */
static int job(void *box, Value *result)
{
    Timeout cm;
    must(timeout_enter(&cm, 5));
    int err = timeout_exit(&cm, async_sleep(10));
    if (err == E_TIMEOUT)
        printf("must not print\n");
    *(bool *)box = timeout_expired(&cm);
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    bool box;
    Task *t = create_task(job, &box);
    must(async_sleep(0.01));
    task_cancel(t);
    wait_for_end(t);
    printf("cancelled %s expired %s\n", truth(task_cancelled(t)), truth(box));
    task_release(t);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
