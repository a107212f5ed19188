/* seed_01 - a coroutine that waits. */
#include "python.h"

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    puts("hello");
    must(async_sleep(0.05));
    puts("world");
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
