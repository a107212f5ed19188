/* shutdown.c - what asyncio.run() does after main: all ends, in order. */
#include <errno.h>
#include <stdlib.h>

#include "../03_futures/report.h"
#include "../06_gather/timeout.h"
#include "../09_threads/threads.h"
#include "../12_iteration/generator.h"
#include "runner_inside.h"

/* ---- The tasks ---- */
typedef struct Leftovers {
    Loop *loop;
    Task **tasks;    /* retained */
    size_t n;
} Leftovers;

/* Before the loop runs again: who has not begun never does. */
static int cancel_all(Leftovers *left)
{
    left->n = async_all_tasks(left->loop, NULL, 0);
    left->tasks = malloc((left->n + 1) * sizeof *left->tasks);
    if (left->tasks == NULL)
        return ENOMEM;
    async_all_tasks(left->loop, left->tasks, left->n);
    for (size_t i = 0; i < left->n; i++) {
        future_retain(left->tasks[i]);
        task_cancel(left->tasks[i]);
    }
    return 0;
}

static void report_leftover(Task *task)
{
    ErrorContext context = { .future = task,
        .message = "unhandled exception during asyncio.run() shutdown" };
    context.error = task_result(task, &context.detail);
    if (context.error != 0 && context.error != E_CANCELLED)
        loop_call_exception_handler(future_get_loop(task), &context);
}

/* Not in a task, which they could see, and cancel.  E_RUNTIME: one of them has
 * stopped the loop. */
static int wait_for_all(Leftovers *left)
{
    for (size_t i = 0; i < left->n; i++) {
        int err = loop_run_until_complete(left->loop, left->tasks[i], NULL);
        if (!task_done(left->tasks[i]))
            return err;
    }
    for (size_t i = 0; i < left->n; i++)
        report_leftover(left->tasks[i]);
    return 0;
}

static void release_all(Leftovers *left)
{
    for (size_t i = 0; i < left->n; i++)
        task_release(left->tasks[i]);
    free(left->tasks);
}

/* ---- The threads ---- */
static const double THREAD_JOIN_TIMEOUT = 300;    /* seconds */

static SUSPENDS int join_threads(Loop *loop)
{
    Timeout timeout;
    ErrorContext context = { .error = E_TIMEOUT,
        .message = "The executor did not finish joining its threads" };
    timeout_enter(&timeout, THREAD_JOIN_TIMEOUT);
    int err = timeout_exit(&timeout, loop_shutdown_default_executor(loop));
    if (err != E_TIMEOUT)
        return err;
    loop_call_exception_handler(loop, &context);
    return 0;
}

/* ---- All of it ---- */
static int end_the_rest(void *arg, Value *result)
{
    Loop *loop = arg;
    int err = loop_shutdown_asyncgens(loop);
    int failed = join_threads(loop);
    return err != 0 ? err : failed;
}

static int run_the_rest(Loop *loop)
{
    TaskOptions options = { .name = "shutdown" };
    Task *task = loop_create_task_with(loop, end_the_rest, loop, &options);
    if (task == NULL)
        return errno;
    int err = loop_run_until_complete(loop, task, NULL);
    task_release(task);
    return err;
}

int runner_shut_down(Loop *loop)
{
    Leftovers left = { .loop = loop };
    int err = cancel_all(&left);
    if (err != 0)
        return err;
    err = wait_for_all(&left);
    release_all(&left);
    return err != 0 ? err : run_the_rest(loop);
}
