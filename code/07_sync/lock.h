/* lock.h - one task at a time.
 *
 * The counterpart of asyncio.Lock.  This and the others of this chapter are
 * plain structs: they live where you declare them and need no free.  They are
 * for the tasks of one loop; a task of another gets E_RUNTIME if it would have
 * to wait behind them.  If a loop closes, those who wait are forgotten; what a
 * task held then, or where it stood in a barrier, it holds for ever. */
#ifndef LOCK_H
#define LOCK_H

#include "waitlist.h"

/* ---- A lock ---- */
/* Its fields are private; zeroed, it is initialised. */
typedef struct Lock {
    bool locked;
    WaitList waiters;
} Lock;

void lock_init(Lock *);

/* First come, first served.  E_CANCELLED; E_RUNTIME: outside a task. */
SUSPENDS int lock_acquire(Lock *);

/* Whoever calls it.  E_RUNTIME: it is not locked. */
int lock_release(Lock *);
bool lock_locked(Lock *);

#endif
