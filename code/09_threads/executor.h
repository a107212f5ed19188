/* executor.h - threads, and processes, that run functions for others.
 *
 * The counterpart of concurrent.futures: ThreadPoolExecutor and
 * ProcessPoolExecutor.  All threads may submit. */
#ifndef EXECUTOR_H
#define EXECUTOR_H

#include <stddef.h>

#include "concurrent.h"

/* ---- Work ---- */
typedef struct Executor Executor;

/* As a CoroFn, but it runs outside of the loop: it may block, and must not
 * suspend.  What arg points to has to be there until it has returned: to cancel
 * a job that has begun does not stop it. */
typedef int WorkFn(void *arg, Value *result);

/* ---- Making ---- */
/* So many workers at most, each started when there is a job and none is idle.
 * 0: min(32, cores + 4).  NULL: errno is ENOMEM or EAGAIN. */
Executor *thread_pool_executor_new(size_t max_workers);

/* Each worker is a process that was forked from this one now: it has the memory
 * and the descriptors of this moment: so make it before there are connections,
 * which it would keep open.  arg and the result cross as they are:
 * numbers, not pointers to what was made later.  A worker that dies is replaced
 * and its job fails with ECHILD; the detail's .i is -N for signal N, or its
 * exit status.  0: as many as there are cores.  NULL: errno is ENOMEM, EAGAIN,
 * EMFILE or ENFILE. */
Executor *process_pool_executor_new(size_t max_workers);

/* ---- Using ---- */
/* executor.submit().  NULL: errno is ENOMEM; EAGAIN: no worker can be started;
 * EINVAL: no function; E_RUNTIME: the executor was shut down. */
ConcurrentFuture *executor_submit(Executor *, WorkFn *, void *arg);

/* ---- The end ---- */
/* executor.shutdown(): takes no more jobs.  What was submitted still runs,
 * unless cancel_futures; `wait` until it has.  Again: waits, if it is to.
 * E_RUNTIME: one of its own workers wants to wait. */
int executor_shutdown(Executor *, bool wait, bool cancel_futures);

/* Shuts it down and waits, unless that was done; jobs left by a shutdown that
 * did not wait run on.  NULL is ignored. */
void executor_free(Executor *);

#endif
