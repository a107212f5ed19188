/* waitlist.c - waking tasks that wait in a list. */
#include "waitlist_inside.h"

/* ---- Waiting no more ---- */
/* Its loop has closed. */
void waitlist_forget(Parked *parked)
{
    Place *place = (Place *)parked;
    if (place->is_in)
        waitlist_leave(place);
}

/* So whoever is in the list waits, or was woken. */
bool waitlist_cancel(Parked *parked, const char *message)
{
    waitlist_leave((Place *)parked);
    task_unpark_cancelled(parked);
    return true;
}

/* ---- Waking ---- */
static inline Place *wake(WaitList *list)
{
    Place *place = list->first;
    if (place != NULL) {
        waitlist_leave(place);
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
        waitlist_join(woken, place);
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
        waitlist_leave(place);
        place->is_abandoned = true;
        task_unpark(&place->parked);
    }
}
