/* waitlist.c - tasks that wait in a list, each on its own stack. */
#include "waitlist_inside.h"

/* ---- A place ---- */
typedef struct Place {
    Parked parked;                     /* first */
    struct Place *next, *previous;
    WaitList *list;
    bool is_in;                        /* false: taken out */
    bool is_abandoned;
} Place;

static inline void join(WaitList *list, Place *place)
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

static inline void leave(Place *place)
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

void waitlist_forget(Parked *parked)
{
    Place *place = (Place *)parked;
    if (place->is_in)
        leave(place);
}

/* So whoever is in the list waits, or was woken. */
bool waitlist_cancel(Parked *parked, const char *message)
{
    leave((Place *)parked);
    task_unpark_cancelled(parked);
    return true;
}

WaitList *waitlist_of(Parked *parked)
{
    return ((Place *)parked)->list;
}

/* ---- Waiting ---- */
static bool is_elsewhere(const WaitList *list)
{
    const Place *first = list->first;
    return task_current == NULL ||
           (first != NULL && first->parked.task->future.loop !=
                                 task_current->future.loop);
}

/* Cancelled as well: he is told so at his next suspension. */
static int was_abandoned(int err)
{
    if (err == E_CANCELLED)
        task_current->must_cancel = true;
    return E_RUNTIME;
}

SUSPENDS int waitlist_wait(WaitList *list, const ParkedKind *kind,
                           bool *was_woken)
{
    Place place = { .parked.kind = kind };
    *was_woken = false;
    if (is_elsewhere(list))
        return E_RUNTIME;
    join(list, &place);
    int err = task_park(&place.parked);
    if (place.is_in)
        leave(&place);
    *was_woken = place.parked.state == FINISHED;
    return place.is_abandoned ? was_abandoned(err) : err;
}

/* ---- Waking ---- */
static inline Place *wake(WaitList *list)
{
    Place *place = list->first;
    if (place != NULL) {
        leave(place);
        task_unpark(&place->parked);
    }
    return place;
}

bool waitlist_wake(WaitList *list)
{
    return wake(list) != NULL;
}

bool waitlist_wake_into(WaitList *list, WaitList *woken)
{
    Place *place = wake(list);
    if (place != NULL)
        join(woken, place);
    return place != NULL;
}

void waitlist_wake_all(WaitList *list)
{
    while (waitlist_wake(list))
        continue;
}

void waitlist_touch(WaitList *list)
{
    Place *first = list->first;
    if (first != NULL)
        task_unpark(&first->parked);
}

void waitlist_abandon(WaitList *list)
{
    for (Place *place; (place = list->first) != NULL; ) {
        leave(place);
        place->is_abandoned = true;
        task_unpark(&place->parked);
    }
}
