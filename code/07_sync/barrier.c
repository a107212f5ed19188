/* barrier.c - nobody goes on until all have come.
 *
 * It fills until all have come, and drains until all have gone on; who comes
 * meanwhile waits before it. */
#include "barrier.h"

/* ---- Its states ---- */
enum { FILLING, DRAINING, RESETTING, BROKEN };

int barrier_init(Barrier *barrier, size_t parties)
{
    *barrier = (Barrier){ .parties = parties, .state = FILLING };
    return parties == 0 ? E_VALUE : 0;
}

static bool is_open(void *arg)
{
    Barrier *barrier = arg;
    return barrier->state == FILLING || barrier->state == BROKEN;
}

static bool has_filled(void *barrier)
{
    return ((Barrier *)barrier)->state != FILLING;
}

/* ---- Inside, under the lock ---- */
static SUSPENDS int come(Barrier *barrier)
{
    int err = condition_wait_for(&barrier->cond, is_open, barrier);
    return err == 0 && barrier->state == BROKEN ? E_BROKEN_BARRIER : err;
}

static SUSPENDS int wait_for_others(Barrier *barrier)
{
    int err = condition_wait_for(&barrier->cond, has_filled, barrier);
    return err == 0 && barrier->state != DRAINING ? E_BROKEN_BARRIER : err;
}

/* The last who goes lets in those who wait before it. */
static void go(Barrier *barrier)
{
    if (--barrier->count > 0)
        return;
    if (barrier->state == DRAINING || barrier->state == RESETTING)
        barrier->state = FILLING;
    condition_notify_all(&barrier->cond);
}

static SUSPENDS int pass(Barrier *barrier, size_t *index)
{
    int err = come(barrier);
    if (err != 0)
        return err;
    *index = barrier->count++;
    if (barrier->count == barrier->parties) {
        barrier->state = DRAINING;
        condition_notify_all(&barrier->cond);
    } else {
        err = wait_for_others(barrier);
    }
    go(barrier);
    return err;
}

/* ---- Waiting ---- */
SUSPENDS int barrier_wait(Barrier *barrier, size_t *index)
{
    size_t place = 0;
    int err = condition_acquire(&barrier->cond);
    if (err != 0)
        return err;
    err = pass(barrier, &place);
    condition_release(&barrier->cond);
    if (index != NULL)
        *index = place;
    return err;
}

/* ---- Breaking it ---- */
SUSPENDS int barrier_reset(Barrier *barrier)
{
    int err = condition_acquire(&barrier->cond);
    if (err != 0)
        return err;
    barrier->state = barrier->count > 0 ? RESETTING : FILLING;
    condition_notify_all(&barrier->cond);
    return condition_release(&barrier->cond);
}

SUSPENDS int barrier_abort(Barrier *barrier)
{
    int err = condition_acquire(&barrier->cond);
    if (err != 0)
        return err;
    barrier->state = BROKEN;
    condition_notify_all(&barrier->cond);
    return condition_release(&barrier->cond);
}

/* ---- Asking ---- */
size_t barrier_parties(Barrier *barrier)
{
    return barrier->parties;
}

size_t barrier_n_waiting(Barrier *barrier)
{
    return barrier->state == FILLING ? barrier->count : 0;
}

bool barrier_broken(Barrier *barrier)
{
    return barrier->state == BROKEN;
}
