/* threads_inside.h - work in threads, as the layers above see it. */
#ifndef THREADS_INSIDE_H
#define THREADS_INSIDE_H

#include "../05_tasks/task_inside.h"
#include "executor_inside.h"
#include "threads.h"

/* ---- Bridges ---- */
/* A future of the loop that will do as one of other threads does; made first,
 * so that nothing fails once there is work.  NULL: no memory, or the loop is
 * closed. */
Future *bridge_new(Loop *);
void bridge_connect(Future *, ConcurrentFuture *);
void bridge_drop(Future *);      /* instead */

/* As loop_run_in_executor(), in the loop's own threads; `drop` is called with
 * arg, in any thread, if the function never runs: also where this returns
 * NULL. */
Future *run_in_thread(Loop *, WorkFn *, void *arg, Callback *drop);

/* Awaits a bridge and releases it, also when we are cancelled. */
SUSPENDS int bridge_join(Future *, Value *result);

#endif
