/* wait.h - waits for some of several, and for each as it comes.
 *
 * The counterpart of asyncio.wait(), as_completed() and shield().  None of them
 * cancels what it waits for. */
#ifndef WAIT_H
#define WAIT_H

#include "outcome.h"

/* ---- Some of them ---- */
enum ReturnWhen { ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION };

/* asyncio.wait().  Returns 0, also after `timeout` seconds (INFINITY: never):
 * ask future_done() of each.  FIRST_EXCEPTION: a cancellation is none.
 * E_VALUE: n is 0, no such mode, a NULL, or NaN.  ENOMEM; E_RUNTIME as await().
 */
SUSPENDS int async_wait(Future *futures[], size_t n, double timeout,
                        enum ReturnWhen);

/* ---- Each as it comes ---- */
typedef struct AsCompleted AsCompleted;

/* asyncio.as_completed(): each of the futures once, in the order in which they
 * end.  The timeout runs from now.  NULL: errno is ENOMEM, or EINVAL as for
 * async_create_task(), a NULL among them, another loop's, or NaN. */
AsCompleted *async_as_completed(Future *futures[], size_t n, double timeout);

/* Waits for the next one that has ended; *done is borrowed, and may have failed
 * itself.  E_STOP_ITERATION: there were no more.  E_TIMEOUT: once for each that
 * has not ended in time.  Several tasks may wait: first come, first served. */
SUSPENDS int as_completed_next(AsCompleted *, Future **done);

/* NULL is ignored.  Whoever still waits in it gets E_RUNTIME. */
void as_completed_free(AsCompleted *);

/* ---- Apart from our cancellation ---- */
/* asyncio.shield(): await(), but if we are cancelled, the future is not. */
SUSPENDS int async_shield(Future *, Value *result);

#endif
