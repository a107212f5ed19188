/* shield.c - waiting for one that our cancellation does not reach. */
#include "children.h"
#include "wait.h"

/* ---- A shield ---- */
static const ParkedKind shield_kind = { .what = "shield",
                                        .forget = children_forget,
                                        .awaited = children_awaited };

static void ended(Children *children, Future *future)
{
    children_over(children);
}

/* ---- Shielding ---- */
static SUSPENDS int wait_behind(Future *future, Value *result)
{
    Children children = { .parked.kind = &shield_kind, .ended = ended };
    int err = children_begin(&children, future->loop, &future, 1);
    if (err != 0)
        return err;
    err = children_wait(&children);
    if (err == 0)
        err = future_result(future, result);
    else if (result != NULL)
        *result = (Value){ .i = 0 };
    children_end(&children);
    return err;
}

SUSPENDS int async_shield(Future *future, Value *result)
{
    int err = children_refusal(&future, 1);
    if (err != 0)
        return err;
    if (future->state != PENDING)
        return await(future, result);
    return wait_behind(future, result);
}
