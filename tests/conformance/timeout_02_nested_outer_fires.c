/* timeout_02 - M2: of two timeouts, the outer one fires. */
#include "python.h"

/* ---- The inner block ---- */
/* async with asyncio.timeout(5) as inner: */
static int with_inner(void)
{
    Timeout inner;
    must(timeout_enter(&inner, 5));
    int err = timeout_exit(&inner, async_sleep(10));
    if (err == E_CANCELLED)
        printf("inner block sees CancelledError, inner expired %s\n",
               truth(timeout_expired(&inner)));
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Timeout outer;
    must(timeout_enter(&outer, 0.02));
    int err = timeout_exit(&outer, with_inner());
    if (err == E_TIMEOUT)
        printf("outer TimeoutError %s\n", truth(timeout_expired(&outer)));
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
