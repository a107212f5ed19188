/* queue_inside.h - the queue, as its own files see it.
 *
 * Three kinds of queue differ in the order in which values come out, and in
 * nothing else. */
#ifndef QUEUE_INSIDE_H
#define QUEUE_INSIDE_H

#include <stdint.h>

#include "../07_sync/waitlist_inside.h"
#include "queue.h"

/* ---- The order ---- */
typedef struct Order {
    size_t size;                      /* of a value, with what it needs */
    void (*put)(Queue *, Value);      /* there is room */
    Value (*get)(Queue *);            /* there is one */
} Order;

extern const Order first_first, last_first, smallest_first;

/* ---- The queue ---- */
struct Queue {
    const Order *order;
    void *memory;            /* the ring, or the heap */
    size_t capacity;         /* a power of two */
    size_t head;             /* of first_first; for the others it is 0 */
    size_t count;
    size_t maxsize;          /* 0: none */
    WaitList getters, putters;
    WaitList woken;          /* of both, and not gone on yet */
    size_t unfinished;       /* put, and not said to be done */
    Event finished;          /* set while there are none */
    Compare *compare;        /* these two of smallest_first */
    uint64_t number;         /* of the next value */
    bool is_shut;
};

#endif
