/* semaphore.h - so many tasks at a time.
 *
 * The counterpart of asyncio.Semaphore and BoundedSemaphore. */
#ifndef SEMAPHORE_H
#define SEMAPHORE_H

#include "waitlist.h"

/* ---- A semaphore ---- */
/* Its fields are private. */
typedef struct Semaphore {
    size_t value, bound;
    bool bounded;
    WaitList waiters;
    size_t woken;    /* they have a permit, and have not gone on yet */
} Semaphore;

void semaphore_init(Semaphore *, size_t value);
void bounded_semaphore_init(Semaphore *, size_t value);

/* First come, first served.  E_CANCELLED; E_RUNTIME: outside a task. */
SUSPENDS int semaphore_acquire(Semaphore *);

/* E_VALUE: bounded, and released more often than acquired. */
int semaphore_release(Semaphore *);

/* An acquire would have to wait. */
bool semaphore_locked(Semaphore *);

#endif
