/* gather_06 - G6: one task, gathered three times. */
#include "python.h"

/* ---- A task ---- */
static int job(void *arg, Value *result)
{
    printf("runs once\n");
    int err = async_sleep(0.01);
    *result = (Value){ .i = 7 };
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Task *t = create_task(job, NULL);
    Outcome all[3];
    must(async_gather(FUTURES(t, t, t), all, 0));
    printf("[%lld, %lld, %lld]\n", all[0].value.i, all[1].value.i,
           all[2].value.i);
    task_release(t);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
