/* job.c - what became of a job: in one word for the program, in a few for its
 * user. */
#include "job.h"

/* ---- Asking ---- */
/* Who has lost what it said has not done its work. */
static int lost(const Job *job)
{
    return job->output.lost != 0 ? job->output.lost : job->error.lost;
}

bool job_is_ok(const Job *job)
{
    return job->fate == ENDED && job->status == 0 && lost(job) == 0;
}

bool job_has_failed(const Job *job)
{
    return job->fate > RUNNING && job->fate != STOPPED && !job_is_ok(job);
}

/* ---- In words ---- */
static void describe_end(const Job *job, char *text, size_t size)
{
    if (job->status < 0)
        snprintf(text, size, "signal %d", -job->status);
    else if (job->status > 0)
        snprintf(text, size, "exit status %d", job->status);
    else if (lost(job) != 0)
        snprintf(text, size, "output lost: %s", error_message(lost(job)));
    else
        snprintf(text, size, "ok");
}

void job_describe(const Job *job, char *text, size_t size)
{
    static const char *const words[] = {
        [NOT_BEGUN] = "not begun", [SKIPPED] = "skipped",
        [RUNNING] = "running",     [TIMED_OUT] = "timed out",
        [STOPPED] = "stopped",
    };
    if (job->fate == ENDED)
        describe_end(job, text, size);
    else if (job->fate == NOT_STARTED)
        snprintf(text, size, "cannot run: %s", error_message(job->status));
    else
        snprintf(text, size, "%s", words[job->fate]);
}
