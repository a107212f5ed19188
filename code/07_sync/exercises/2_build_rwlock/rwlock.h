/* rwlock.h - many readers, or one writer. */
#ifndef RWLOCK_H
#define RWLOCK_H

#include "../../condition.h"

/* Zeroed, it is initialised. */
typedef struct RWLock {
    Condition changed;         /* its lock guards the other fields */
    size_t readers;            /* who have it */
    size_t waiting_writers;
    bool has_writer;
} RWLock;

/* Waits while a writer has it, or waits for it. */
SUSPENDS int rwlock_read(RWLock *);

/* Waits while anybody has it.  In which order writers come is not promised.
 * For both: E_CANCELLED: the caller does not have it.  E_RUNTIME: outside a
 * task. */
SUSPENDS int rwlock_write(RWLock *);

/* Give it back, whatever happens.  E_CANCELLED: the caller was cancelled while
 * it waited; it is given back all the same, however often he was.  E_RUNTIME:
 * nobody reads, or writes, when it is his turn: nothing has changed. */
SUSPENDS int rwlock_read_done(RWLock *);
SUSPENDS int rwlock_write_done(RWLock *);

#endif
