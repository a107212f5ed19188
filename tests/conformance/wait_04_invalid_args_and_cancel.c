/* wait_04 - A4: to wait for nothing; and who waits is cancelled alone. */
#include "python.h"

/* ---- Tasks ---- */
static int job(void *arg, Value *result)
{
    int err = async_sleep(0.03);
    *result = (Value){ .s = "child survived" };
    return err;
}

static int waiter(void *c, Value *result)
{
    Task *task = c;
    return async_wait(&task, 1, INFINITY, ALL_COMPLETED);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Value value;
    if (async_wait(NULL, 0, INFINITY, ALL_COMPLETED) == E_VALUE)
        printf("empty set: ValueError\n");
    Task *c = create_task(job, NULL);
    Task *w = create_task(waiter, c);
    must(async_sleep(0.01));
    task_cancel(w);
    wait_for_end(w);
    printf("waiter cancelled %s child cancelled %s\n",
           truth(task_cancelled(w)), truth(task_cancelled(c)));
    must(await(c, &value));
    printf("%s\n", value.s);
    task_release(c);
    task_release(w);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
