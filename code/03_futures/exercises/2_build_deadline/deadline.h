/* deadline.h - one function, for you to write. */
#ifndef DEADLINE_H
#define DEADLINE_H

#include "../../future.h"

/* A new future, on the loop of `inner`, that gets its outcome: the result, the
 * error with its detail, or the cancellation.  If inner is still pending when
 * `seconds` have passed, it is cancelled, and the new one fails with E_TIMEOUT.
 * An outcome that inner has by then is not lost, whoever is told of it first.
 * Cancelling the new one cancels inner, in the next turn at the latest.
 *
 * You hold a reference to the new one, and may release it when you like: the
 * deadline remains.  So may you with your references to inner.  INFINITY: there
 * is no deadline.  NULL: out of memory, or the loop refuses the timer (a NaN,
 * a closed loop); inner is as it was. */
Future *with_deadline(Future *inner, double seconds);

#endif
