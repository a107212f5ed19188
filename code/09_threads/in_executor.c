/* in_executor.c - a loop hands work to threads. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "../03_futures/report.h"
#include "threads_inside.h"

/* ---- The loop's own threads ---- */
typedef struct Threads {
    LoopLocal local;        /* first */
    Executor *executor;     /* NULL: none yet */
    bool is_made_here;      /* else it is the program's, and retained */
    bool is_shut;
    pid_t process;          /* whose threads they are */
} Threads;

static const char threads_key;

/* What has begun runs on; nobody waits for it. */
static void let_go(Threads *threads)
{
    Executor *executor = threads->executor;
    threads->executor = NULL;
    if (executor == NULL)
        return;
    if (threads->is_made_here) {
        executor_shutdown(executor, false, false);
        executor_free(executor);
    } else {
        executor_release(executor);
    }
}

/* They do not come along into a child of fork(). */
static void closing(Loop *loop, LoopLocal *local)
{
    Threads *threads = (Threads *)local;
    if (threads->process != getpid())
        return;
    if (threads->executor != NULL)
        executor_shutdown(threads->executor, false, false);
    let_go(threads);
    threads->is_shut = true;
}

static Threads *threads_of(Loop *loop)
{
    LoopLocal *local = loop_local(loop, &threads_key);
    if (local != NULL)
        return (Threads *)local;
    Threads *threads = calloc(1, sizeof *threads);
    if (threads != NULL) {
        threads->local = (LoopLocal){ &threads_key, closing, NULL };
        threads->process = getpid();
        loop_local_add(loop, &threads->local);
    }
    return threads;
}

/* ---- Choosing them ---- */
void loop_set_default_executor(Loop *loop, Executor *executor)
{
    Threads *threads = loop_is_closed(loop) ? NULL : threads_of(loop);
    ErrorContext context = { .message = "No default executor was set" };
    if (executor == NULL || executor->kind == &process_kind)
        context.error = E_VALUE;
    else if (threads == NULL)
        context.error = loop_is_closed(loop) ? E_RUNTIME : ENOMEM;
    if (context.error != 0) {
        loop_call_exception_handler(loop, &context);
        return;
    }
    executor_retain(executor);
    let_go(threads);
    threads->executor = executor;
    threads->is_made_here = false;
}

/* Borrowed.  NULL: errno says why. */
static Executor *default_executor(Loop *loop)
{
    Threads *threads = loop_is_closed(loop) ? NULL : threads_of(loop);
    if (threads == NULL || threads->is_shut) {
        errno = loop_is_closed(loop) || threads != NULL ? E_RUNTIME : ENOMEM;
        return NULL;
    }
    if (threads->executor == NULL) {
        threads->executor = thread_pool_executor_new(0);
        threads->is_made_here = true;
    }
    return threads->executor;
}

/* ---- Running in one ---- */
/* NULL: errno says why; the executor may be. */
static Future *run_in(Loop *loop, Executor *executor, WorkFn *function,
                      void *arg, Callback *drop)
{
    ConcurrentFuture *job = NULL;
    Future *future = executor != NULL ? bridge_new(loop) : NULL;
    if (future != NULL)
        job = executor_add(executor, function, arg, drop);
    else if (executor != NULL)
        errno = loop_is_closed(loop) ? E_RUNTIME : ENOMEM;
    if (job != NULL) {
        bridge_connect(future, job);
        concurrent_future_release(job);
        return future;
    }
    int err = errno;
    if (future != NULL)
        bridge_drop(future);
    if (drop != NULL)
        drop(arg);
    errno = err;
    return NULL;
}

Future *loop_run_in_executor(Loop *loop, Executor *executor, WorkFn *function,
                             void *arg)
{
    if (executor == NULL)
        executor = default_executor(loop);
    return run_in(loop, executor, function, arg, NULL);
}

Future *run_in_thread(Loop *loop, WorkFn *function, void *arg, Callback *drop)
{
    return run_in(loop, default_executor(loop), function, arg, drop);
}

/* ---- To a thread ---- */
typedef struct Trip {
    WorkFn *function;
    void *arg;
    Context *context;
} Trip;

static void forget(void *arg)
{
    Trip *trip = arg;
    context_release(trip->context);
    free(trip);
}

static int travel(void *arg, Value *result)
{
    Trip *trip = arg;
    context_now = trip->context;
    int err = trip->function(trip->arg, result);
    context_now = NULL;
    forget(trip);
    return err;
}

static Trip *new_trip(WorkFn *function, void *arg)
{
    Trip *trip = malloc(sizeof *trip);
    Context *context = trip != NULL ? context_copy() : NULL;
    if (context == NULL) {
        free(trip);
        return NULL;
    }
    *trip = (Trip){ function, arg, context };
    return trip;
}

SUSPENDS int async_to_thread(WorkFn *function, void *arg, Value *result)
{
    if (task_current == NULL)
        return E_RUNTIME;
    if (function == NULL)
        return E_VALUE;
    Trip *trip = new_trip(function, arg);
    if (trip == NULL)
        return ENOMEM;
    Future *future = run_in_thread(task_current->future.loop, travel, trip,
                                   forget);
    return future != NULL ? bridge_join(future, result) : errno;
}

/* ---- The end ---- */
static int shut_down(void *arg, Value *result)
{
    Executor *executor = arg;
    int err = executor_shutdown(executor, true, false);
    executor_release(executor);
    return err;
}

static void drop_executor(void *executor)
{
    executor_release(executor);
}

/* To wait is work for a thread, too: of a pool of its own.  It is joined when
 * it has done that, unless nobody waits any more. */
typedef struct Closing {
    Block block;            /* first */
    Executor *closer;
} Closing;

static void stop_waiting(Block *block)
{
    Closing *wait = (Closing *)block;
    executor_shutdown(wait->closer, false, false);
    executor_free(wait->closer);
    free(wait);
}

static const BlockKind closing_kind = { "An executor was left closing",
                                        stop_waiting };

static Closing *new_closing(void)
{
    Closing *wait = malloc(sizeof *wait);
    Executor *closer = wait != NULL ? thread_pool_executor_new(1) : NULL;
    if (closer == NULL) {
        free(wait);
        return NULL;
    }
    *wait = (Closing){ { .kind = &closing_kind }, closer };
    return wait;
}

static SUSPENDS int wait_for_end(Loop *loop, Executor *executor)
{
    Closing *wait = new_closing();
    if (wait == NULL)
        return ENOMEM;
    task_enter(&wait->block);
    Future *future = run_in(loop, wait->closer, shut_down,
                            executor_retain(executor), drop_executor);
    int err = future != NULL ? bridge_join(future, NULL) : errno;
    task_exit(&wait->block);
    if (err != E_CANCELLED)
        executor_shutdown(wait->closer, true, false);
    stop_waiting(&wait->block);
    return err;
}

SUSPENDS int loop_shutdown_default_executor(Loop *loop)
{
    if (task_current == NULL || task_current->future.loop != loop)
        return E_RUNTIME;
    Threads *threads = threads_of(loop);
    if (threads == NULL)
        return ENOMEM;
    threads->is_shut = true;
    return threads->executor != NULL ? wait_for_end(loop, threads->executor)
                                     : 0;
}
