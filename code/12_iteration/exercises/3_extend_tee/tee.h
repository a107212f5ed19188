/* tee.h - one iterator, for several who each want all of it. */
#ifndef TEE_H
#define TEE_H

#include "../../iterator.h"

typedef struct Tee Tee;

/* n branches of a source, which is borrowed.  It is kept what at least one of
 * them has not taken, `room` values at most.  E_VALUE in errno: n or room is 0;
 * else ENOMEM.  NULL then. */
Tee *tee_new(AsyncIterator source, size_t n, size_t room);

/* Branch i, from 0, hands out all values of the source.  One task at a time
 * may ask a branch; different tasks may ask different branches.
 *
 * The source is asked when somebody wants a value that is not there: for one
 * value at a time, in a task of its own.  Who is `room` values ahead of the
 * slowest branch waits until that one has taken its next.
 *
 * E_STOP_ITERATION, or what else the source ended with, comes to each branch
 * behind all values, and again whenever it asks; the source is asked no more.
 * E_CANCELLED: the caller was; neither the source nor another branch hears of
 * it, and the branch goes on where it was.  ENOMEM: likewise. */
AsyncIterator tee_branch(Tee *, size_t i);

/* The branch wants no more: nothing is kept for it, nobody waits for it, and
 * who asks it gets E_STOP_ITERATION.  No task may wait in it.  Again:
 * nothing. */
void tee_leave(Tee *, size_t i);

/* Cancels the source if it is being asked, and frees the tee; it returns when
 * the source has answered.  No task may wait in a branch.  0; or E_CANCELLED:
 * the caller was cancelled meanwhile, and all was done nevertheless.  NULL:
 * nothing. */
SUSPENDS int tee_close(Tee *);

#endif
