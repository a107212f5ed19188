/* child.c - one process group, from its start to the death of its last one. */
#include "child.h"

#include <errno.h>
#include <signal.h>

/* ---- A child ---- */
/* Three tasks wait for the three things that end; a fourth, the job's own,
 * waits for those three. */
enum { PARTS = 3 };

typedef struct Child {
    Job *job;
    Process *process;
    Task *parts[PARTS];    /* the group's */
} Child;

/* ---- Its output ---- */
/* Until its end.  What fails here is for the job to tell. */
static SUSPENDS void collect(StreamReader *reader, Spool *spool)
{
    size_t size, got;
    int err;
    do {
        char *room = spool_room(spool, &size);
        err = reader_read(reader, room, size, &got);
        if (err == 0)
            spool_add(spool, got);
    } while (err == 0 && got > 0);
    if (err != 0 && err != E_CANCELLED)
        spool->lost = err;
}

static int collect_output(void *arg, Value *result)
{
    Child *child = arg;
    collect(process_stdout(child->process), &child->job->output);
    return 0;
}

static int collect_error(void *arg, Value *result)
{
    Child *child = arg;
    collect(process_stderr(child->process), &child->job->error);
    return 0;
}

/* ---- Its shell ---- */
static int wait_for_shell(void *arg, Value *result)
{
    Child *child = arg;
    return process_wait(child->process, NULL);
}

/* ---- Signals ---- */
/* To all that it has started, and that has not left its group. */
static void signal_group(Child *child, int signo)
{
    kill(-process_pid(child->process), signo);
}

/* ---- Waiting for its end ---- */
/* false: the time is over, or we were cancelled. */
static SUSPENDS bool wait_some(Child *child, double seconds)
{
    async_wait(child->parts, PARTS, seconds, ALL_COMPLETED);
    for (int i = 0; i < PARTS; i++)
        if (!future_done(child->parts[i]))
            return false;
    return true;
}

/* Who leaves its group for another session, and keeps our pipes, is not waited
 * for beyond the death of the others. */
static const double LAST_WORDS = 1;

static SUSPENDS void see_to_its_end(Child *child, const Limits *limits)
{
    if (wait_some(child, limits->timeout)) {
        child->job->fate = ENDED;
        return;
    }
    bool is_cancelled = task_cancelling(async_current_task()) > 0;
    child->job->fate = is_cancelled ? STOPPED : TIMED_OUT;
    signal_group(child, SIGTERM);
    if (wait_some(child, limits->grace))
        return;
    signal_group(child, SIGKILL);
    wait_some(child, LAST_WORDS);
}

/* ---- Its three tasks ---- */
static int begin_parts(Child *child, TaskGroup *group)
{
    CoroFn *const parts[PARTS] = { wait_for_shell, collect_output,
                                   collect_error };
    for (int i = 0; i < PARTS; i++) {
        child->parts[i] = taskgroup_create_task(group, parts[i], child);
        if (child->parts[i] == NULL)
            return errno;
    }
    return 0;
}

static void cancel_parts(Child *child)
{
    for (int i = 0; i < PARTS; i++)
        task_cancel(child->parts[i]);    /* unless it is done */
}

/* ---- In a group ---- */
static SUSPENDS int attend(Child *child, const Limits *limits)
{
    TaskGroup *group = taskgroup_enter();
    if (group == NULL)
        return errno;
    int err = begin_parts(child, group);
    if (err == 0) {
        see_to_its_end(child, limits);
        signal_group(child, SIGKILL);    /* who is left of it */
        cancel_parts(child);
    }
    err = taskgroup_exit(group, err);
    taskgroup_free(group);
    return err == E_CANCELLED ? 0 : err;    /* its fate says so */
}

/* ---- One try ---- */
static SUSPENDS int try(Job *job, const Limits *limits)
{
    Child child = { .job = job };
    SubprocessOptions options = { .input = SUBPROCESS_DEVNULL,
                                  .output = SUBPROCESS_PIPE,
                                  .error = SUBPROCESS_PIPE,
                                  .start_new_session = true };
    int err = async_create_subprocess_shell(job->command, &options,
                                            &child.process);
    if (err != 0)
        return err;
    job->status = -SIGKILL;    /* if nothing is heard of it any more */
    err = attend(&child, limits);
    process_returncode(child.process, &job->status);
    process_free(child.process);
    return err;
}

/* ---- And several ---- */
SUSPENDS void child_run(Job *job, const Limits *limits)
{
    Loop *loop = async_get_running_loop();
    double begun = loop_time(loop);
    int err;
    do {
        spool_clear(&job->output);
        spool_clear(&job->error);
        job->fate = RUNNING;
        err = try(job, limits);
        if (err != 0) {
            job->fate = NOT_STARTED;
            job->status = err;
        }
    } while (job->tries++ < limits->retries && job_has_failed(job) &&
             task_cancelling(async_current_task()) == 0);
    job->seconds = loop_time(loop) - begun;
    job->is_over = true;
}
