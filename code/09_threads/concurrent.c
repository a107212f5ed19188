/* concurrent.c - a future that any thread may complete, and any wait for.
 *
 * It is pending, perhaps running, then finished or cancelled: once, under its
 * mutex.  Done callbacks, which may do anything, run outside of it. */
#include "concurrent.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "concurrent_inside.h"

/* ---- Making ---- */
/* It waits by the clock of loop_time(), which nobody sets. */
static int init_condition(pthread_cond_t *condition)
{
#ifdef __APPLE__
    return pthread_cond_init(condition, NULL);
#else
    pthread_condattr_t attributes;
    int err = pthread_condattr_init(&attributes);
    if (err != 0)
        return err;
    err = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    if (err == 0)
        err = pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
    return err;
#endif
}

int concurrent_init(ConcurrentFuture *future, const ConcurrentKind *kind)
{
    future->kind = kind;
    atomic_init(&future->references, 1);
    future->state = PENDING;
    future->error = 0;
    future->value = (Value){ .i = 0 };
    future->listeners = NULL;
    future->first = NULL;
    future->last = &future->first;
    int err = pthread_mutex_init(&future->mutex, NULL);
    if (err != 0)
        return err;
    err = init_condition(&future->done);
    if (err != 0)
        pthread_mutex_destroy(&future->mutex);
    return err;
}

/* ---- Done callbacks ---- */
struct DoneCall {
    ConcurrentCallback *callback;
    void *arg;
    DoneCall *next;
};

static void run_all(ConcurrentFuture *future, DoneCall *call)
{
    for (DoneCall *next; call != NULL; call = next) {
        next = call->next;
        if (future != NULL)
            call->callback(future, call->arg);
        free(call);
    }
}

/* ---- Counting ---- */
void concurrent_destroy(ConcurrentFuture *future)
{
    run_all(NULL, future->first);
    pthread_cond_destroy(&future->done);
    pthread_mutex_destroy(&future->mutex);
}

ConcurrentFuture *concurrent_future_retain(ConcurrentFuture *future)
{
    atomic_fetch_add(&future->references, 1);
    return future;
}

void concurrent_future_release(ConcurrentFuture *future)
{
    if (future == NULL || atomic_fetch_sub(&future->references, 1) > 1)
        return;
    future->kind->destroy(future);
}

/* ---- Completing ---- */
static bool is_done(ConcurrentFuture *future)
{
    return future->state == FINISHED || future->state == CANCELLED;
}

static void tell(Listener *listener)
{
    listener->is_listening = false;
    listener->tell(listener);
}

/* Under the mutex.  Returns the done callbacks, for afterwards. */
static DoneCall *settle(ConcurrentFuture *future, int error, Value value)
{
    DoneCall *calls = future->first;
    future->first = NULL;
    future->state = error == E_CANCELLED ? CANCELLED : FINISHED;
    future->error = error;
    if (error != E_CANCELLED)
        future->value = value;
    for (Listener *next; future->listeners != NULL; ) {
        next = future->listeners->next;
        tell(future->listeners);
        future->listeners = next;
    }
    pthread_cond_broadcast(&future->done);
    return calls;
}

bool concurrent_start(ConcurrentFuture *future)
{
    pthread_mutex_lock(&future->mutex);
    bool may_run = future->state == PENDING;
    if (may_run)
        future->state = RUNNING;
    pthread_mutex_unlock(&future->mutex);
    return may_run;
}

/* The caller holds a reference. */
void concurrent_complete(ConcurrentFuture *future, int error, Value value)
{
    DoneCall *calls = NULL;
    pthread_mutex_lock(&future->mutex);
    if (!is_done(future))
        calls = settle(future, error, value);
    pthread_mutex_unlock(&future->mutex);
    run_all(future, calls);
}

/* ---- Cancelling ---- */
/* A callback may give up the caller's reference. */
bool concurrent_future_cancel(ConcurrentFuture *future)
{
    DoneCall *calls = NULL;
    concurrent_future_retain(future);
    pthread_mutex_lock(&future->mutex);
    if (future->state == PENDING) {
        calls = settle(future, E_CANCELLED, (Value){ .i = 0 });
        if (future->kind->cancelled != NULL)
            future->kind->cancelled(future);
    }
    bool is_cancelled = future->state == CANCELLED;
    pthread_mutex_unlock(&future->mutex);
    run_all(future, calls);
    concurrent_future_release(future);
    return is_cancelled;
}

