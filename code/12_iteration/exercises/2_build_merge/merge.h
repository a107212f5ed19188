/* merge.h - several iterators that look like one. */
#ifndef MERGE_H
#define MERGE_H

#include "../../iterator.h"

typedef struct Merge Merge;

/* The sources are copied; what they point to is borrowed.  NULL: no memory. */
Merge *merge_new(const AsyncIterator sources[], size_t n);

/* Hands out the values of all sources, in the order in which they come, those
 * that come in the same turn in any.  One task at a time may ask.
 *
 * All sources are asked at the same time, each of them for one value: for the
 * first when the merge is first asked, and for the next one when its value was
 * handed out and the merge is asked again.  So what a value points to stays
 * valid until then.
 *
 * E_STOP_ITERATION: all sources have ended.  Any other error of a source comes
 * once, in its turn; then that source has ended, and the others go on.
 * E_CANCELLED: the caller was; the sources are not, and nothing is lost.
 * ENOMEM: nothing is lost either. */
AsyncIterator merge_iter(Merge *);

/* Cancels what the sources still wait for, and frees the merge; it returns when
 * they have answered.  0; or E_CANCELLED: the caller was cancelled meanwhile,
 * and all was done nevertheless.  NULL: nothing. */
SUSPENDS int merge_close(Merge *);

#endif
