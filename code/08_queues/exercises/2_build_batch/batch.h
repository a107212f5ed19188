/* batch.h - one function, for you to write. */
#ifndef BATCH_H
#define BATCH_H

#include "../../queue.h"

/* Waits for the first value, as long as it takes; then for more, until there
 * are `max`, or `patience` seconds (INFINITY: no limit) have passed since the
 * first came out.  What is there already comes out without a suspension, also
 * with 0 seconds.  values[] gets them in the order of the queue, *n their
 * number, also if there is an error.
 *
 * E_QUEUE_SHUTDOWN: there is none, and there will be none; a batch that has
 * begun ends with 0 then.  E_CANCELLED: the caller was, also if a batch had
 * begun: its values are the caller's.
 * E_VALUE: max is 0, or patience less than 0 or NaN.  ENOMEM: no timer; what
 * came out is in values[].  E_RUNTIME: as queue_get(). */
SUSPENDS int queue_get_batch(Queue *, Value values[], size_t max,
                             double patience, size_t *n);

#endif