/* ---- Listening ---- */
void concurrent_listen(ConcurrentFuture *future, Listener *listener)
{
    pthread_mutex_lock(&future->mutex);
    if (is_done(future)) {
        tell(listener);
    } else {
        listener->is_listening = true;
        listener->next = future->listeners;
        future->listeners = listener;
    }
    pthread_mutex_unlock(&future->mutex);
}

void concurrent_unlisten(ConcurrentFuture *future, Listener *listener)
{
    pthread_mutex_lock(&future->mutex);
    Listener **where = &future->listeners;
    while (listener->is_listening && *where != listener)
        where = &(*where)->next;
    if (listener->is_listening)
        *where = listener->next;
    listener->is_listening = false;
    pthread_mutex_unlock(&future->mutex);
}

/* ---- Being told ---- */
int concurrent_future_add_done_callback(ConcurrentFuture *future,
                                        ConcurrentCallback *callback, void *arg)
{
    DoneCall *call = callback != NULL ? malloc(sizeof *call) : NULL;
    if (call == NULL)
        return callback != NULL ? ENOMEM : E_VALUE;
    *call = (DoneCall){ callback, arg, NULL };
    pthread_mutex_lock(&future->mutex);
    bool is_late = is_done(future);
    if (!is_late) {
        *future->last = call;
        future->last = &call->next;
    }
    pthread_mutex_unlock(&future->mutex);
    if (is_late)
        run_all(future, call);
    return 0;
}

/* ---- Waiting ---- */
static const double LONGEST_WAIT = 1e8;    /* seconds: three years */

/* When it will be in so many seconds. */
static struct timespec deadline(double seconds)
{
    struct timespec time;
    if (seconds > LONGEST_WAIT)
        seconds = LONGEST_WAIT;
    time_t whole = (time_t)seconds;
#ifdef __APPLE__
    clock_gettime(CLOCK_REALTIME, &time);
#else
    clock_gettime(CLOCK_MONOTONIC, &time);
#endif
    time.tv_sec += whole;
    time.tv_nsec += (long)((seconds - whole) * 1e9);
    if (time.tv_nsec >= 1000000000) {
        time.tv_nsec -= 1000000000;
        time.tv_sec++;
    }
    return time;
}

/* Under the mutex. */
static int wait_until_done(ConcurrentFuture *future, double timeout)
{
    struct timespec until = { 0, 0 };
    int err = 0;
    if (timeout > 0)
        until = deadline(timeout);
    while (!is_done(future) && err == 0) {
        if (timeout == INFINITY)
            err = pthread_cond_wait(&future->done, &future->mutex);
        else
            err = timeout > 0 ? pthread_cond_timedwait(
                                    &future->done, &future->mutex, &until)
                              : ETIMEDOUT;
    }
    return is_done(future) ? 0 : E_TIMEOUT;
}

static void unlock(void *mutex)
{
    pthread_mutex_unlock(mutex);
}

/* A thread that is cancelled while it waits does not keep the mutex. */
int concurrent_future_result(ConcurrentFuture *future, double timeout,
                             Value *result)
{
    int err;
    if (isnan(timeout))
        return E_VALUE;
    pthread_mutex_lock(&future->mutex);
    pthread_cleanup_push(unlock, &future->mutex);
    err = wait_until_done(future, timeout);
    if (err == 0 && result != NULL)
        *result = future->value;
    if (err == 0)
        err = future->error;
    pthread_cleanup_pop(1);
    return err;
}

/* ---- Asking ---- */
bool concurrent_future_done(ConcurrentFuture *future)
{
    pthread_mutex_lock(&future->mutex);
    bool answer = is_done(future);
    pthread_mutex_unlock(&future->mutex);
    return answer;
}

bool concurrent_future_cancelled(ConcurrentFuture *future)
{
    pthread_mutex_lock(&future->mutex);
    bool answer = future->state == CANCELLED;
    pthread_mutex_unlock(&future->mutex);
    return answer;
}
