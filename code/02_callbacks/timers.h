/* timers.h - the timers of a loop: a heap with the earliest one on top.
 *
 * A timer has a slot from its creation until it has run or is cancelled.  While
 * it waits, its key is in the heap; once it is due, its slot's number is in the
 * ready queue, in a place reserved when it was created. */
#ifndef TIMERS_H
#define TIMERS_H

#include <stddef.h>

#include "loop.h"

/* ---- Timers ---- */
typedef struct Key {
    double when;
    uint64_t order;    /* running number of creation, 40 bits; slot, 24 */
} Key;

typedef struct Timer {
    Callback *callback;    /* NULL: due, and cancelled */
    void *arg;
    uint64_t generation;   /* of this slot: how often it was used */
} Timer;

typedef struct Timers {
    Key *heap;         /* children of i: 4 * i + 1 to 4 * i + 4 */
    size_t count;      /* how many keys are in it */
    uint32_t *where;   /* by slot: index in the heap, DUE, or next free slot */
    Timer *slots;
    uint32_t used, capacity, free;    /* slots */
    uint64_t created;
    void *memory;      /* what heap lies in */
} Timers;

/* A handle with this bit names a timer. */
#define TIMER_HANDLE ((Handle)1 << 63)

void timers_init(Timers *);
void timers_free(Timers *);

/* ---- For the loop ---- */
bool timers_cancel(Loop *, Handle);

/* Moves what is due to the ready queue: earliest first, equal ones in the order
 * of their creation. */
void timers_expire(Loop *, double now);
void timer_run(void *slot);    /* what the ready queue then calls */

#endif
