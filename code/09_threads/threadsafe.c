/* threadsafe.c - another thread hands a coroutine to the loop.
 *
 * What both threads know lies in an Errand, a concurrent future: the other
 * thread has a reference, and the loop has one until the task is done or the
 * loop has closed.  `loop` is NULL from then on, under the mutex. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "threads_inside.h"

/* ---- An errand ---- */
typedef struct Errand {
    ConcurrentFuture future;    /* first */
    Loop *loop;
    CoroFn *function;
    void *arg;
    Task *task;                 /* NULL: not begun */
    Waiter waiter;              /* for its end */
    Posted start, stop;
    bool is_stopping;           /* stop is posted, and has a reference */
    bool is_finished;
    pid_t process;              /* in which it was handed over */
    Guest guest;
} Errand;

static Errand *errand_of(void *part, size_t offset)
{
    return (Errand *)((char *)part - offset);
}

/* ---- It is over ---- */
static void forget_task(Errand *errand)
{
    if (errand->task == NULL)
        return;
    loop_unreserve(errand->task->loop);
    future_release(errand->task);
    errand->task = NULL;
}

/* No other thread will post for it, nor the loop run anything. */
static void end(Errand *errand)
{
    pthread_mutex_lock(&errand->future.mutex);
    Loop *loop = errand->loop;
    errand->loop = NULL;
    pthread_mutex_unlock(&errand->future.mutex);
    loop_dismiss(loop, &errand->guest);
    concurrent_future_release(&errand->future);
}

/* Once it is complete nobody stops it; but `stop` may be on its way. */
static void finish(Errand *errand, int error, Value value)
{
    concurrent_complete(&errand->future, error, value);
    forget_task(errand);
    errand->is_finished = true;
    if (!errand->is_stopping)
        end(errand);
}

static void has_ended(void *waiter)
{
    Errand *errand = errand_of(waiter, offsetof(Errand, waiter));
    Task *task = errand->task;
    task->is_retrieved = true;
    finish(errand, task->error, task->value);
}

/* ---- Its beginning ---- */
static int make_task(Errand *errand)
{
    if (!loop_reserve(errand->loop))
        return ENOMEM;
    errand->task = loop_create_task(errand->loop, errand->function,
                                    errand->arg);
    if (errand->task == NULL) {
        loop_unreserve(errand->loop);
        return errno;
    }
    errand->waiter.wake = has_ended;
    future_add_waiter(errand->task, &errand->waiter);
    return 0;
}

static void start(void *arg)
{
    Errand *errand = arg;
    int err = E_CANCELLED;
    if (!concurrent_future_done(&errand->future))
        err = make_task(errand);
    if (err != 0)
        finish(errand, err, (Value){ .i = 0 });
}

/* ---- Its cancellation ---- */
static void stop(void *arg)
{
    Errand *errand = arg;
    errand->is_stopping = false;
    if (errand->is_finished)
        end(errand);
    else if (errand->task != NULL)
        task_cancel(errand->task);    /* else start() finds it cancelled */
    concurrent_future_release(&errand->future);
}

/* In any thread, under the mutex.  If the loop has closed, the errand ends
 * soon, and with it the reference. */
static void cancelled(ConcurrentFuture *future)
{
    Errand *errand = (Errand *)future;
    if (errand->loop == NULL)
        return;
    errand->is_stopping = true;
    concurrent_future_retain(future);
    loop_post(errand->loop, &errand->stop);
}

/* ---- The loop closes ---- */
/* In a child of fork() the other thread is not there, but may have had the
 * mutex. */
static void closing(Guest *guest)
{
    Errand *errand = errand_of(guest, offsetof(Errand, guest));
    Task *task = errand->task;
    bool is_done = task != NULL && task->state != PENDING;
    if (task != NULL)
        future_remove_waiter(task, &errand->waiter);
    if (errand->process != getpid())
        return;
    if (is_done)
        task->is_retrieved = true;
    concurrent_complete(&errand->future, is_done ? task->error : E_CANCELLED,
                        is_done ? task->value : (Value){ .i = 0 });
    if (errand->is_stopping)
        concurrent_future_release(&errand->future);
    forget_task(errand);
    end(errand);
}

/* ---- From another thread ---- */
static void destroy(ConcurrentFuture *future)
{
    concurrent_destroy(future);
    free(future);
}

static const ConcurrentKind errand_kind = { cancelled, destroy };

static Errand *new_errand(CoroFn *function, void *arg, Loop *loop)
{
    Errand *errand = calloc(1, sizeof *errand);
    if (errand == NULL || concurrent_init(&errand->future, &errand_kind) != 0) {
        free(errand);
        return NULL;
    }
    errand->loop = loop;
    errand->function = function;
    errand->arg = arg;
    errand->start = (Posted){ .entry = { start, errand }, .is_lent = true };
    errand->stop = (Posted){ .entry = { stop, errand }, .is_lent = true };
    errand->guest.closing = closing;
    errand->process = getpid();
    return errand;
}

/* From the invitation on, the loop may close, and end it. */
ConcurrentFuture *async_run_coroutine_threadsafe(CoroFn *function, void *arg,
                                                 Loop *loop)
{
    Errand *errand = function != NULL ? new_errand(function, arg, loop) : NULL;
    if (errand == NULL) {
        errno = function != NULL ? ENOMEM : EINVAL;
        return NULL;
    }
    concurrent_future_retain(&errand->future);
    if (!loop_invite(loop, &errand->guest)) {
        concurrent_future_release(&errand->future);
        concurrent_future_release(&errand->future);
        errno = E_RUNTIME;
        return NULL;
    }
    loop_post(loop, &errand->start);
    return &errand->future;
}
