/* task_06 - T6: a task cancels itself. */
#include "python.h"

/* ---- Three tasks ---- */
static int a(void *arg, Value *result)
{
    bool accepted = task_cancel(async_current_task());
    printf("cancel self -> %s\n", truth(accepted));
    printf("still running until the next suspension\n");
    int err = async_sleep(0.01);
    if (err == E_CANCELLED)
        printf("delivered at await\n");
    return err;
}

static int b(void *arg, Value *result)
{
    task_cancel(async_current_task());
    *result = (Value){ .s = "returned without awaiting" };
    return 0;
}

static int c(void *arg, Value *result)
{
    task_cancel(async_current_task());
    Future *f = create_future();
    must(future_set_result(f, (Value){ .i = 1 }));
    must(await(f, NULL));
    future_release(f);
    printf("awaiting a done future does not deliver\n");
    *result = (Value){ .s = "wins" };
    return E_VALUE;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    CoroFn *coroutines[] = { a, b, c };
    for (int i = 0; i < 3; i++) {
        Task *t = create_task(coroutines[i], NULL);
        wait_for_end(t);
        if (task_cancelled(t))
            printf("-> cancelled\n");
        else
            printf("-> exception %s\n", error_name(task_error(t)));
        task_release(t);
    }
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
