/* cpython.h - what the tests share that were read from CPython's own:
 * coroutines that sleep, fail and wait, and the clock. */
#ifndef CPYTHON_H
#define CPYTHON_H

#include <math.h>

#include "../../code/06_gather/gather.h"
#include "../../code/06_gather/taskgroup.h"
#include "../../code/06_gather/timeout.h"
#include "../../code/06_gather/wait.h"
#include "../05_tasks/python.h"

/* ---- Errors ---- */
enum { ZERO_DIVISION = E_USER, KEY_ERROR, TYPE_ERROR, MY_ERROR };

/* ---- Coroutines ---- */
static inline int sleep_for(void *delay, Value *result)
{
    return async_sleep(*(double *)delay);
}

static inline int sleep_10(void *arg, Value *result)
{
    return async_sleep(10);
}

static inline int await_it(void *future, Value *result)
{
    return await(future, result);
}

static inline int return_42(void *arg, Value *result)
{
    *result = (Value){ .i = 42 };
    return 0;
}

/* ---- Loops ---- */
static inline double now(void)
{
    return loop_time(async_get_running_loop());
}

static inline int cancelling(void)
{
    return task_cancelling(async_current_task());
}

static inline int complete(Loop *loop, Future *future)
{
    return loop_run_until_complete(loop, future, NULL);
}

static inline void run_turns(Loop *loop, int count)
{
    while (count-- > 0)
        run_briefly(loop);
}

/* Nothing is left in it. */
static inline void finish(Loop *loop)
{
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
    loop_free(loop);
}

static inline void release_all(Future *futures[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        future_release(futures[i]);
}

#endif
