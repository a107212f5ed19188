/* condition.h - waits, under a lock, until something has changed.
 *
 * The counterpart of asyncio.Condition. */
#ifndef CONDITION_H
#define CONDITION_H

#include "lock.h"

/* ---- A condition ---- */
/* Its fields are private; zeroed, it has a lock of its own.  Do not copy it. */
typedef struct Condition {
    Lock *lock;    /* NULL: its own */
    Lock own;
    WaitList waiters;
} Condition;

typedef bool Predicate(void *arg);

void condition_init(Condition *, Lock *);    /* borrowed; NULL: its own */

/* ---- Its lock ---- */
SUSPENDS int condition_acquire(Condition *);    /* as those of a lock */
int condition_release(Condition *);
bool condition_locked(Condition *);

/* ---- Waiting ---- */
/* Releases the lock, waits to be notified, and holds the lock again on return,
 * also with E_CANCELLED.  It may return though nothing has changed: ask again.
 * E_RUNTIME: the lock is not held, or outside a task. */
SUSPENDS int condition_wait(Condition *);

/* Waits until predicate(arg) is true. */
SUSPENDS int condition_wait_for(Condition *, Predicate *, void *arg);

/* ---- Notifying ---- */
/* Wakes the n who have waited longest, or all; each of them needs the lock yet.
 * E_RUNTIME: the lock is not held. */
int condition_notify(Condition *, size_t n);
int condition_notify_all(Condition *);

#endif
