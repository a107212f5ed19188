/* runner_02 - R2: what is left when main has returned is cancelled, and may
 * clean up. */
#include "python.h"

/* ---- What is left ---- */
static int left(void *n, Value *result)
{
    int err = async_sleep(10);
    if (err != E_CANCELLED)
        return err;
    printf("leftover %s cancelled\n", (char *)n);
    must(async_sleep(0.01));
    printf("leftover %s cleanup awaited\n", (char *)n);
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    TaskOptions options = { .name = "1" };
    task_release(async_create_task_with(left, "1", &options));
    must(async_sleep(0.01));
    puts("main returns");
    *result = (Value){ .s = "value" };
    return 0;
}

int main(void)
{
    Value value;
    must(async_run(main_task, NULL, &value));
    puts(value.s);
    return 0;
}
