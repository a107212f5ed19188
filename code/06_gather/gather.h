/* gather.h - waits for several at once, for all their results.
 *
 * The counterpart of asyncio.gather(). */
#ifndef GATHER_H
#define GATHER_H

#include "outcome.h"

/* ---- Gathering ---- */
enum { RETURN_EXCEPTIONS = 1 };    /* a flag */

/* 0 when all have succeeded; at once if n is 0, or all are done.  On the first
 * error it returns that, and the others run on; with RETURN_EXCEPTIONS it waits
 * for all and returns 0.  outcomes[i] (NULL: not wanted) is that of futures[i].
 * A future may be named twice.  If we are cancelled, all of them are, in order,
 * and E_CANCELLED returns with the first that has ended so, or else with the
 * last.  ENOMEM, E_VALUE (a future is NULL), E_RUNTIME as await(): nothing was
 * waited for. */
SUSPENDS int async_gather(Future *futures[], size_t n, Outcome outcomes[],
                          int flags);

/* Each call as a task of its own, begun in order.  Their arguments may lie in
 * the caller's frame, so it returns after the last child has ended, with what
 * async_gather() would have returned.  A cancellation that came after an error
 * is delivered at the next suspension.  ENOMEM; E_VALUE: a function is NULL;
 * then none has begun. */
SUSPENDS int async_gather_calls(const Call calls[], size_t n,
                                Outcome outcomes[], int flags);

#endif
