/* iterator.h - values that come one after the other, wherever from.
 *
 * The counterpart of Python's asynchronous iterators, and of async for:
 *
 *     while ((err = async_next(lines, &line)) == 0)
 *         puts(line.s);
 *     return err == E_STOP_ITERATION ? 0 : err; */
#ifndef ITERATOR_H
#define ITERATOR_H

#include "../08_queues/queue.h"
#include "../10_streams/reader.h"
#include "generator.h"

/* ---- Iterators ---- */
/* __anext__: a value; E_STOP_ITERATION, which ends it; or another error. */
typedef struct AsyncIterator {
    int (*next)(void *self, Value *);
    void *self;    /* borrowed */
} AsyncIterator;

/* aiter(). */
static inline AsyncIterator async_iter(int (*next)(void *self, Value *),
                                       void *self)
{
    AsyncIterator it;
    it.next = next;
    it.self = self;
    return it;
}

/* anext(). */
SUSPENDS int async_next(AsyncIterator, Value *);

/* [x async for x in it]: free(*items).  An error, or ENOMEM: those that came
 * before are lost. */
SUSPENDS int async_collect(AsyncIterator, Value **items, size_t *n);

/* ---- Over what there is ---- */
AsyncIterator async_generator_iter(AsyncGenerator *);

/* .s: each line with its '\n', until the end; valid until the next one, so
 * collect nothing from it but copies.  A line that holds a NUL ends there for
 * who reads .s; reader_readline() tells its length. */
AsyncIterator reader_lines(StreamReader *);

/* Until it is shut down. */
AsyncIterator queue_items(Queue *);

#endif
