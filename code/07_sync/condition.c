/* condition.c - waits, under a lock, until something has changed. */
#include "condition.h"

#include <stdint.h>

#include "waitlist_inside.h"

/* ---- Its lock ---- */
void condition_init(Condition *condition, Lock *lock)
{
    *condition = (Condition){ .lock = lock };
}

static Lock *lock_of(Condition *condition)
{
    return condition->lock != NULL ? condition->lock : &condition->own;
}

SUSPENDS int condition_acquire(Condition *condition)
{
    return lock_acquire(lock_of(condition));
}

int condition_release(Condition *condition)
{
    return lock_release(lock_of(condition));
}

bool condition_locked(Condition *condition)
{
    return lock_locked(lock_of(condition));
}

/* ---- Waiting ---- */
static const ParkedKind kind = { .what = "a Condition",
                                 .forget = waitlist_forget,
                                 .cancel = waitlist_cancel };

/* Not even those who are cancelled go on without the lock. */
static SUSPENDS int acquire_again(Condition *condition, int err)
{
    int acquired = condition_acquire(condition);
    while (acquired == E_CANCELLED) {
        err = E_CANCELLED;
        acquired = condition_acquire(condition);
    }
    return acquired != 0 ? acquired : err;
}

/* Who was notified and then cancelled passes the notification on. */
SUSPENDS int condition_wait(Condition *condition)
{
    bool was_notified;
    if (task_current == NULL || condition_release(condition) != 0)
        return E_RUNTIME;
    int err = waitlist_wait(&condition->waiters, &kind, &was_notified);
    err = acquire_again(condition, err);
    if (err != 0 && was_notified)
        waitlist_wake(&condition->waiters);
    return err;
}

SUSPENDS int condition_wait_for(Condition *condition, Predicate *predicate,
                                void *arg)
{
    while (!predicate(arg)) {
        int err = condition_wait(condition);
        if (err != 0)
            return err;
    }
    return 0;
}

/* ---- Notifying ---- */
int condition_notify(Condition *condition, size_t n)
{
    if (!condition_locked(condition))
        return E_RUNTIME;
    for (size_t i = 0; i < n && waitlist_wake(&condition->waiters); i++)
        continue;
    return 0;
}

int condition_notify_all(Condition *condition)
{
    return condition_notify(condition, SIZE_MAX);
}
