/* crew.c - your work: one failure, and nobody goes home. */
#include "crew.h"

#include <errno.h>
#include <stdlib.h>

#include "../../../06_gather/wait.h"

/* ---- A worker ---- */
static int work(void *arg, Value *result)
{
    Queue *queue = arg;
    Value value, ignored = { .p = NULL };
    int err = queue_get(queue, &value);
    while (err == 0) {
        Job *job = value.p;
        job->error = job->fn(job->arg, &ignored);
        if (job->error != 0)
            return job->error;
        queue_task_done(queue);
        err = queue_get(queue, &value);
    }
    return err;
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

static void dismiss(Task *tasks[], size_t workers)
{
    for (size_t i = 0; i < workers && tasks[i] != NULL; i++) {
        task_cancel(tasks[i]);
        task_release(tasks[i]);
    }
}

static SUSPENDS int run(Queue *queue, Task *tasks[], size_t workers)
{
    int err = hire(tasks, workers, queue);
    if (err == 0)
        err = queue_join(queue);
    if (err != 0)
        return err;
    dismiss(tasks, workers);
    return 0;
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
