/* seed_10 - to await a coroutine is to call it, and to wait until it
 * returns. */
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
    Value response1, response2;
    must(func(NULL, &response1));
    printf("response1: %s\n", response1.s);
    must(func(NULL, &response2));
    printf("response2: %s\n", response2.s);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
