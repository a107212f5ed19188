/* runner_08 - R2: run() returns when all tasks have ended, however long that
 * takes. */
#include "python.h"

/* ---- Who refuses ---- */
static int stubborn(void *arg, Value *result)
{
    int err = async_sleep(10);
    if (err == E_CANCELLED)
        puts("refusing");
    err = async_sleep(0.03);
    if (err == 0)
        puts("finished on my own terms");
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    task_release(create_task(stubborn, NULL));
    return async_sleep(0.01);
}

int main(void)
{
    must(async_run(main_task, NULL, NULL));
    puts("run returned after it");
    return 0;
}
