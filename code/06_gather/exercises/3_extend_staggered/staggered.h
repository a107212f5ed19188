/* staggered.h - one function, for you to write. */
#ifndef STAGGERED_H
#define STAGGERED_H

#include "../../wait.h"

/* Makes the calls, each as a task, in order, until one has succeeded.  The
 * first begins at once.  Another one begins whenever one has failed, and when
 * `delay` seconds (INFINITY: never) have passed in which none has begun.
 *
 * The first that returns 0 has won.  From then on none begins; those that
 * still run are cancelled, once.  Returns 0 when the last has ended, with the
 * place of the winner in *winner.  What the others ended with is not reported.
 *
 * E_GROUP: all have failed; *winner is n.  E_CANCELLED: the caller was, before
 * it returned, even if one had won by then; those that run are cancelled, and
 * it returns when the last has ended, however often the caller is cancelled;
 * *winner is n.
 *
 * outcomes[i] is that of calls[i]; E_INVALID_STATE: it never began.  A call
 * that returns E_CANCELLED though nobody asked it to has failed.
 * E_VALUE: n is 0, or delay less than 0 or NaN.  E_RUNTIME: not in a task.
 * ENOMEM: those that had begun have been cancelled, and have ended. */
SUSPENDS int staggered_race(const Call calls[], size_t n, double delay,
                            size_t *winner, Outcome outcomes[]);

#endif
