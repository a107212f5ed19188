/* wrong: a job that fails is done once more */
#include "crew.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "../../../06_gather/wait.h"

/* ---- A worker ---- */
/* A job that returns E_CANCELLED is one that failed; but a worker that is
 * cancelled stops, whatever its job made of that. */
static int work(void *arg, Value *result)
{
    Queue *queue = arg;
    Task *self = async_current_task();
    Value value;
    while (task_cancelling(self) == 0 && queue_get(queue, &value) == 0) {
        Job *job = value.p;
        Value ignored = { .i = 0 };
        job->error = job->fn(job->arg, &ignored);
        if (job->error != 0)
            job->error = job->fn(job->arg, &ignored);
        queue_task_done(queue);
    }
    return 0;
}

/* ---- Jobs ---- */
static int put_all(Queue *queue, Job jobs[], size_t n)
{
    int err = 0;
    for (size_t i = 0; i < n && err == 0; i++) {
        jobs[i].error = ECANCELED;
        err = queue_put_nowait(queue, (Value){ .p = &jobs[i] });
    }
    return err;
}

static size_t count_failed(const Job jobs[], size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += jobs[i].error != 0;
    return count;
}

/* ---- The crew ---- */
static int hire(Task *tasks[], size_t workers, Queue *queue)
{
    for (size_t i = 0; i < workers; i++) {
        tasks[i] = async_create_task(work, queue);
        if (tasks[i] == NULL)
            return errno;
    }
    return 0;
}

/* Asks all to end, and waits until they have; E_CANCELLED: we were meanwhile.
 * Without memory to wait with, it looks again a turn later. */
static SUSPENDS int dismiss(Task *tasks[], size_t workers)
{
    int err = 0;
    for (size_t i = 0; i < workers && tasks[i] != NULL; i++)
        task_cancel(tasks[i]);
    for (size_t i = 0; i < workers && tasks[i] != NULL; i++) {
        while (!task_done(tasks[i])) {
            int waited = async_wait(&tasks[i], 1, INFINITY, ALL_COMPLETED);
            if (waited == ENOMEM)
                waited = async_sleep(0);
            if (waited != 0)
                err = waited;
        }
        task_release(tasks[i]);
    }
    return err;
}

static SUSPENDS int run(Queue *queue, Task *tasks[], size_t workers)
{
    int err = hire(tasks, workers, queue);
    if (err == 0)
        err = queue_join(queue);
    int dismissed = dismiss(tasks, workers);
    return err != 0 ? err : dismissed;
}

/* ---- All of it ---- */
SUSPENDS int crew_run(Job jobs[], size_t n, size_t workers, size_t *failed)
{
    if (workers == 0)
        return E_VALUE;
    Queue *queue = queue_new(0);
    Task **tasks = calloc(workers, sizeof *tasks);
    int err = queue != NULL && tasks != NULL ? put_all(queue, jobs, n) : ENOMEM;
    if (err == 0)
        err = run(queue, tasks, workers);
    *failed = count_failed(jobs, n);
    free(tasks);
    queue_free(queue);
    return err;
}
