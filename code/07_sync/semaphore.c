/* semaphore.c - so many tasks at a time.
 *
 * A permit is handed over before its taker is woken: `value` counts those that
 * are nobody's.  If there are any while a task waits, it waits only for those
 * that were woken before it to go on. */
#include "semaphore.h"

#include <stdint.h>

#include "waitlist_inside.h"

/* ---- Permits ---- */
void semaphore_init(Semaphore *semaphore, size_t value)
{
    *semaphore = (Semaphore){ .value = value };
}

void bounded_semaphore_init(Semaphore *semaphore, size_t value)
{
    *semaphore = (Semaphore){ .value = value, .bound = value,
                              .bounded = true };
}

bool semaphore_locked(Semaphore *semaphore)
{
    return semaphore->value == 0 || semaphore->woken > 0;
}

static bool hand_over(Semaphore *semaphore)
{
    if (semaphore->value == 0 || !waitlist_wake(&semaphore->waiters))
        return false;
    semaphore->value--;
    semaphore->woken++;
    return true;
}

/* ---- Acquiring ---- */
/* Its loop has closed: it will never use what it was given. */
static void forget(Parked *parked)
{
    WaitList *list = ((Place *)parked)->list;
    Semaphore *semaphore = (Semaphore *)((char *)list -
                                         offsetof(Semaphore, waiters));
    waitlist_forget(parked);
    if (parked->state == FINISHED) {
        semaphore->woken--;
        semaphore->value++;
    }
}

static const ParkedKind kind = { .what = "a Semaphore", .forget = forget,
                                 .cancel = waitlist_cancel };

/* Who was woken and then cancelled gives the permit back.  Those who had to
 * queue behind somebody may go on now. */
static SUSPENDS int wait_for_permit(Semaphore *semaphore)
{
    bool was_woken;
    int err = waitlist_wait(&semaphore->waiters, &kind, &was_woken);
    if (was_woken)
        semaphore->woken--;
    if (was_woken && err != 0)
        semaphore->value++;
    while (err != E_RUNTIME && hand_over(semaphore))
        continue;
    return err;
}

SUSPENDS int semaphore_acquire(Semaphore *semaphore)
{
    if (task_current == NULL)
        return E_RUNTIME;
    if (semaphore_locked(semaphore))
        return wait_for_permit(semaphore);
    semaphore->value--;
    return 0;
}

/* ---- Releasing ---- */
int semaphore_release(Semaphore *semaphore)
{
    size_t most = semaphore->bounded ? semaphore->bound : SIZE_MAX;
    if (semaphore->value >= most)
        return E_VALUE;
    semaphore->value++;
    hand_over(semaphore);
    return 0;
}
