/* observe.c - sees each step of a loop, for debug mode and for traces.
 *
 * While somebody looks, a task comes back to the loop after each step. */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "../03_futures/report.h"
#include "observe_inside.h"

/* ---- Where the program is ---- */
void async_here(const char *file, int line)
{
    origin_now = (Origin){ file, line };
}

/* ---- Before and after a step ---- */
const char *waits_for(TaskRecord *task)
{
    if (task->awaits != NULL && task_record(task->awaits) != NULL)
        return task_name(task->awaits);
    if (task->awaits != NULL)
        return task->awaits->kind->name;
    return task->parked != NULL ? task->parked->kind->what : "ready";
}

/* What it waited for may be gone after the step. */
static void before(Watcher *watcher, Step *step, void *arg)
{
    if (step->callback != task_wake)
        return;
    TaskRecord *task =
        (TaskRecord *)((char *)arg - offsetof(TaskRecord, waiter));
    future_retain(&task->future);
    step->task = task;
    step->since = task->since;
    if (watcher->trace != NULL)
        snprintf(step->waited, sizeof step->waited, "%s", waits_for(task));
    origin_now = task->here;
}

static void after(Step *step)
{
    if (step->task == NULL)
        return;
    step->task->since = step->end;
    step->task->here = origin_now;
}

/* ---- The observer ---- */
static void run(Observer *observer, Loop *loop, Callback *callback, void *arg)
{
    Watcher *watcher =
        (Watcher *)((char *)observer - offsetof(Watcher, observer));
    Step step = { .callback = callback, .number = ready_taken(&loop->ready),
                  .begin = loop_time(loop), .since = -1 };
    before(watcher, &step, arg);
    watcher->step = &step;
    step.first = loop->ready.tail;
    callback(arg);
    watcher->step = NULL;
    step.last = loop->ready.tail;
    step.end = loop_time(loop);
    after(&step);
    origin_now = (Origin){ .file = NULL };
    if (watcher->trace != NULL)
        trace_step(watcher->trace, loop, &step);
    if (loop_get_debug(loop))
        debug_step(watcher, &step);
    if (step.task != NULL)
        future_release(&step.task->future);
}

/* ---- One for each loop ---- */
static const char watcher_key;
static const double SLOW = 0.1;

static void report_trace(Loop *loop, int error)
{
    ErrorContext context = { .error = error,
                             .message = "The trace could not be written" };
    if (error != 0)
        loop_call_exception_handler(loop, &context);
}

static void closing(Loop *loop, LoopLocal *local)
{
    report_trace(loop, loop_set_trace(loop, NULL));
    loop_observe(loop, NULL);
}

Watcher *watcher_of(Loop *loop)
{
    Watcher *watcher = (Watcher *)loop_local(loop, &watcher_key);
    if (watcher != NULL)
        return watcher;
    watcher = calloc(1, sizeof *watcher);
    if (watcher == NULL)
        return NULL;
    watcher->local = (LoopLocal){ &watcher_key, closing, NULL };
    watcher->observer.run = run;
    watcher->loop = loop;
    watcher->slow = SLOW;
    loop_local_add(loop, &watcher->local);
    loop_observe(loop, &watcher->observer);
    return watcher;
}

/* ---- Slow callbacks ---- */
void loop_set_slow_callback_duration(Loop *loop, double seconds)
{
    Watcher *watcher = watcher_of(loop);
    if (watcher != NULL)
        watcher->slow = seconds;
}

double loop_get_slow_callback_duration(Loop *loop)
{
    Watcher *watcher = (Watcher *)loop_local(loop, &watcher_key);
    return watcher != NULL ? watcher->slow : SLOW;
}

/* ---- Traces ---- */
/* Tracks are named when a task is seen for the first time. */
static void forget_tasks(Watcher *watcher)
{
    Tasks *all = tasks_of(watcher->loop);
    TaskRecord *task = all != NULL ? all->first : NULL;
    for (; task != NULL; task = task->next)
        task->since = -1;
    if (watcher->step != NULL)
        watcher->step->since = -1;
}

int loop_set_trace(Loop *loop, const char *path)
{
    if (path != NULL && loop_is_closed(loop))
        return E_RUNTIME;
    Watcher *watcher = path != NULL ? watcher_of(loop)
                                    : (Watcher *)loop_local(loop, &watcher_key);
    if (watcher == NULL)
        return path != NULL ? ENOMEM : 0;
    int err = 0;
    if (watcher->trace != NULL)
        err = trace_close(watcher->trace);
    watcher->trace = path != NULL ? trace_open(path) : NULL;
    if (watcher->trace != NULL)
        forget_tasks(watcher);
    return path != NULL && watcher->trace == NULL ? errno : err;
}

/* ---- What the environment asks for ---- */
static int trace_to(Loop *loop, const char *path)
{
    static atomic_uint opened;
    unsigned number = atomic_fetch_add(&opened, 1) + 1;
    char text[4096];
    int length = number > 1 ? snprintf(text, sizeof text, "%s.%u", path, number)
                            : snprintf(text, sizeof text, "%s", path);
    if ((size_t)length >= sizeof text)
        return ENAMETOOLONG;
    return loop_set_trace(loop, text);
}

int observe_begin(Loop *loop)
{
    const char *path = getenv("WEFT_TRACE");
    if (path != NULL && path[0] != '\0')
        report_trace(loop, trace_to(loop, path));
    if (!loop_get_debug(loop))
        return 0;
    debug_begin(loop);
    return watcher_of(loop) != NULL ? 0 : ENOMEM;
}
