/* wrong: the second cancellation ends the waiting */
#include "progress.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "../../../06_gather/wait.h"

/* ---- A job ---- */
struct Job {
    Loop *loop;
    JobFn *function;
    void *arg;
    Progress *progress;
    void *progress_arg;
    atomic_bool should_stop;
};

typedef struct Report {
    Job *job;
    int percent;
} Report;

/* ---- In the thread ---- */
static int work(void *arg, Value *result)
{
    Job *job = arg;
    return job->function(job, job->arg);
}

static void deliver(void *arg)
{
    Report *report = arg;
    report->job->progress(report->percent, report->job->progress_arg);
    free(report);
}

int job_report(Job *job, int percent)
{
    Report *report = malloc(sizeof *report);
    if (report == NULL)
        return ENOMEM;
    *report = (Report){ job, percent };
    int err = loop_call_soon_threadsafe(job->loop, deliver, report);
    if (err != 0)
        free(report);
    return err;
}

bool job_should_stop(Job *job)
{
    return job->should_stop;
}

/* ---- In the loop ---- */
/* The reports were posted before the end of the job, and come before it. */
static SUSPENDS int wait_for(Future *future, Job *job)
{
    int err = async_shield(future, NULL);
    if (!future_done(future)) {
        job->should_stop = true;
        async_shield(future, NULL);
    }
    if (!job->should_stop)
        return err;
    future_error(future);    /* nobody asks for it */
    return E_CANCELLED;
}

SUSPENDS int job_run(JobFn *function, void *arg, Progress *progress,
                     void *progress_arg)
{
    Job job = { .loop = async_get_running_loop(), .function = function,
                .arg = arg, .progress = progress,
                .progress_arg = progress_arg };
    Future *future = loop_run_in_executor(job.loop, NULL, work, &job);
    if (future == NULL)
        return errno;
    int err = wait_for(future, &job);
    future_release(future);
    return err;
}
