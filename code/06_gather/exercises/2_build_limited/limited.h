/* limited.h - one function, for you to write. */
#ifndef LIMITED_H
#define LIMITED_H

#include "../../gather.h"

/* Makes all calls, in order, at most `limit` of them at a time: the next one
 * begins when one has ended.  It makes no more than `limit` tasks, and no more
 * than n.
 *
 * Returns 0 when the last has ended, however they ended; 0 at once if n is 0.
 * outcomes[i] is that of calls[i].  Each call is given a Value of zeroes; what
 * is there afterwards, the call has left.  A call that fails, or returns
 * E_CANCELLED though nobody asked it to, does not keep the others from being
 * made.
 *
 * E_CANCELLED: the caller was cancelled.  Then those that are under way are
 * cancelled, no other begins, and it returns when the last has ended.
 * The outcome of one that never began is E_CANCELLED.
 * E_VALUE: the limit is 0.  E_RUNTIME: not in a task.  ENOMEM: none began. */
SUSPENDS int gather_limited(const Call calls[], size_t n, size_t limit,
                            Outcome outcomes[]);

#endif
