/* merge.h - the body of a coroutine, for you to write. */
#ifndef MERGE_H
#define MERGE_H

#include "../../coro.h"

/* Coroutines that have not begun, and yield numbers (.i) that never become
 * less.  They stay the caller's. */
typedef struct Merge {
    Coro *left, *right;
} Merge;

/* For coro_new(), with a Merge as its arg.  Yields the numbers of both, in
 * order; of equal ones those of `left` first.  Takes nothing from either before
 * it is begun, then one number of each, left first; and when it is resumed, one
 * of the source of the number that it has yielded.  Nothing is taken from a
 * source that has ended.  What is sent to it is ignored.
 *
 * At the end *result says how many numbers it has yielded, and it returns 0.
 * But if a source returns an error, it does so too, at once, with that source's
 * result in *result. */
int merge(void *arg, Value *result);

#endif
