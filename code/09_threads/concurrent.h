/* concurrent.h - a result that another thread will have.
 *
 * The counterpart of concurrent.futures.Future.  All threads may call what is
 * here.  It is counted, as a Future is: who gets one holds one reference. */
#ifndef CONCURRENT_H
#define CONCURRENT_H

#include "../03_futures/future.h"

/* ---- Asking ---- */
typedef struct ConcurrentFuture ConcurrentFuture;

/* future.result(timeout): blocks the thread, so many seconds at most.  Returns
 * 0, or its error with the detail in *result (which may be NULL), or
 * E_CANCELLED.  E_TIMEOUT: it is not done yet, and goes on.  E_VALUE: NaN. */
int concurrent_future_result(ConcurrentFuture *, double timeout, Value *result);

bool concurrent_future_done(ConcurrentFuture *);
bool concurrent_future_cancelled(ConcurrentFuture *);

/* ---- Cancelling ---- */
/* future.cancel(): a job that no worker has begun never runs; of a coroutine,
 * the task is cancelled.  true: it is cancelled.  false: it runs, or is done,
 * and nothing has changed. */
bool concurrent_future_cancel(ConcurrentFuture *);

/* ---- Being told ---- */
typedef void ConcurrentCallback(ConcurrentFuture *, void *arg);

/* future.add_done_callback(): called in the thread that completes it, or at
 * once if it is done.  ENOMEM.  E_VALUE: no callback. */
int concurrent_future_add_done_callback(ConcurrentFuture *,
                                        ConcurrentCallback *, void *arg);

/* ---- Counting ---- */
ConcurrentFuture *concurrent_future_retain(ConcurrentFuture *);
void concurrent_future_release(ConcurrentFuture *);    /* NULL is ignored */

#endif
