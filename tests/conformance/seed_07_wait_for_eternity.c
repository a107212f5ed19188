/* seed_07 - a call that takes too long. */
#include "python.h"

/* ---- A coroutine ---- */
static int eternity(void *arg, Value *result)
{
    int err = async_sleep(3600);
    if (err == 0)
        puts("yay!");
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    int err = async_wait_for_call(eternity, NULL, 0.05, NULL);
    if (err == E_TIMEOUT)
        puts("timeout!");
    return err == E_TIMEOUT ? 0 : err;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
