/* threads.h - between a loop and other threads. */
#ifndef THREADS_H
#define THREADS_H

#include "../05_tasks/task.h"
#include "executor.h"

/* ---- From the loop to a thread ---- */
/* loop.run_in_executor(): a future for what the function will return; yours to
 * release.  NULL for the executor: the loop's own threads, which it starts when
 * they are first needed.  To cancel the future drops a job that has not begun;
 * one that has runs on, and its result is dropped.
 * NULL: errno is that of executor_submit(); E_RUNTIME also: the loop is closed,
 * or its own executor was shut down. */
Future *loop_run_in_executor(Loop *, Executor *, WorkFn *, void *arg);

/* asyncio.to_thread(): in the loop's own threads, with a copy of the caller's
 * context; returns what the function does.  If we are cancelled, it runs on: so
 * what arg points to has to outlive it. */
SUSPENDS int async_to_thread(WorkFn *, void *arg, Value *result);

/* loop.set_default_executor(): one of threads, for NULL above.  It stays yours
 * to free, before the loop or after it; the loop shuts it down at its end. */
void loop_set_default_executor(Loop *, Executor *);

/* loop.shutdown_default_executor(): no more jobs; returns when the last one is
 * done.  A loop that closes without does not wait for them. */
SUSPENDS int loop_shutdown_default_executor(Loop *);

/* ---- From a thread to the loop ---- */
/* asyncio.run_coroutine_threadsafe(): from another thread; makes a task in the
 * loop.  One reference, the caller's.  To cancel it cancels the task.  If the
 * loop closes before the task has ended, it is cancelled.
 * NULL: errno is ENOMEM; EINVAL: no function; E_RUNTIME: the loop is closed. */
ConcurrentFuture *async_run_coroutine_threadsafe(CoroFn *, void *arg, Loop *);

/* asyncio.wrap_future(), in the running loop: a future that does as this one
 * does, and cancels it if it is cancelled.  NULL: errno is ENOMEM; EINVAL: no
 * loop runs. */
Future *async_wrap_future(ConcurrentFuture *);

#endif
