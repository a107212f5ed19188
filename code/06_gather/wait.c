/* wait.c - waiting for some of several. */
#include "wait.h"

#include <errno.h>
#include <math.h>

#include "children.h"

/* ---- A wait ---- */
typedef struct Wait {
    Children children;    /* first */
    enum ReturnWhen when;
    Handle timer;         /* 0: none */
} Wait;

static const ParkedKind wait_kind = { .what = "wait",
                                      .forget = children_forget,
                                      .awaited = children_awaited };

/* ---- Long enough ---- */
/* Who asks whether it has failed has heard of it. */
static bool has_failed(Future *future)
{
    if (future->state == CANCELLED)
        return false;
    future->is_retrieved = true;
    return future->error != 0;
}

static void ended(Children *children, Future *future)
{
    enum ReturnWhen when = ((Wait *)children)->when;
    if (children->done == children->n || when == FIRST_COMPLETED ||
        (when == FIRST_EXCEPTION && has_failed(future)))
        children_over(children);
}

static void too_long(void *children)
{
    children_over(children);
}

/* ---- Waiting ---- */
static SUSPENDS int wait_in(Loop *loop, Wait *wait, double timeout)
{
    Children *children = &wait->children;
    if (timeout != INFINITY) {
        wait->timer = loop_call_later(loop, timeout, too_long, children);
        if (wait->timer == 0) {
            children_end(children);
            return ENOMEM;
        }
    }
    children_wake_done(children);
    int err = children_wait(children);
    loop_cancel(loop, wait->timer);
    children_end(children);
    return err;
}

SUSPENDS int async_wait(Future *futures[], size_t n, double timeout,
                        enum ReturnWhen when)
{
    int err = children_refusal(futures, n);
    if (err != 0)
        return err;
    if (n == 0 || isnan(timeout) || (unsigned)when > FIRST_EXCEPTION)
        return E_VALUE;
    Loop *loop = async_get_running_loop();
    Wait wait = { .when = when, .children = { .parked.kind = &wait_kind,
                                              .ended = ended } };
    err = children_begin(&wait.children, loop, futures, n);
    return err != 0 ? err : wait_in(loop, &wait, timeout);
}
