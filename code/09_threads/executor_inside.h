/* executor_inside.h - the executor, as its own layer sees it. */
#ifndef EXECUTOR_INSIDE_H
#define EXECUTOR_INSIDE_H

#include <signal.h>

#include "concurrent_inside.h"
#include "executor.h"

/* ---- A job ---- */
typedef struct Job {
    ConcurrentFuture future;    /* first */
    WorkFn *function;
    void *arg;
    Callback *drop;             /* called with arg if it never runs; or NULL */
    struct Job *next;
} Job;

/* The same as executor_submit(), with all that a Job has. */
ConcurrentFuture *executor_add(Executor *, WorkFn *, void *arg, Callback *drop);

/* ---- A worker ---- */
/* A thread.  That of a process pool has a process, to which it hands its jobs,
 * and through which it gets their results. */
typedef struct Child {
    pid_t pid;            /* 0: none */
    int socket;           /* to it */
} Child;

typedef struct Worker {
    Executor *executor;
    pthread_t thread;
    bool is_joined;       /* or detached */
    Child child;
} Worker;

/* What differs between one pool and another. */
typedef struct ExecutorKind {
    int (*run)(Worker *, Job *, Value *result);
    void (*end)(Worker *);    /* also of those that were never started */
} ExecutorKind;

extern const ExecutorKind process_kind;

/* ---- The executor ---- */
struct Executor {
    const ExecutorKind *kind;
    atomic_uint references;       /* its maker's, and each thread's */
    pthread_mutex_t mutex;        /* guards the rest */
    pthread_cond_t work;          /* there is a job, or the end */
    pthread_cond_t ended;         /* a worker has ended */
    Job *first, **last;           /* jobs that nobody has begun */
    size_t queued, idle;          /* jobs; workers that wait for one */
    size_t started, running;      /* workers, ever and yet */
    bool is_shut;
    size_t max_workers;
    Worker *workers;              /* room for the most that there may be */
};

Executor *executor_new(const ExecutorKind *, size_t max_workers);
Executor *executor_retain(Executor *);
void executor_release(Executor *);

/* Blocks the signals, for a thread to come: they are the program's.  Those of a
 * fault are the thread's own. */
void block_signals(sigset_t *before);

#endif
