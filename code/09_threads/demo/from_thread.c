/* The example of asyncio's manual: a loop runs in a thread of its own, and
 * another thread hands coroutines to it. */
#include <math.h>
#include <pthread.h>

#include "../../03_futures/demo/virtual.h"
#include "../threads.h"

/* ---- The coroutines ---- */
static int my_coroutine(void *arg, Value *result)
{
    printf("Running in coroutine\n");
    int err = async_sleep(0.02);
    result->p = "Coroutine Result";
    return err;
}

static bool was_told;    /* read when the loop's thread has ended */

static int eternity(void *arg, Value *result)
{
    int err = async_sleep(3600);
    was_told = err == E_CANCELLED;
    return err;
}

/* ---- The loop's thread ---- */
static void *run_loop(void *loop)
{
    must_succeed(loop_run_forever(loop), "loop");
    return NULL;
}

/* ---- A result ---- */
static void called(ConcurrentFuture *future, void *arg)
{
    Value result;
    must_succeed(concurrent_future_result(future, 0, &result), "result");
    printf("Callback called with result: %s\n", (char *)result.p);
}

static void ask(Loop *loop)
{
    Value result;
    ConcurrentFuture *future = must_have(
        async_run_coroutine_threadsafe(my_coroutine, NULL, loop), "coroutine");
    must_succeed(concurrent_future_result(future, 60, &result), "result");
    printf("main thread got: %s\n", (char *)result.p);
    must_succeed(concurrent_future_add_done_callback(future, called, NULL),
                 "callback");
    concurrent_future_release(future);
}

/* ---- No result in time ---- */
/* The timeout is that of the thread: the coroutine goes on, until somebody
 * cancels it. */
static void cancel(ConcurrentFuture *future)
{
    printf("cancelled: %s\n", concurrent_future_cancel(future) ? "yes" : "no");
    int err = concurrent_future_result(future, INFINITY, NULL);
    printf("then: %s\n", error_name(err));
}

static void give_up(Loop *loop, bool is_hasty)
{
    ConcurrentFuture *future = must_have(
        async_run_coroutine_threadsafe(eternity, NULL, loop), "coroutine");
    int err = concurrent_future_result(future, 0.05, NULL);
    printf("after 0.05 s: %s, it is %s\n", error_name(err),
           concurrent_future_done(future) ? "done" : "not done");
    if (!is_hasty)
        cancel(future);
    concurrent_future_release(future);
}

/* ---- The last word ---- */
/* A cancelled task needs a turn to end.  So this waits for it, in the loop. */
static int settle(void *arg, Value *result)
{
    Task *tasks[2];
    size_t count = async_all_tasks(NULL, tasks, 2);
    for (size_t i = 0; i < count && i < 2; i++)
        if (tasks[i] != async_current_task())
            task_join(future_retain(tasks[i]), NULL);
    return 0;
}

static void wait_for_all(Loop *loop)
{
    ConcurrentFuture *future = must_have(
        async_run_coroutine_threadsafe(settle, NULL, loop), "coroutine");
    must_succeed(concurrent_future_result(future, 60, NULL), "settle");
    concurrent_future_release(future);
}

/* ---- Two threads ---- */
int main(int argc, char **argv)
{
    bool is_hasty = argc > 1;
    pthread_t thread;
    setvbuf(stdout, NULL, _IOLBF, 0);
    Loop *loop = must_have(loop_new(), "loop");
    must_succeed(pthread_create(&thread, NULL, run_loop, loop), "thread");
    ask(loop);
    give_up(loop, is_hasty);
    if (!is_hasty)
        wait_for_all(loop);
    must_succeed(loop_call_soon_threadsafe(loop, loop_stop_callback, loop),
                 "stop");
    must_succeed(pthread_join(thread, NULL), "join");
    printf("the coroutine was told: %s\n", was_told ? "yes" : "no");
    loop_free(loop);
    return 0;
}
