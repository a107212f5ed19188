/* progress.c - your work: two threads, and no border between them. */
#include "progress.h"

#include <errno.h>

/* ---- A job ---- */
struct Job {
    JobFn *function;
    void *arg;
    Progress *progress;
    void *progress_arg;
    bool should_stop;
};

/* ---- In the thread ---- */
static int work(void *arg, Value *result)
{
    Job *job = arg;
    return job->function(job, job->arg);
}

int job_report(Job *job, int percent)
{
    job->progress(percent, job->progress_arg);
    return 0;
}

bool job_should_stop(Job *job)
{
    return job->should_stop;
}

/* ---- In the loop ---- */
SUSPENDS int job_run(JobFn *function, void *arg, Progress *progress,
                     void *progress_arg)
{
    Job job = { .function = function, .arg = arg, .progress = progress,
                .progress_arg = progress_arg };
    int err = async_to_thread(work, &job, NULL);
    if (err == E_CANCELLED)
        job.should_stop = true;
    return err;
}
