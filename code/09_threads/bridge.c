/* bridge.c - a future of a loop that does as one of other threads does.
 *
 * A bridge has a reference to itself from its making until it is over: when the
 * result was delivered, in the loop, or the loop has closed. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "threads_inside.h"

/* ---- A bridge ---- */
typedef struct Bridge {
    Future future;               /* first */
    ConcurrentFuture *source;    /* retained; NULL: it is over */
    Listener listener;           /* in the source's list, until it is done */
    Posted posted;               /* then it is posted */
    Guest guest;
    pid_t process;               /* in which it was made */
} Bridge;

static void end(Bridge *bridge)
{
    concurrent_future_release(bridge->source);
    bridge->source = NULL;
    loop_unhold(bridge->future.loop);
    future_release(&bridge->future);
}

/* ---- In the other thread ---- */
static void tell(Listener *listener)
{
    Bridge *bridge = (Bridge *)((char *)listener - offsetof(Bridge, listener));
    loop_post(bridge->future.loop, &bridge->posted);
}

/* ---- In the loop ---- */
/* The result of one that was cancelled comes too late. */
static void deliver(void *arg)
{
    Bridge *bridge = arg;
    Value value = { .i = 0 };
    int err = concurrent_future_result(bridge->source, 0, &value);
    loop_dismiss(bridge->future.loop, &bridge->guest);
    if (bridge->future.state == PENDING)
        future_complete(&bridge->future,
                        err == E_CANCELLED ? CANCELLED : FINISHED, err, value);
    end(bridge);
}

/* Nobody will deliver anything.  In a child of fork() the worker is not there,
 * but may have had the mutex. */
static void closing(Guest *guest)
{
    Bridge *bridge = (Bridge *)((char *)guest - offsetof(Bridge, guest));
    if (bridge->process == getpid())
        concurrent_unlisten(bridge->source, &bridge->listener);
    end(bridge);
}

/* ---- As a future ---- */
static bool cancel(Future *future, const char *message)
{
    Bridge *bridge = (Bridge *)future;
    if (!future_cancel_plain(future, message))
        return false;
    if (bridge->source != NULL)
        concurrent_future_cancel(bridge->source);
    return true;
}

static void destroy(Future *future)
{
    if (!future_keep_freed(future))
        free(future);
}

static const FutureKind bridge_kind = {
    .name = "Future of a thread",
    .never_retrieved = "Future exception was never retrieved",
    .cancel = cancel,
    .destroy = destroy,
    .completes_itself = true
};

/* ---- Making ---- */
Future *bridge_new(Loop *loop)
{
    Bridge *bridge = malloc(sizeof *bridge);
    if (bridge == NULL)
        return NULL;
    *bridge = (Bridge){ .listener.tell = tell, .guest.closing = closing,
                        .process = getpid(),
                        .posted = { .entry = { deliver, bridge },
                                    .is_lent = true } };
    if (!loop_invite(loop, &bridge->guest)) {
        free(bridge);
        return NULL;
    }
    future_init(&bridge->future, loop, &bridge_kind);
    return &bridge->future;
}

/* From here on it has its own reference. */
void bridge_connect(Future *future, ConcurrentFuture *source)
{
    Bridge *bridge = (Bridge *)future;
    future_retain(future);
    loop_hold(future->loop);
    bridge->source = concurrent_future_retain(source);
    concurrent_listen(source, &bridge->listener);
}

void bridge_drop(Future *future)
{
    loop_dismiss(future->loop, &((Bridge *)future)->guest);
    future_release(future);
}

Future *async_wrap_future(ConcurrentFuture *source)
{
    Loop *loop = async_get_running_loop();
    Future *future = loop != NULL ? bridge_new(loop) : NULL;
    if (future != NULL)
        bridge_connect(future, source);
    else
        errno = loop != NULL ? ENOMEM : EINVAL;
    return future;
}

/* ---- Waiting for one ---- */
/* Its own reference is there while it is pending.  So ours goes first, and is
 * not lost with our stack if the loop closes meanwhile. */
SUSPENDS int bridge_join(Future *future, Value *result)
{
    bool is_pending = future->state == PENDING;
    if (is_pending)
        future_release(future);
    int err = await(future, result);
    if (!is_pending)
        future_release(future);
    return err;
}
