/* gather_04 - G4: who gathers and is cancelled cancels the children. */
#include "python.h"

/* ---- Tasks ---- */
static int job(void *n, Value *result)
{
    int err = async_sleep(10);
    if (err == E_CANCELLED)
        printf("child %d cancelled\n", *(int *)n);
    return err;
}

static int outer(void *arg, Value *result)
{
    int one = 1, two = 2;
    int err = async_gather_calls(CALLS({ job, &one }, { job, &two }), NULL, 0);
    if (err == E_CANCELLED)
        printf("outer cancelled after its children\n");
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Task *t = create_task(outer, NULL);
    must(async_sleep(0.01));
    task_cancel(t);
    wait_for_end(t);
    printf("%s\n", truth(task_cancelled(t)));
    task_release(t);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
