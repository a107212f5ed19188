/* work.h - what the demos of this chapter begin with: the clock, tasks that
 * must be there, and how something has ended. */
#ifndef WORK_H
#define WORK_H

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../gather.h"
#include "../taskgroup.h"
#include "../timeout.h"
#include "../wait.h"

/* ---- What the demos share ---- */
static inline double now(void)
{
    return loop_time(async_get_running_loop());
}

static inline Task *start(CoroFn *function, void *arg)
{
    return must_have(async_create_task(function, arg), "task");
}

static inline const char *ending(int err)
{
    return err == 0 ? "done" : error_name(err);
}

#endif
