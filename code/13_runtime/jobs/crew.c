/* crew.c - who begins the jobs, who runs them, who prints them. */
#include "crew.h"

#include <errno.h>

/* ---- Stopping ---- */
/* A job's task that is cancelled ends its child.  The task that begins the jobs
 * may wait for a place; it gets one, and looks whether it should go on. */
void crew_stop(Crew *crew, int signo)
{
    for (Worker *at = crew->tally.first; at != NULL; at = at->next)
        task_cancel(at->task);
    if (!crew->is_stopping)
        semaphore_release(&crew->places);
    crew->is_stopping = true;
    if (crew->signo != 0)
        screen_give_up(&crew->screen);
    else
        crew->signo = signo;
}

/* Without memory, output or log there is no use in going on. */
static void fail(Crew *crew, const char *what, int err)
{
    if (crew->error != 0)
        return;
    crew->failed = what;
    crew->error = err;
    if (!crew->is_stopping)
        crew_stop(crew, 0);
}

/* ---- A job ---- */
typedef struct Order {
    Crew *crew;
    Job *job;
} Order;

static void finish(Crew *crew, Worker *worker)
{
    Job *job = worker->job;
    tally_end(&crew->tally, worker);
    int err = log_write(crew->log, job);
    if (err != 0)
        fail(crew, crew->log->path, err);
    err = queue_put_nowait(crew->ended, (Value){ .p = job });
    if (err != 0)
        fail(crew, "cannot go on", err);
    if (crew->options->is_fail_fast && job_has_failed(job) &&
        !crew->is_stopping)
        crew_stop(crew, 0);
}

/* ---- Its task ---- */
static int work(void *arg, Value *result)
{
    Order *order = arg;
    Crew *crew = order->crew;
    Worker worker = { .job = order->job, .task = async_current_task() };
    if (crew->is_stopping) {    /* since the task was made */
        semaphore_release(&crew->hands);
        return 0;
    }
    tally_begin(&crew->tally, &worker);
    screen_refresh(&crew->screen);
    child_run(order->job, &crew->options->limits);
    finish(crew, &worker);
    semaphore_release(&crew->hands);
    screen_refresh(&crew->screen);
    return 0;
}

/* ---- All jobs ---- */
/* Once there are hands to do it, and a place for what it says. */
static SUSPENDS int begin_job(Crew *crew, TaskGroup *group, Job *job)
{
    int err = semaphore_acquire(&crew->places);
    if (err == 0)
        err = semaphore_acquire(&crew->hands);
    if (err != 0 || crew->is_stopping)
        return err;
    Order order = { crew, job };
    return taskgroup_spawn(group, work, &order, sizeof order);
}

static SUSPENDS int begin_all(Crew *crew, TaskGroup *group)
{
    int err = 0;
    for (size_t i = 0; i < crew->list->count && err == 0; i++) {
        Job *job = &crew->list->jobs[i];
        if (crew->is_stopping)
            break;
        if (job->fate != SKIPPED)
            err = begin_job(crew, group, job);
    }
    return err;
}

/* ---- A group ---- */
static SUSPENDS int leave(TaskGroup *group, int err)
{
    size_t count;
    err = taskgroup_exit(group, err);
    if (err == E_GROUP)
        err = taskgroup_errors(group, &count)[0].error;
    taskgroup_free(group);
    return err;
}

static SUSPENDS int run_jobs(Crew *crew)
{
    TaskGroup *group = taskgroup_enter();
    if (group == NULL)
        return errno;
    return leave(group, begin_all(crew, group));
}

/* ---- Printing ---- */
static SUSPENDS void print_job(Crew *crew, Job *job)
{
    int err = screen_show(&crew->screen, job);
    if (err != 0)
        fail(crew, "cannot print", err);
    spool_clear(&job->output);
    spool_clear(&job->error);
    semaphore_release(&crew->places);
    screen_refresh(&crew->screen);
}

/* ---- In their order ---- */
/* All that are over, with none before them that is not. */
static SUSPENDS void print_in_order(Crew *crew)
{
    for (; crew->printed < crew->list->count; crew->printed++) {
        Job *job = &crew->list->jobs[crew->printed];
        if (job->fate == SKIPPED)
            continue;
        if (!job->is_over)
            break;
        print_job(crew, job);
    }
}

/* ---- The printer ---- */
static int print(void *arg, Value *result)
{
    Crew *crew = arg;
    Value job;
    int err;
    while ((err = queue_get(crew->ended, &job)) == 0)
        if (crew->options->is_ordered)
            print_in_order(crew);
        else
            print_job(crew, job.p);
    return err == E_QUEUE_SHUTDOWN ? 0 : err;
}

/* ---- The time that goes by ---- */
static int tick(void *arg, Value *result)
{
    Crew *crew = arg;
    int err = 0;
    while (err == 0 && crew->screen.is_terminal) {
        screen_refresh(&crew->screen);
        err = async_sleep(1);
    }
    return err;
}

/* ---- All of it ---- */
/* The jobs end first, then the printer, which has still to print the last. */
static SUSPENDS int run_all(Crew *crew, TaskGroup *group)
{
    Task *clock = NULL;
    if (taskgroup_create_task(group, print, crew) != NULL)
        clock = taskgroup_create_task(group, tick, crew);
    if (clock == NULL)
        return errno;
    int err = run_jobs(crew);
    queue_shutdown(crew->ended, false);
    task_cancel(clock);
    return err;
}

static SUSPENDS int run_group(Crew *crew)
{
    TaskGroup *group = taskgroup_enter();
    if (group == NULL)
        return errno;
    return leave(group, run_all(crew, group));
}

/* ---- Its tools ---- */
/* So many more than run may wait to be printed: each has its output in memory,
 * and two files perhaps. */
enum { MOST_WAITING = 64 };

static int prepare(Crew *crew)
{
    unsigned parallel = crew->options->parallel;
    tally_init(&crew->tally, crew->list, loop_time(async_get_running_loop()));
    semaphore_init(&crew->hands, parallel);
    semaphore_init(&crew->places, parallel + MOST_WAITING);
    crew->ended = queue_new(0);
    return crew->ended != NULL ? 0 : ENOMEM;
}

SUSPENDS void crew_run(Crew *crew)
{
    int err = prepare(crew);
    if (err == 0)
        err = screen_open(&crew->screen, &crew->tally);
    if (err == 0) {
        err = run_group(crew);
        if (err == 0 && screen_sum_up(&crew->screen, crew->list) != 0)
            fail(crew, "cannot print", EIO);
        screen_close(&crew->screen);
    }
    if (err != 0)
        fail(crew, "cannot go on", err);
    queue_free(crew->ended);
}
