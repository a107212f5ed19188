/* seed_25 - who waits is cancelled, and what is waited for is not. */
#include "python.h"

/* ---- Two tasks ---- */
static int something(void *arg, Value *result)
{
    *result = (Value){ .s = "something" };
    return async_sleep(0.05);
}

static int guarded(void *task, Value *result)
{
    int err = async_shield(task, result);
    if (err == E_CANCELLED)
        *result = (Value){ .s = "None" };
    return err == E_CANCELLED ? 0 : err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Value res;
    Task *task = create_task(something, NULL);
    Task *g = create_task(guarded, task);
    must(async_sleep(0.01));
    task_cancel(g);
    must(task_join(g, &res));
    printf("guarded returned %s\n", res.s);
    must(task_join(task, &res));
    printf("task goes on: %s\n", res.s);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
