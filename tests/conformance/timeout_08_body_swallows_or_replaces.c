/* timeout_08 - M6: the block makes something else of the cancellation. */
#include "python.h"

/* ---- Two blocks ---- */
/* async with asyncio.timeout(0.01) as cm: */
static int swallow(Timeout *cm)
{
    must(timeout_enter(cm, 0.01));
    int err = async_sleep(10);
    if (err == E_CANCELLED) {
        printf("body swallowed the cancellation\n");
        err = 0;
    }
    return timeout_exit(cm, err);
}

static int replace(Timeout *cm)
{
    must(timeout_enter(cm, 0.01));
    async_sleep(10);
    return timeout_exit(cm, KEY_ERROR);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Timeout cm;
    must(swallow(&cm));
    printf("no TimeoutError, expired %s cancelling %d\n",
           truth(timeout_expired(&cm)), cancelling());
    if (replace(&cm) == KEY_ERROR)
        printf("KeyError passes, expired %s cancelling %d\n",
               truth(timeout_expired(&cm)), cancelling());
    return 0;
}

int main(void)
{
    define_key_error();
    return async_run(main_task, NULL, NULL);
}
