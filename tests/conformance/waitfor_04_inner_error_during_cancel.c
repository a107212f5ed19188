/* waitfor_04 - W4: what is out of time ends as it likes. */
#include "python.h"

/* ---- Coroutines ---- */
static int bad_cleanup(void *arg, Value *result)
{
    int err = async_sleep(10);
    if (err == E_CANCELLED) {
        *result = (Value){ .s = "cleanup failed" };
        return E_VALUE;
    }
    return err;
}

static int swallow(void *arg, Value *result)
{
    int err = async_sleep(10);
    if (err == E_CANCELLED) {
        *result = (Value){ .s = "late value" };
        return 0;
    }
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Value value = { .i = 0 };
    if (async_wait_for_call(bad_cleanup, NULL, 0.01, &value) == E_VALUE)
        printf("ValueError wins over TimeoutError: %s\n", value.s);
    must(async_wait_for_call(swallow, NULL, 0.01, &value));
    printf("inner swallowed the cancellation: %s\n", value.s);
    printf("no cancellation left over: %d\n", cancelling());
    return async_sleep(0);
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
