/* run.h - runs one coroutine as a task, in a loop of its own, to its end.
 *
 * What asyncio.run() does, in its smallest form; chapter 13 has the whole. */
#ifndef RUN_H
#define RUN_H

#include <errno.h>

#include "../task.h"

/* ---- Running ---- */
static inline int run_in(Loop *loop, CoroFn *function, void *arg)
{
    Task *task = loop_create_task(loop, function, arg);
    if (task == NULL)
        return errno;
    int err = loop_run_until_complete(loop, task, NULL);
    task_release(task);
    return err;
}

/* The clock jumps wherever nothing but time is waited for. */
static inline int run_virtual(CoroFn *function, void *arg)
{
    Loop *loop = loop_new();
    if (loop == NULL)
        return errno;
    int err = loop_use_virtual_time(loop);
    if (err == 0)
        err = run_in(loop, function, arg);
    loop_free(loop);
    return err;
}

static inline int run(CoroFn *function, void *arg)
{
    Loop *loop = loop_new();
    if (loop == NULL)
        return errno;
    int err = run_in(loop, function, arg);
    loop_free(loop);
    return err;
}

#endif
