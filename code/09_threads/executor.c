/* executor.c - jobs in a queue, and threads that take them.
 *
 * A worker is started when a job comes and no worker is idle.  Each thread
 * holds a reference to the executor: so it may be freed while they run. */
#include "executor.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "executor_inside.h"

/* ---- Making ---- */
static bool init(Executor *executor)
{
    if (pthread_mutex_init(&executor->mutex, NULL) != 0)
        return false;
    if (pthread_cond_init(&executor->work, NULL) == 0) {
        if (pthread_cond_init(&executor->ended, NULL) == 0)
            return true;
        pthread_cond_destroy(&executor->work);
    }
    pthread_mutex_destroy(&executor->mutex);
    return false;
}

Executor *executor_new(const ExecutorKind *kind, size_t max_workers)
{
    Executor *executor = calloc(1, sizeof *executor);
    if (executor == NULL)
        return NULL;
    executor->workers = calloc(max_workers, sizeof *executor->workers);
    if (executor->workers == NULL || !init(executor)) {
        free(executor->workers);
        free(executor);
        errno = ENOMEM;
        return NULL;
    }
    executor->kind = kind;
    executor->max_workers = max_workers;
    executor->last = &executor->first;
    atomic_init(&executor->references, 1);
    return executor;
}

/* ---- Counting ---- */
Executor *executor_retain(Executor *executor)
{
    atomic_fetch_add(&executor->references, 1);
    return executor;
}

void executor_release(Executor *executor)
{
    if (atomic_fetch_sub(&executor->references, 1) > 1)
        return;
    if (executor->kind->end != NULL)
        for (size_t i = executor->started; i < executor->max_workers; i++)
            executor->kind->end(&executor->workers[i]);
    pthread_cond_destroy(&executor->work);
    pthread_cond_destroy(&executor->ended);
    pthread_mutex_destroy(&executor->mutex);
    free(executor->workers);
    free(executor);
}

/* ---- Jobs ---- */
static void destroy_job(ConcurrentFuture *future)
{
    concurrent_destroy(future);
    free(future);
}

static const ConcurrentKind job_kind = { NULL, destroy_job };

static void drop(Job *job)
{
    if (job->drop != NULL)
        job->drop(job->arg);
}

static void run(Worker *worker, Job *job)
{
    Value value = { .i = 0 };
    if (concurrent_start(&job->future)) {
        int err = worker->executor->kind->run(worker, job, &value);
        concurrent_complete(&job->future, err, value);
    } else {
        drop(job);
    }
    concurrent_future_release(&job->future);
}

/* ---- A worker's life ---- */
/* Waits for a job.  NULL: there will be none. */
static Job *take(Executor *executor)
{
    pthread_mutex_lock(&executor->mutex);
    executor->idle++;
    while (executor->first == NULL && !executor->is_shut)
        pthread_cond_wait(&executor->work, &executor->mutex);
    executor->idle--;
    Job *job = executor->first;
    if (job != NULL) {
        executor->first = job->next;
        executor->queued--;
        if (executor->first == NULL)
            executor->last = &executor->first;
    }
    pthread_mutex_unlock(&executor->mutex);
    return job;
}

static void *work(void *arg)
{
    Worker *worker = arg;
    Executor *executor = worker->executor;
    for (Job *job; (job = take(executor)) != NULL; )
        run(worker, job);
    if (executor->kind->end != NULL)
        executor->kind->end(worker);
    pthread_mutex_lock(&executor->mutex);
    executor->running--;
    pthread_cond_broadcast(&executor->ended);
    pthread_mutex_unlock(&executor->mutex);
    executor_release(executor);
    return NULL;
}

/* ---- Starting one ---- */
void block_signals(sigset_t *before)
{
    const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };
    sigset_t all;
    sigfillset(&all);
    for (int i = 0; i < 4; i++)
        sigdelset(&all, faults[i]);
    pthread_sigmask(SIG_SETMASK, &all, before);
}

/* Under the mutex.  0 or an errno value. */
static int start_worker(Executor *executor)
{
    Worker *worker = &executor->workers[executor->started];
    sigset_t before;
    worker->executor = executor_retain(executor);
    block_signals(&before);
    int err = pthread_create(&worker->thread, NULL, work, worker);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (err != 0) {
        executor_release(executor);
        return err;
    }
    executor->started++;
    executor->running++;
    return 0;
}

