/* seed_11 - two tasks begin when main first waits. */
#include "python.h"

/* ---- A coroutine ---- */
static int func(void *arg, Value *result)
{
    puts("start");
    int err = async_sleep(0.05);
    if (err != 0)
        return err;
    puts("end");
    *result = (Value){ .s = "func result" };
    return 0;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Value ret1, ret2;
    Task *task1 = create_task(func, NULL);
    Task *task2 = create_task(func, NULL);
    puts("main finished");
    must(task_join(task1, &ret1));
    printf("task1: %s\n", ret1.s);
    must(task_join(task2, &ret2));
    printf("task2: %s\n", ret2.s);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
