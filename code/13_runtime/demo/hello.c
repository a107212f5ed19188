/* The first example of asyncio's manual: a whole program. */
#include <stdio.h>

#include "../runner.h"

/* ---- Hello world ---- */
static int hello(void *arg, Value *result)
{
    puts("hello");
    int err = async_sleep(1);
    if (err == 0)
        puts("world");
    return err;
}

int main(void)
{
    return async_main(hello, NULL);
}
