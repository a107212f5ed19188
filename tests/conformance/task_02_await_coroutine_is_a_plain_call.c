/* task_02 - T2: to await a coroutine is to call it. */
#include "python.h"

/* ---- A coroutine ---- */
static int leaf(void *arg, Value *result)
{
    printf("leaf runs inline in %s\n", task_get_name(async_current_task()));
    *result = (Value){ .i = 1 };
    return 0;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Value value = { .i = 0 };
    task_set_name(async_current_task(), "main-task");
    loop_call_soon(running_loop(), print_line, "scheduled callback");
    must(leaf(NULL, &value));
    printf("direct await %lld\n", value.i);
    printf("callback has not run yet\n");
    Task *t = async_create_task_with(leaf, NULL,
                                     &(TaskOptions){ .name = "leaf-task" });
    must(await(t, &value));
    printf("task await %lld\n", value.i);
    task_release(t);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
