/* timeout.c - a timer that cancels the task that set it.
 *
 * The timer does not point to the Timeout, but to a block that is still there
 * when the frame of the Timeout is gone. */
#include "timeout.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "../05_tasks/task_inside.h"

/* ---- Inside one ---- */
enum { UNUSED, ENTERED, EXPIRED, EXITED };

typedef struct Inside {
    Block block;         /* first; its frame is the Timeout */
    Handle timer;        /* 0: none */
    bool has_expired;
} Inside;

/* The Timeout may be gone: it is not touched. */
static void drop(Block *block)
{
    loop_cancel(block->task->future.loop, ((Inside *)block)->timer);
    free(block);
}

static const BlockKind timeout_kind = { "A timeout was left open", drop };

/* It is the innermost, mostly.  NULL: there is none. */
static Inside *inside(Timeout *timeout)
{
    Block *block = NULL;
    if (timeout->state == ENTERED)
        block = ((TaskRecord *)timeout->task)->blocks;
    while (block != NULL &&
           (block->kind != &timeout_kind || block->frame != timeout))
        block = block->outer;
    return (Inside *)block;
}

/* ---- Its timer ---- */
static void expire(void *block)
{
    Inside *in = block;
    in->timer = 0;
    in->has_expired = true;
    task_cancel(&in->block.task->future);
}

/* What is over already comes before all timers. */
static int set_timer(Inside *in, Timeout *timeout, double when)
{
    Loop *loop = timeout->loop;
    Handle timer = 0;
    if (when <= loop_time(loop))
        timer = loop_call_soon(loop, expire, in);
    else if (when != INFINITY)
        timer = loop_call_at(loop, when, expire, in);
    if (timer == 0 && when != INFINITY)
        return ENOMEM;
    loop_cancel(loop, in->timer);
    in->timer = timeout->handle = timer;
    timeout->when = when;
    return 0;
}

/* ---- In and out ---- */
static int enter(Timeout *timeout, double when)
{
    Inside *in = malloc(sizeof *in);
    if (in == NULL)
        return ENOMEM;
    *in = (Inside){ .block = { .kind = &timeout_kind, .frame = timeout } };
    int err = set_timer(in, timeout, when);
    if (err != 0) {
        free(in);
        return err;
    }
    task_enter(&in->block);
    timeout->state = ENTERED;
    return 0;
}

int timeout_enter_at(Timeout *timeout, double when)
{
    *timeout = (Timeout){ .task = async_current_task(), .when = when,
                          .state = UNUSED };
    if (timeout->task == NULL)
        return E_RUNTIME;
    if (isnan(when))
        return E_VALUE;
    timeout->loop = future_get_loop(timeout->task);
    timeout->cancelling = task_cancelling(timeout->task);
    return enter(timeout, when);
}

int timeout_enter(Timeout *timeout, double delay)
{
    Loop *loop = async_get_running_loop();
    return timeout_enter_at(timeout, loop ? loop_time(loop) + delay : delay);
}

int timeout_exit(Timeout *timeout, int error)
{
    Inside *in = inside(timeout);
    if (in == NULL)
        return error;
    timeout->state = in->has_expired ? EXPIRED : EXITED;
    timeout->handle = 0;
    task_exit(&in->block);
    drop(&in->block);
    if (timeout->state == EXITED)
        return error;
    bool is_ours = task_uncancel(timeout->task) <= timeout->cancelling;
    return is_ours && error == E_CANCELLED ? E_TIMEOUT : error;
}

/* ---- Asking and changing ---- */
double timeout_when(Timeout *timeout)
{
    return timeout->when;
}

bool timeout_expired(Timeout *timeout)
{
    Inside *in = inside(timeout);
    return in != NULL ? in->has_expired : timeout->state == EXPIRED;
}

int timeout_reschedule(Timeout *timeout, double when)
{
    Inside *in = inside(timeout);
    if (in == NULL || in->has_expired)
        return E_RUNTIME;
    return isnan(when) ? E_VALUE : set_timer(in, timeout, when);
}
