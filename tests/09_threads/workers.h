/* workers.h - what the tests of threads share: gates at which threads and
 * processes wait, jobs, futures that no pool has made, and a look at which
 * threads are there. */
#ifndef WORKERS_H
#define WORKERS_H

#include "../../code/09_threads/executor_inside.h"
#include "../../code/09_threads/threads.h"
#include "../05_tasks/tasks.h"

/* ---- Gates ---- */
/* A pipe: so children know it, too. */
typedef struct Gate {
    int ends[2];
} Gate;

static inline Gate new_gate(void)
{
    Gate gate;
    CHECK_INT(pipe(gate.ends), 0);
    return gate;
}

static inline void free_gate(Gate *gate)
{
    close(gate->ends[0]);
    close(gate->ends[1]);
}

/* So many may pass, now or later. */
static inline void open_gate(Gate *gate, int count)
{
    while (count-- > 0)
        CHECK_INT(write(gate->ends[1], "", 1), 1);
}

static inline void pass(Gate *gate, int count)
{
    char byte;
    while (count-- > 0)
        CHECK_INT(read(gate->ends[0], &byte, 1), 1);
}

/* ---- Jobs ---- */
typedef struct Stay {
    Gate begun, go;
    atomic_int runs, ends;    /* of threads */
} Stay;

static inline void stay_begin(Stay *stay)
{
    stay->begun = new_gate();
    stay->go = new_gate();
    atomic_init(&stay->runs, 0);
    atomic_init(&stay->ends, 0);
}

static inline void yield_processor(void)
{
    nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
}

/* A thread that nobody joins may be about to go. */
static inline void stay_end(Stay *stay)
{
    while (stay->ends < stay->runs)
        yield_processor();
    free_gate(&stay->begun);
    free_gate(&stay->go);
}

/* Tells that it has begun, and stays until it may go. */
static inline int stay_there(void *arg, Value *result)
{
    Stay *stay = arg;
    atomic_fetch_add(&stay->runs, 1);
    open_gate(&stay->begun, 1);
    pass(&stay->go, 1);
    atomic_fetch_add(&stay->ends, 1);
    *result = seven;
    return 0;
}

static inline int count_run(void *arg, Value *result)
{
    result->i = atomic_fetch_add((atomic_int *)arg, 1) + 1;
    return 0;
}

/* ---- Pools ---- */
static inline Executor *new_pool(size_t max_workers)
{
    Executor *executor = thread_pool_executor_new(max_workers);
    CHECK(executor != NULL);
    return executor;
}

static inline ConcurrentFuture *submit(Executor *executor, WorkFn *function,
                                       void *arg)
{
    ConcurrentFuture *future = executor_submit(executor, function, arg);
    CHECK(future != NULL);
    return future;
}

/* Its result, or its error; and releases it. */
static inline int result_of(ConcurrentFuture *future, Value *result)
{
    int err = concurrent_future_result(future, INFINITY, result);
    concurrent_future_release(future);
    return err;
}

/* Until so many workers wait for a job: a job is done a moment earlier. */
static inline void wait_idle(Executor *executor, size_t count)
{
    for (bool is_there = false; !is_there; yield_processor()) {
        pthread_mutex_lock(&executor->mutex);
        is_there = executor->idle == count && executor->queued == 0;
        pthread_mutex_unlock(&executor->mutex);
    }
}

static inline size_t started(Executor *executor)
{
    pthread_mutex_lock(&executor->mutex);
    size_t count = executor->started;
    pthread_mutex_unlock(&executor->mutex);
    return count;
}

/* ---- Futures of nobody ---- */
static atomic_int destroyed;

static inline void destroy_plain(ConcurrentFuture *future)
{
    atomic_fetch_add(&destroyed, 1);
    concurrent_destroy(future);
    free(future);
}

static const ConcurrentKind plain_kind = { NULL, destroy_plain };

static inline ConcurrentFuture *new_plain(void)
{
    ConcurrentFuture *future = malloc(sizeof *future);
    CHECK(future != NULL);
    CHECK_INT(concurrent_init(future, &plain_kind), 0);
    return future;
}

/* ---- Threads ---- */
static inline pthread_t new_thread(void *(*function)(void *), void *arg)
{
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, function, arg), 0);
    return thread;
}

static inline void join_thread(pthread_t thread)
{
    CHECK_INT(pthread_join(thread, NULL), 0);
}

/* 0: nobody can tell. */
static inline int count_threads(void)
{
    int count = 0;
    DIR *directory = opendir("/proc/self/task");
    for (struct dirent *e; directory != NULL && (e = readdir(directory));)
        count += e->d_name[0] != '.';
    if (directory != NULL)
        closedir(directory);
    return count;
}

static inline void *do_nothing(void *arg)
{
    return arg;
}

/* Waits for the threads that nobody joins.  What is left of the last one goes
 * with the next that ends. */
static inline void wait_for_threads(void)
{
#ifdef CHECK_TSAN
    const int own = 3;    /* it has two itself */
#else
    const int own = 1;
#endif
    while (count_threads() > own)
        yield_processor();
    join_thread(new_thread(do_nothing, NULL));
}

/* ---- Loops ---- */
static inline Loop *real_loop(void)
{
    unsetenv("WEFT_SHUFFLE");
    Loop *loop = loop_new();
    CHECK(loop != NULL);
    return loop;
}

static inline void end_loop(Loop *loop)
{
    loop_free(loop);
    wait_for_threads();
}

/* As play(), but with real time. */
static inline void play_real(CoroFn *function, void *arg)
{
    Loop *loop = real_loop();
    CHECK_INT(run(loop, function, arg), 0);
    end_loop(loop);
}

/* In virtual time. */
static inline void play_threads(CoroFn *function, void *arg)
{
    play(function, arg);
    wait_for_threads();
}

#endif
