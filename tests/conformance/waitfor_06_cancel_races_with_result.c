/* waitfor_06 - W6: a result and a cancellation in the same turn: the latter
 * wins. */
#include "python.h"

/* ---- A task ---- */
static int outer(void *f, Value *result)
{
    return async_wait_for(f, 1, result);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Future *f = create_future();
    Task *t = create_task(outer, f);
    must(async_sleep(0.01));
    must(future_set_result(f, (Value){ .s = "result" }));
    task_cancel(t);
    wait_for_end(t);
    Value value = { .i = 0 };
    int err = task_result(t, &value);
    printf("%s\n", err == E_CANCELLED ? "cancelled" : value.s);
    task_release(t);
    future_release(f);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
