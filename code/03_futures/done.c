/* done.c - being told that a future is done.
 *
 * A done callback waits for its future like anybody else.  It holds a reference
 * from the moment it is in the ready queue, not before: who waits for a future
 * does not keep it. */
#include <errno.h>
#include <stdlib.h>

#include "future_inside.h"

typedef struct Done {
    Waiter waiter;      /* first: a pointer to it is one to the Done */
    Future *future;
    DoneCallback *callback;
    void *arg;
} Done;

/* ---- Being told ---- */
void future_run_done(void *waiter)
{
    Done done = *(Done *)waiter;
    free(waiter);
    loop_unreserve(done.future->loop);
    done.callback(done.future, done.arg);
    future_release(done.future);
}

static Done *done_new(Future *future, DoneCallback *callback, void *arg)
{
    Done *done = malloc(sizeof *done);
    if (done == NULL || !loop_reserve(future->loop)) {
        free(done);
        return NULL;
    }
    *done = (Done){ { .wake = future_run_done }, future, callback, arg };
    return done;
}

/* ---- When the loop closes ---- */
static const char closing_key;

/* One that is in the ready queue has a reference to give back. */
static void drop(void *waiter)
{
    Done *done = waiter;
    Future *future = done->future;
    free(done);
    future_release(future);
}

static void close_done(Loop *loop, LoopLocal *local)
{
    loop_drop(loop, future_run_done, drop);
}

static bool watch_closing(Loop *loop)
{
    if (loop_local(loop, &closing_key) != NULL)
        return true;
    LoopLocal *local = malloc(sizeof *local);
    if (local == NULL)
        return false;
    *local = (LoopLocal){ &closing_key, close_done, NULL };
    loop_local_add(loop, local);
    return true;
}

/* ---- Adding ---- */
int future_add_done_callback(Future *future, DoneCallback *callback, void *arg)
{
    Loop *loop = future->loop;
    if (callback == NULL)
        return E_VALUE;
    if (future_is_freed(future) || !loop_accepts(loop))
        return E_RUNTIME;
    Done *done = watch_closing(loop) ? done_new(future, callback, arg) : NULL;
    if (done == NULL)
        return ENOMEM;
    if (future->state == PENDING) {
        future_add_waiter(future, &done->waiter);
    } else {
        loop_adopt(loop);
        future_wake(future, &done->waiter);
    }
    return 0;
}

/* ---- Removing ---- */
static void forget(Done *done)
{
    future_remove_waiter(done->future, &done->waiter);
    loop_unreserve(done->future->loop);
    free(done);
}

int future_remove_done_callback(Future *future, DoneCallback *callback,
                                void *arg)
{
    int removed = 0;
    if (future_done(future))
        return 0;
    for (Waiter *waiter = future->first, *next; waiter; waiter = next) {
        next = waiter->next;
        Done *done = (Done *)waiter;
        if (waiter->wake == future_run_done && done->callback == callback &&
            done->arg == arg) {
            forget(done);
            removed++;
        }
    }
    return removed;
}

void future_forget_done(Future *future)
{
    for (Waiter *waiter = future->first, *next; waiter; waiter = next) {
        next = waiter->next;
        if (waiter->wake == future_run_done)
            forget((Done *)waiter);
    }
}

/* ---- Running until then ---- */
static void stop(void *waiter)
{
    loop_stop(async_get_running_loop());
}

int loop_run_until_complete(Loop *loop, Future *future, Value *result)
{
    if (loop_is_closed(loop) || loop_is_running(loop) ||
        async_get_running_loop() != NULL || future_is_freed(future))
        return E_RUNTIME;
    if (future->loop != loop)
        return E_VALUE;
    if (!loop_reserve(loop))
        return ENOMEM;
    Waiter waiter = { .wake = stop };
    future_retain(future);
    if (future->state == PENDING)
        future_add_waiter(future, &waiter);
    else
        future_wake(future, &waiter);
    int err = loop_run_forever(loop);
    future_remove_waiter(future, &waiter);
    loop_unreserve(loop);
    if (err == 0)
        err = future->state == PENDING ? E_RUNTIME
                                       : future_result(future, result);
    future_release(future);
    return err;
}
