/* processes.c - work in a pool of two processes. */
#include <stdint.h>

#include "../../code/09_threads/threads.h"
#include "scenario.h"

/* ---- Work ---- */
static int square(void *arg, Value *result)
{
    result->i = (intptr_t)arg * (intptr_t)arg;
    return 0;
}

static SUSPENDS int ask(Executor *executor, int n)
{
    Value result = { .i = 0 };
    Future *future = loop_run_in_executor(async_get_running_loop(), executor,
                                          square, (void *)(intptr_t)n);
    int err = future != NULL ? task_join(future, &result) : errno;
    return err == 0 && result.i != n * n ? WRONG : err;
}

static int ask_three(void *executor, Value *result)
{
    return ask(executor, 3);
}

static int ask_four(void *executor, Value *result)
{
    return ask(executor, 4);
}

/* ---- The scenario ---- */
static int processes(void *arg, Value *result)
{
    Outcome outcomes[2];
    Executor *executor = process_pool_executor_new(2);
    if (executor == NULL)
        return errno;
    int err = async_gather_calls(CALLS({ ask_three, executor },
                                       { ask_four, executor }),
                                 outcomes, RETURN_EXCEPTIONS);
    if (err == 0)
        err = first_error(outcomes[0].error, outcomes[1].error);
    err = first_error(err, ask(executor, 5));
    executor_free(executor);
    return err;
}

const Scenario scenario = { processes, "shutdown waitpid" };
