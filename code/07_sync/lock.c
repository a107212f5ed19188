/* lock.c - one task at a time.
 *
 * A lock that is released is free, and its first waiter is woken; until that
 * one has gone on it stays the first, and nobody overtakes it. */
#include "lock.h"

#include "waitlist_inside.h"

/* ---- Acquiring ---- */
static const ParkedKind kind = { .what = "a Lock", .forget = waitlist_forget,
                                 .cancel = waitlist_cancel };

void lock_init(Lock *lock)
{
    *lock = (Lock){ .locked = false };
}

static inline bool is_free(Lock *lock)
{
    return !lock->locked && lock->waiters.first == NULL;
}

/* Who was woken and then cancelled wakes the next. */
static SUSPENDS int wait_for_lock(Lock *lock)
{
    bool was_woken;
    int err = waitlist_wait(&lock->waiters, &kind, &was_woken);
    if (err == 0)
        lock->locked = true;
    else if (was_woken && !lock->locked)
        waitlist_touch(&lock->waiters);
    return err;
}

SUSPENDS int lock_acquire(Lock *lock)
{
    if (task_current == NULL)
        return E_RUNTIME;
    if (!is_free(lock))
        return wait_for_lock(lock);
    lock->locked = true;
    return 0;
}

/* ---- Releasing ---- */
int lock_release(Lock *lock)
{
    if (!lock->locked)
        return E_RUNTIME;
    lock->locked = false;
    waitlist_touch(&lock->waiters);
    return 0;
}

bool lock_locked(Lock *lock)
{
    return lock->locked;
}
