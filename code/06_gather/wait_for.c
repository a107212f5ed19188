/* wait_for.c - waiting for one, though not for ever. */
#include <math.h>

#include "children.h"
#include "timeout.h"
#include "wait.h"

/* ---- No time at all ---- */
/* async_wait() returns E_CANCELLED only if we were. */
static SUSPENDS int cancel_and_wait(Future *future, Value *result)
{
    future_retain(future);
    future_cancel(future);
    int err = async_wait(&future, 1, INFINITY, ALL_COMPLETED);
    if (err == 0) {
        err = future_result(future, result);
        err = err == E_CANCELLED ? E_TIMEOUT : err;
    } else if (result != NULL) {
        *result = (Value){ .i = 0 };
    }
    future_release(future);
    return err;
}

/* ---- For a future ---- */
SUSPENDS int async_wait_for(Future *future, double timeout, Value *result)
{
    Timeout limit;
    int err = children_refusal(&future, 1);
    if (err != 0 || future_done(future))
        return err != 0 ? err : await(future, result);
    if (timeout <= 0)
        return cancel_and_wait(future, result);
    err = timeout_enter(&limit, timeout);
    if (err != 0)
        return err;
    return timeout_exit(&limit, await(future, result));
}

/* ---- For a coroutine ---- */
/* Whoever calls again and again lets the others run meanwhile. */
static SUSPENDS int time_out(void)
{
    int err = async_sleep(0);
    return err != 0 ? err : E_TIMEOUT;
}

SUSPENDS int async_wait_for_call(CoroFn *function, void *arg, double timeout,
                                 Value *result)
{
    Value value = { .i = 0 };
    Timeout limit;
    if (timeout <= 0)
        return time_out();
    int err = timeout_enter(&limit, timeout);
    if (err != 0)
        return err;
    err = timeout_exit(&limit, function(arg, &value));
    if (result != NULL)
        *result = value;
    return err;
}
