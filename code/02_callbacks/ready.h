/* ready.h - the ready queue: callbacks in the order in which they will run.
 *
 * A ring.  Each entry has a running number, and lies at number & mask: those
 * from head to tail - 1 are waiting.  Who cannot afford that a push fails
 * reserves a place beforehand, and has one entry at most in the ring at a time.
 * Entries without a reservation, and reservations, never exceed mask + 1
 * together. */
#ifndef READY_H
#define READY_H

#include <stddef.h>

#include "loop.h"

/* ---- The ring ---- */
typedef struct Entry {
    Callback *callback;    /* NULL: cancelled */
    void *arg;
} Entry;

typedef struct Ready {
    Entry *ring;
    size_t mask;            /* places - 1; places are a power of two */
    size_t reserved;
    uint64_t head, tail;    /* the number of the next to run, and to come */
    uint64_t turn_end;      /* this turn runs what is before it */
    uint64_t *numbers;      /* shuffled only: who lies here in this turn */
    uint64_t random;
} Ready;

bool ready_init(Ready *);
void ready_free(Ready *);

/* ---- Room ---- */
bool ready_grow(Ready *);    /* false: no memory */

/* For one entry more; grows the ring if need be.  false: no memory. */
static inline bool ready_make_room(Ready *ready)
{
    return ready->tail - ready->head + ready->reserved <= ready->mask ||
           ready_grow(ready);
}

/* Keeps a place for the caller's entry until ready_unreserve(). */
bool ready_reserve(Ready *);

static inline void ready_unreserve(Ready *ready)
{
    ready->reserved--;
}

/* ---- In and out ---- */
/* Cannot fail: the caller has made room, or has a place reserved. */
static inline Handle ready_push(Ready *ready, Callback *callback, void *arg)
{
    Handle number = ready->tail++;
    ready->ring[number & ready->mask] = (Entry){ callback, arg };
    return number;
}

/* The caller has seen that head is before turn_end. */
static inline Entry ready_take(Ready *ready)
{
    return ready->ring[ready->head++ & ready->mask];
}

/* The number of what was taken last. */
static inline Handle ready_taken(Ready *ready)
{
    uint64_t place = ready->head - 1;
    return ready->numbers == NULL ? place
                                  : ready->numbers[place & ready->mask];
}

static inline bool ready_is_empty(Ready *ready)
{
    return ready->head == ready->tail;
}

bool ready_cancel(Ready *, Handle);

/* ---- Out of order ---- */
/* Puts the entries of the turn that begins into a random order. */
void ready_shuffle(Ready *);

#endif
