/* gather_08 - G7: a gather that has failed cannot be cancelled any more. */
#include "python.h"

/* ---- Tasks ---- */
static int bad(void *arg, Value *result)
{
    return E_VALUE;
}

static int good(void *arg, Value *result)
{
    must(async_sleep(0.02));
    printf("good finished\n");
    return 0;
}

/* In Python a gather is a future.  Here it is a call, and the task that makes
 * it is what can be cancelled. */
static int gather_both(void *tasks, Value *result)
{
    return async_gather(tasks, 2, NULL, 0);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Task *tasks[] = { create_task(bad, NULL), create_task(good, NULL) };
    Task *g = create_task(gather_both, tasks);
    int err = await(g, NULL);
    if (err == E_VALUE)
        printf("ValueError; g.cancel() -> %s\n", truth(task_cancel(g)));
    must(async_sleep(0.03));
    task_release(g);
    task_release(tasks[0]);
    task_release(tasks[1]);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
