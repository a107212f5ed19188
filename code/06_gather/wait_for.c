/* wait_for.c - waiting for one, though not for ever. */
#include "children.h"
#include "timeout.h"

/* ---- No time at all ---- */
static void ended(Children *children, Future *future)
{
    children_over(children);
}

static const ParkedKind kind = { .what = "wait_for",
                                 .forget = children_forget,
                                 .awaited = children_awaited };

/* It is cancelled, and E_CANCELLED from the waiting can only mean us. */
static SUSPENDS int cancel_and_wait(Future *future, Value *result)
{
    Children children = { .parked.kind = &kind, .ended = ended };
    int err = children_begin(&children, future->loop, &future, 1);
    if (err != 0)
        return err;
    future_cancel(future);
    err = children_wait(&children);
    if (err == 0) {
        err = future_result(future, result);
        err = err == E_CANCELLED ? E_TIMEOUT : err;
    }
    children_end(&children);
    return err;
}

/* ---- For a future ---- */
SUSPENDS int async_wait_for(Future *future, double timeout, Value *result)
{
    Timeout limit;
    if (result != NULL)
        *result = (Value){ .i = 0 };
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
    if (result != NULL)
        *result = value;
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
