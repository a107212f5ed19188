/* waitfor_08 - W6: a coroutine under a limit runs in the caller's task. */
#include "python.h"

/* ---- A coroutine ---- */
static int inner(void *arg, Value *result)
{
    int err = async_sleep(0);
    *result = (Value){ .s = task_get_name(async_current_task()) };
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Value value = { .i = 0 };
    task_set_name(async_current_task(), "caller");
    must(async_wait_for_call(inner, NULL, 1, &value));
    printf("inner ran in: %s\n", value.s);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
