/* wrong: a writer that gives up tells nobody */
#include "rwlock.h"

/* ---- Who may go on ---- */
static bool may_read(void *arg)
{
    RWLock *lock = arg;
    return !lock->has_writer && lock->waiting_writers == 0;
}

static bool may_write(void *arg)
{
    RWLock *lock = arg;
    return !lock->has_writer && lock->readers == 0;
}

/* ---- Taking ---- */
SUSPENDS int rwlock_read(RWLock *lock)
{
    int err = condition_acquire(&lock->changed);
    if (err != 0)
        return err;
    err = condition_wait_for(&lock->changed, may_read, lock);
    if (err == 0)
        lock->readers++;
    condition_release(&lock->changed);
    return err;
}

/* A writer that gives up may have been the only one that readers stood back
 * for. */
SUSPENDS int rwlock_write(RWLock *lock)
{
    int err = condition_acquire(&lock->changed);
    if (err != 0)
        return err;
    lock->waiting_writers++;
    err = condition_wait_for(&lock->changed, may_write, lock);
    lock->waiting_writers--;
    if (err == 0)
        lock->has_writer = true;
    condition_release(&lock->changed);
    return err;
}

/* ---- Giving back ---- */
/* Does not come back without the condition's lock, but for E_RUNTIME. */
static SUSPENDS int enter(RWLock *lock, bool *was_cancelled)
{
    int err;
    *was_cancelled = false;
    while ((err = condition_acquire(&lock->changed)) == E_CANCELLED)
        *was_cancelled = true;
    return err;
}

static int leave(RWLock *lock, bool was_cancelled)
{
    condition_notify_all(&lock->changed);
    condition_release(&lock->changed);
    return was_cancelled ? E_CANCELLED : 0;
}

SUSPENDS int rwlock_read_done(RWLock *lock)
{
    bool was_cancelled;
    int err = enter(lock, &was_cancelled);
    if (err != 0)
        return err;
    if (lock->readers == 0) {
        condition_release(&lock->changed);
        return E_RUNTIME;
    }
    lock->readers--;
    return leave(lock, was_cancelled);
}

SUSPENDS int rwlock_write_done(RWLock *lock)
{
    bool was_cancelled;
    int err = enter(lock, &was_cancelled);
    if (err != 0)
        return err;
    if (!lock->has_writer) {
        condition_release(&lock->changed);
        return E_RUNTIME;
    }
    lock->has_writer = false;
    return leave(lock, was_cancelled);
}
