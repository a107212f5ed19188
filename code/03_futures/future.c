/* future.c - futures: their states, their references, their waiters.
 *
 * A pending future has its waiters in the list.  A done one has none there,
 * unless its loop was closed: they are in the ready queue.  Completing pushes
 * them to places that they have reserved, so it cannot fail. */
#include "future.h"

#include <stdlib.h>
#include <string.h>

#include "future_inside.h"
#include "report.h"

_Thread_local Origin origin_now;

/* ---- Misuse ---- */
static void report_misuse(Future *future, const char *message)
{
    ErrorContext context = { .message = message, .error = E_RUNTIME,
                             .future = future };
    loop_call_exception_handler(future->loop, &context);
}

/* Only debug mode keeps freed futures, so that this can be told. */
bool future_is_freed(Future *future)
{
    if (future->state == FREED)
        report_misuse(future, "A future was used after it was freed");
    return future->state == FREED;
}

static bool is_elsewhere(Future *future)
{
    return loop_get_debug(future->loop) && loop_is_foreign(future->loop);
}

/* ---- Making ---- */
static void destroy(Future *future)
{
    if (!future_keep_freed(future))
        free(future);
}

static const FutureKind plain = {
    .name = "Future",
    .never_retrieved = "Future exception was never retrieved",
    .cancel = future_cancel_plain,
    .destroy = destroy
};

void future_init(Future *future, Loop *loop, const FutureKind *kind)
{
    *future = (Future){ .kind = kind, .loop = loop_retain(loop),
                        .references = 1, .origin = origin_now };
}

Future *future_new(Loop *loop)
{
    Future *future = malloc(sizeof *future);
    if (future != NULL)
        future_init(future, loop, &plain);
    return future;
}

Loop *future_get_loop(Future *future)
{
    return future->loop;
}

/* ---- Counting ---- */
Future *future_retain(Future *future)
{
    if (!future_is_freed(future))
        future->references++;
    return future;
}

/* The handler may take a reference: then the future lives on. */
static void report_never_retrieved(Future *future)
{
    ErrorContext context = { .message = future->kind->never_retrieved,
                             .error = future->error, .detail = future->value,
                             .future = future };
    future->is_retrieved = true;
    future->references = 1;
    loop_call_exception_handler(future->loop, &context);
    future->references--;
}

void future_release(Future *future)
{
    if (future == NULL || future_is_freed(future) || --future->references > 0)
        return;
    if (future->state == FINISHED && future->error != 0 &&
        !future->is_retrieved)
        report_never_retrieved(future);
    if (future->references > 0)
        return;
    Loop *loop = future->loop;
    future_forget_done(future);
    free(future->message);
    future->kind->destroy(future);
    loop_release(loop);
}

/* ---- Waiters ---- */
void future_add_waiter(Future *future, Waiter *waiter)
{
    waiter->next = NULL;
    waiter->previous = future->last;
    waiter->queued = 0;
    if (future->last != NULL)
        future->last->next = waiter;
    else
        future->first = waiter;
    future->last = waiter;
}

void future_remove_waiter(Future *future, Waiter *waiter)
{
    if (waiter->queued != 0) {
        loop_cancel(future->loop, waiter->queued);
        return;
    }
    if (waiter->previous != NULL)
        waiter->previous->next = waiter->next;
    else
        future->first = waiter->next;
    if (waiter->next != NULL)
        waiter->next->previous = waiter->previous;
    else
        future->last = waiter->previous;
}

void future_wake(Future *future, Waiter *waiter)
{
    if (waiter->wake == future_run_done)
        future_retain(future);    /* its callback gets the future */
    waiter->queued = loop_push(future->loop, waiter->wake, waiter);
}

/* ---- Completing ---- */
/* A closed loop wakes nobody: those who wait stay where they are. */
void future_complete(Future *future, int state, int error, Value value)
{
    future->state = state;
    future->error = error;
    future->value = value;
    if (loop_is_closed(future->loop))
        return;
    loop_adopt(future->loop);
    Waiter *waiter = future->first;
    future->first = future->last = NULL;
    for (Waiter *next; waiter != NULL; waiter = next) {
        next = waiter->next;
        future_wake(future, waiter);
    }
}

/* ---- With a result or an error ---- */
/* Why it cannot be completed; 0: it can. */
static int refusal(Future *future)
{
    if (future_is_freed(future) || is_elsewhere(future) ||
        future->kind->completes_itself)
        return E_RUNTIME;
    return future->state != PENDING ? E_INVALID_STATE : 0;
}

int future_set_result(Future *future, Value value)
{
    int err = refusal(future);
    if (err == 0)
        future_complete(future, FINISHED, 0, value);
    return err;
}

int future_set_error(Future *future, int error, Value detail)
{
    int err = refusal(future);
    if (err == 0 && (error == 0 || error == E_CANCELLED))
        err = E_VALUE;
    if (err == 0)
        future_complete(future, FINISHED, error, detail);
    return err;
}

/* ---- Cancelling ---- */
/* Who cancels a future that has failed does not want to hear of that. */
bool future_cancel_plain(Future *future, const char *message)
{
    future->is_retrieved = true;
    if (future->state != PENDING)
        return false;
    if (message != NULL)
        future->message = strdup(message);
    future_complete(future, CANCELLED, E_CANCELLED, (Value){ .i = 0 });
    return true;
}

bool future_cancel(Future *future)
{
    return future_cancel_with(future, NULL);
}

bool future_cancel_with(Future *future, const char *message)
{
    return !future_is_freed(future) && !is_elsewhere(future) &&
           future->kind->cancel(future, message);
}

void future_cancel_callback(void *future)
{
    future_cancel(future);
}

/* ---- Asking ---- */
bool future_done(Future *future)
{
    return future->state != PENDING && !future_is_freed(future);
}

bool future_cancelled(Future *future)
{
    return !future_is_freed(future) && future->state == CANCELLED;
}

const char *future_cancel_message(Future *future)
{
    return future_is_freed(future) ? NULL : future->message;
}

int future_result(Future *future, Value *result)
{
    if (future->state == PENDING)
        return E_INVALID_STATE;
    if (future_is_freed(future))
        return E_RUNTIME;
    future->is_retrieved = true;
    if (result != NULL)
        *result = future->value;
    return future->error;
}

int future_error(Future *future)
{
    return future_result(future, NULL);
}
