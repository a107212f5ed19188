/* The example of asyncio's manual: a task is cancelled, and cleans up. */
#include "../../03_futures/demo/virtual.h"
#include "run.h"

/* ---- Who is cancelled ---- */
static int cancel_me(void *arg, Value *result)
{
    puts("cancel_me(): before sleep");
    int err = async_sleep(3600);
    if (err == E_CANCELLED)
        puts("cancel_me(): cancel sleep");
    puts("cancel_me(): after sleep");
    return err;
}

/* ---- Who cancels ---- */
static int cancel_it(void *delay, Value *result)
{
    Task *task = must_have(async_create_task(cancel_me, NULL), "task");
    int err = async_sleep(*(double *)delay);
    task_cancel(task);
    int how = task_join(task, NULL);
    if (how == E_CANCELLED)
        puts("main(): cancel_me is cancelled now");
    return err;
}

int main(int argc, char **argv)
{
    double delay = argc > 1 ? atof(argv[1]) : 1;
    must_succeed(run_virtual(cancel_it, &delay), "run");
    return 0;
}
