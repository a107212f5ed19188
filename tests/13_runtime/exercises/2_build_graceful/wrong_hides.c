/* wrong: any E_CANCELLED is 0 */
#include "service.h"

#include <errno.h>
#include <math.h>
#include <signal.h>

#include "../../../06_gather/wait.h"

/* ---- A run ---- */
typedef struct Run {
    const Service *service;
    Loop *loop;
    Task *serving;           /* main; NULL: serve does not run */
    Task *stopping;          /* NULL: not begun */
    Handle limit;
    unsigned signals;
    bool has_cancelled;
} Run;

/* Once, for whatever reason. */
static void cancel_serving(void *arg)
{
    Run *run = arg;
    if (run->serving != NULL && !run->has_cancelled)
        run->has_cancelled = task_cancel(run->serving);
}

/* ---- SIGTERM ---- */
/* What cannot be done politely is done at once. */
static void begin_end(Run *run)
{
    const Service *service = run->service;
    run->limit = loop_call_later(run->loop, service->grace, cancel_serving,
                                 run);
    if (service->stop != NULL)
        run->stopping = loop_create_task(run->loop, service->stop,
                                         service->arg);
    if (run->limit == 0 || (service->stop != NULL && run->stopping == NULL))
        cancel_serving(run);
}

static void on_signal(void *arg)
{
    Run *run = arg;
    if (run->serving == NULL)
        return;
    if (run->signals++ == 0)
        begin_end(run);
    else
        cancel_serving(run);
}

/* ---- After serve ---- */
/* Without memory to wait with, it looks again a turn later. */
static SUSPENDS int end_stopping(Run *run)
{
    int err = 0;
    task_cancel(run->stopping);
    while (!task_done(run->stopping)) {
        int waited = async_wait(&run->stopping, 1, INFINITY, ALL_COMPLETED);
        if (waited == ENOMEM)
            waited = async_sleep(0);
        err = waited != 0 ? waited : err;
    }
    int stopped = task_error(run->stopping);
    task_release(run->stopping);
    if (err == 0 && stopped != E_CANCELLED)
        err = stopped;
    return err;
}

static int serve(void *arg, Value *result)
{
    Run *run = arg;
    run->loop = async_get_running_loop();
    int err = loop_add_signal_handler(run->loop, SIGTERM, on_signal, run);
    if (err != 0)
        return err;
    run->serving = async_current_task();
    err = run->service->serve(run->service->arg, result);
    Task *self = run->serving;
    run->serving = NULL;
    loop_cancel(run->loop, run->limit);
    (void)self;
    if (err == E_CANCELLED)
        err = 0;
    int stopped = run->stopping != NULL ? end_stopping(run) : 0;
    return err != 0 ? err : stopped;
}

int run_service(const Service *service, const RunOptions *options)
{
    Run run = { .service = service };
    return async_run_with(serve, &run, NULL, options);
}
