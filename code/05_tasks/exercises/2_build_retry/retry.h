/* retry.h - one function, for you to write. */
#ifndef RETRY_H
#define RETRY_H

#include "../../task.h"

/* Calls function(arg) until it returns 0, `times` times at most.  Sleeps
 * between two calls: `delay` seconds after the first one, then each time twice
 * as long as the time before.  Returns what the last call has returned, with
 * what that one has left in *result (which may be NULL).
 *
 * E_CANCELLED: that is not tried again, whoever said so; *result is zeroed.
 * ENOMEM, E_RUNTIME: it could not sleep; *result is what the last call left.
 * E_VALUE: times is less than 1, or delay less than 0 or NaN; nothing was
 * called, and *result is left alone. */
SUSPENDS int retry(CoroFn *, void *arg, int times, double delay, Value *result);

#endif
