/* all_of.h - one function, for you to write. */
#ifndef ALL_OF_H
#define ALL_OF_H

#include "../../future.h"

#include <stddef.h>

/* A new future on that loop, which is done when all n futures are: its result
 * is {.p = results}, and results[i] that of futures[i].  With n == 0 it is done
 * when it is returned.  A future may be named twice.
 *
 * The first of them that fails makes it fail at once, with that error and its
 * detail; the others run on, and if they fail later that is not reported.  If
 * one of them is cancelled it is cancelled, too.  Whenever it is cancelled, by
 * you or so, it cancels those that are pending, in the order of the array, in
 * the next turn at the latest.
 *
 * `futures` is yours again when the function returns; `results` when the new
 * future is done: from then on nobody writes to it.  You hold one reference to
 * the new future, and may release it, and yours to the n futures, when you
 * like.  NULL: out of memory, or (n > 0) the loop is closed. */
Future *all_of(Loop *, Future *futures[], size_t n, Value results[]);

#endif
