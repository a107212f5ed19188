/* wrong: a refused timer leaves a future and memory behind */
#include "deadline.h"

#include <stdlib.h>

typedef struct Deadline {
    Future *inner, *outer;    /* retained */
    Handle timer;
} Deadline;

/* What it refuses was timed out, or cancelled. */
static void on_inner_done(Future *inner, void *arg)
{
    Deadline *deadline = arg;
    Value value;
    int err = future_result(inner, &value);
    if (err == E_CANCELLED)
        future_cancel(deadline->outer);
    else if (err != 0)
        future_set_error(deadline->outer, err, value);
    else
        future_set_result(deadline->outer, value);
    loop_cancel(future_get_loop(inner), deadline->timer);
    future_release(deadline->outer);
    future_release(deadline->inner);
    free(deadline);
}

static void on_outer_done(Future *outer, void *inner)
{
    if (future_cancelled(outer))
        future_cancel(inner);
    future_release(inner);
}

static void on_time(void *arg)
{
    Deadline *deadline = arg;
    if (future_cancel(deadline->inner))
        future_set_error(deadline->outer, E_TIMEOUT, (Value){ .p = NULL });
}

Future *with_deadline(Future *inner, double seconds)
{
    Loop *loop = future_get_loop(inner);
    Deadline *deadline = malloc(sizeof *deadline);
    Future *outer = future_new(loop);
    Handle timer = 0;
    if (deadline == NULL || outer == NULL ||
        (timer = loop_call_later(loop, seconds, on_time, deadline)) == 0 ||
        future_add_done_callback(outer, on_outer_done, inner) != 0 ||
        future_add_done_callback(inner, on_inner_done, deadline) != 0) {
        return NULL;
    }
    future_retain(inner);    /* for on_outer_done() */
    *deadline = (Deadline){ future_retain(inner), future_retain(outer), timer };
    return outer;
}
