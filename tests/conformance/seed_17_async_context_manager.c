/* seed_17 - `async with` is a call, with the block as a function. */
#include "python.h"

/* ---- class AsyncContextManager ---- */
static int do_something(void)
{
    return 666;
}

static int enter(void *self, Value *entered)
{
    puts("enter");
    *entered = (Value){ .p = self };
    return async_sleep(0.05);
}

static int leave(void *self, int error)
{
    int err = async_sleep(0.05);
    if (err != 0)
        return err;
    puts("exit");
    return error;
}

/* ---- The program ---- */
static int block(Value f, void *arg)
{
    int result = do_something();
    printf("%d\n", result);
    return 0;
}

static int main_task(void *arg, Value *result)
{
    AsyncContextManager manager = { enter, leave, NULL };
    return async_with(manager, block, NULL);
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