/* ---- Submitting ---- */
static Job *new_job(WorkFn *function, void *arg, Callback *drop_arg)
{
    Job *job = function != NULL ? calloc(1, sizeof *job) : NULL;
    if (job == NULL || concurrent_init(&job->future, &job_kind) != 0) {
        free(job);
        errno = function != NULL ? ENOMEM : EINVAL;
        return NULL;
    }
    job->function = function;
    job->arg = arg;
    job->drop = drop_arg;
    return job;
}

/* Under the mutex.  A pool that has workers can do without another. */
static int enqueue(Executor *executor, Job *job)
{
    int err = 0;
    if (executor->is_shut)
        return E_RUNTIME;
    if (executor->queued >= executor->idle &&
        executor->started < executor->max_workers)
        err = start_worker(executor);
    if (err != 0 && executor->running == 0)
        return err;
    concurrent_future_retain(&job->future);
    *executor->last = job;
    executor->last = &job->next;
    executor->queued++;
    pthread_cond_signal(&executor->work);
    return 0;
}

ConcurrentFuture *executor_add(Executor *executor, WorkFn *function, void *arg,
                               Callback *drop_arg)
{
    Job *job = new_job(function, arg, drop_arg);
    if (job == NULL)
        return NULL;
    pthread_mutex_lock(&executor->mutex);
    int err = enqueue(executor, job);
    pthread_mutex_unlock(&executor->mutex);
    if (err == 0)
        return &job->future;
    concurrent_future_release(&job->future);
    errno = err;
    return NULL;
}

ConcurrentFuture *executor_submit(Executor *executor, WorkFn *function,
                                  void *arg)
{
    return executor_add(executor, function, arg, NULL);
}

/* ---- Shutting down ---- */
static void cancel_all(Job *job)
{
    for (Job *next; job != NULL; job = next) {
        next = job->next;
        concurrent_future_cancel(&job->future);
        drop(job);
        concurrent_future_release(&job->future);
    }
}

static Job *take_all(Executor *executor)
{
    Job *jobs = executor->first;
    executor->first = NULL;
    executor->last = &executor->first;
    executor->queued = 0;
    return jobs;
}

static bool is_own_worker(Executor *executor)
{
    for (size_t i = 0; i < executor->started; i++)
        if (!executor->workers[i].is_joined &&
            pthread_equal(executor->workers[i].thread, pthread_self()))
            return true;
    return false;
}

/* Under the mutex; each thread is joined, or detached, once.  One that counts
 * no more has only to return. */
static void leave_threads(Executor *executor, int (*leave)(Worker *))
{
    for (size_t i = 0; i < executor->started; i++) {
        Worker *worker = &executor->workers[i];
        if (!worker->is_joined) {
            worker->is_joined = true;
            leave(worker);
        }
    }
}

static int join(Worker *worker)
{
    return pthread_join(worker->thread, NULL);
}

static int detach(Worker *worker)
{
    return pthread_detach(worker->thread);
}

int executor_shutdown(Executor *executor, bool wait, bool cancel_futures)
{
    Job *jobs = NULL;
    pthread_mutex_lock(&executor->mutex);
    executor->is_shut = true;
    if (cancel_futures)
        jobs = take_all(executor);
    pthread_cond_broadcast(&executor->work);
    pthread_mutex_unlock(&executor->mutex);
    cancel_all(jobs);
    if (!wait)
        return 0;
    pthread_mutex_lock(&executor->mutex);
    int err = is_own_worker(executor) ? E_RUNTIME : 0;
    while (err == 0 && executor->running > 0)
        pthread_cond_wait(&executor->ended, &executor->mutex);
    if (err == 0)
        leave_threads(executor, join);
    pthread_mutex_unlock(&executor->mutex);
    return err;
}

void executor_free(Executor *executor)
{
    if (executor == NULL)
        return;
    pthread_mutex_lock(&executor->mutex);
    bool is_shut = executor->is_shut;
    pthread_mutex_unlock(&executor->mutex);
    if (!is_shut)
        executor_shutdown(executor, true, false);
    pthread_mutex_lock(&executor->mutex);
    leave_threads(executor, detach);
    pthread_mutex_unlock(&executor->mutex);
    executor_release(executor);
}

/* ---- Threads ---- */
static int run_here(Worker *worker, Job *job, Value *result)
{
    return job->function(job->arg, result);
}

static const ExecutorKind thread_kind = { run_here, NULL };

Executor *thread_pool_executor_new(size_t max_workers)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (max_workers == 0)
        max_workers = cores < 1 ? 5 : cores > 28 ? 32 : (size_t)cores + 4;
    return executor_new(&thread_kind, max_workers);
}
