/* debug.c - what debug mode reports of steps, and of tasks that hang. */
#include "debug.h"

#include <signal.h>

#include "../03_futures/report.h"
#include "observe_inside.h"

/* ---- After a step ---- */
static void report(Loop *loop, Step *step, const char *message)
{
    ErrorContext context = { .message = message };
    if (step->task != NULL)
        context.future = &step->task->future;
    loop_call_exception_handler(loop, &context);
}

/* And where it was last, if anybody knows. */
static void report_slow(Loop *loop, Step *step)
{
    char message[200];
    Origin at = { .file = NULL };
    if (step->task != NULL)
        at = step->task->here;
    int length = snprintf(message, sizeof message,
                          "Executing %s took %.3f seconds",
                          step->task != NULL ? "a step" : "a callback",
                          step->end - step->begin);
    if (at.file != NULL)
        snprintf(message + length, sizeof message - length,
                 ", last at %.120s:%d", at.file, at.line);
    report(loop, step, message);
}

/* It was asked to end, and has ended otherwise, as if nobody had asked. */
static bool has_swallowed(TaskRecord *task)
{
    return task->future.state == FINISHED && task->future.error == 0 &&
           task->cancelling > 0;
}

void debug_step(Watcher *watcher, Step *step)
{
    if (step->end - step->begin >= watcher->slow)
        report_slow(watcher->loop, step);
    if (step->task != NULL && has_swallowed(step->task))
        report(watcher->loop, step, "A cancellation was swallowed");
}

/* ---- Tasks that hang ---- */
static void print_tasks(void *loop)
{
    async_print_tasks(loop, stderr);
}

/* Control-backslash, unless somebody has other plans for it. */
void debug_begin(Loop *loop)
{
    struct sigaction now;
    if (sigaction(SIGQUIT, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
        loop_catch_signal(loop, SIGQUIT, print_tasks, loop);
}
