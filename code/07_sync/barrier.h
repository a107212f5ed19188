/* barrier.h - nobody goes on until all have come.
 *
 * The counterpart of asyncio.Barrier. */
#ifndef BARRIER_H
#define BARRIER_H

#include "condition.h"

/* ---- A barrier ---- */
/* Its fields are private.  Do not copy it. */
typedef struct Barrier {
    Condition cond;
    size_t parties, count;
    int state;
} Barrier;

int barrier_init(Barrier *, size_t parties);    /* E_VALUE: 0 */

/* Waits until as many tasks as there are parties have come; then all go on, and
 * the next so many may come.  *index (NULL allowed): which we were, from 0.
 * E_CANCELLED: we have left, and the others wait on.  E_BROKEN_BARRIER: it was
 * aborted, or reset meanwhile.  E_RUNTIME: outside a task. */
SUSPENDS int barrier_wait(Barrier *, size_t *index);

/* Sends those who wait away with E_BROKEN_BARRIER; then it is as new. */
SUSPENDS int barrier_reset(Barrier *);

/* The same, and until a reset for all who come. */
SUSPENDS int barrier_abort(Barrier *);

/* ---- Asking ---- */
size_t barrier_parties(Barrier *);
size_t barrier_n_waiting(Barrier *);    /* 0 while those who came go on */
bool barrier_broken(Barrier *);

#endif
