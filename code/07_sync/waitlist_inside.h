/* waitlist_inside.h - waiting in a list, as locks and queues see it.
 *
 * Who waits is in the list until it is taken out and woken, or else until it
 * goes on.  Its place lies on its own stack: waiting needs no memory. */
#ifndef WAITLIST_INSIDE_H
#define WAITLIST_INSIDE_H

#include "../05_tasks/task_inside.h"
#include "waitlist.h"

/* ---- A place ---- */
typedef struct Place {
    Parked parked;                     /* first */
    struct Place *next, *previous;
    WaitList *list;
    bool is_in;                        /* false: taken out */
    bool is_abandoned;
} Place;

static inline void waitlist_join(WaitList *list, Place *place)
{
    Place *last = list->last;
    place->next = NULL;
    place->previous = last;
    place->list = list;
    place->is_in = true;
    if (last != NULL)
        last->next = place;
    else
        list->first = place;
    list->last = place;
}

static inline void waitlist_leave(Place *place)
{
    WaitList *list = place->list;
    if (place->previous != NULL)
        place->previous->next = place->next;
    else
        list->first = place->next;
    if (place->next != NULL)
        place->next->previous = place->previous;
    else
        list->last = place->previous;
    place->is_in = false;
}

/* ---- Waiting ---- */
/* Stops the running task at the end of the list; `kind` uses the two below.
 * E_CANCELLED: *was_woken says if it had been woken before.  E_RUNTIME: outside
 * a task, or those who wait are another loop's, or the list was abandoned, and
 * may be gone. */
static inline SUSPENDS int waitlist_wait(WaitList *list, const ParkedKind *kind,
                                         bool *was_woken)
{
    Place place = { .parked.kind = kind };
    const Place *first = list->first;
    *was_woken = false;
    if (task_current == NULL ||
        (first != NULL && first->parked.task->future.loop !=
                              task_current->future.loop))
        return E_RUNTIME;
    waitlist_join(list, &place);
    int err = task_park(&place.parked);
    if (place.is_in)
        waitlist_leave(&place);
    *was_woken = place.parked.state == FINISHED;
    if (!place.is_abandoned)
        return err;
    if (err == E_CANCELLED)
        task_current->must_cancel = true;    /* for its next suspension */
    return E_RUNTIME;
}

void waitlist_forget(Parked *);
bool waitlist_cancel(Parked *, const char *message);

/* ---- Waking ---- */
bool waitlist_wake(WaitList *);         /* takes the first out; false: none */
void waitlist_wake_all(WaitList *);

/* The same, and until it goes on it is in another list: of those woken. */
bool waitlist_wake_into(WaitList *, WaitList *woken);

/* Wakes the first, which stays in the list until it goes on: whatever comes now
 * comes behind it. */
void waitlist_touch(WaitList *);

void waitlist_abandon(WaitList *);      /* all get E_RUNTIME */

#endif
