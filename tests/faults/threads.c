/* threads.c - work in threads, and coroutines from there. */
#include "../../code/09_threads/threads.h"
#include "scenario.h"

/* ---- Work ---- */
static int add_one(void *arg, Value *result)
{
    result->i = *(int *)arg + 1;
    return 0;
}

static int in_thread(void *arg, Value *result)
{
    int err = async_to_thread(add_one, arg, result);
    return err == 0 && result->i != *(int *)arg + 1 ? WRONG : err;
}

/* ---- From there into the loop ---- */
static int nap(void *arg, Value *result)
{
    result->i = 7;
    return async_sleep(0);
}

static int call_back(void *loop, Value *result)
{
    ConcurrentFuture *future = async_run_coroutine_threadsafe(nap, NULL, loop);
    if (future == NULL)
        return errno;
    int err = concurrent_future_result(future, 10.0, result);
    concurrent_future_release(future);
    return err == 0 && result->i != 7 ? WRONG : err;
}

/* ---- The scenario ---- */
static SUSPENDS int in_pool(Loop *loop)
{
    int one = 1;
    Value result = { .i = 0 };
    Executor *executor = thread_pool_executor_new(2);
    if (executor == NULL)
        return errno;
    Future *future = loop_run_in_executor(loop, executor, add_one, &one);
    int err = future != NULL ? task_join(future, &result) : errno;
    executor_free(executor);
    return err == 0 && result.i != 2 ? WRONG : err;
}

static int threads(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    int numbers[3] = { 1, 2, 3 };
    Outcome outcomes[3];
    int err = async_gather_calls(CALLS({ in_thread, &numbers[0] },
                                       { in_thread, &numbers[1] },
                                       { in_thread, &numbers[2] }),
                                 outcomes, RETURN_EXCEPTIONS);
    for (int i = 0; i < 3; i++)
        err = first_error(err, outcomes[i].error);
    err = first_error(err, async_to_thread(call_back, loop, result));
    err = first_error(err, in_pool(loop));
    return first_error(err, loop_shutdown_default_executor(loop));
}

const Scenario scenario = { threads, "" };
