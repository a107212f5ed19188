/* event.c - something has happened. */
#include "event.h"

#include "waitlist_inside.h"

/* ---- Waiting ---- */
static const ParkedKind kind = { .what = "an Event",
                                 .forget = waitlist_forget,
                                 .cancel = waitlist_cancel };

void event_init(Event *event)
{
    *event = (Event){ .set = false };
}

SUSPENDS int event_wait(Event *event)
{
    bool was_woken;
    if (event->set && task_current != NULL)
        return 0;
    return waitlist_wait(&event->waiters, &kind, &was_woken);
}

/* ---- Setting ---- */
void event_set(Event *event)
{
    event->set = true;
    waitlist_wake_all(&event->waiters);
}

void event_set_callback(void *event)
{
    event_set(event);
}

void event_clear(Event *event)
{
    event->set = false;
}

bool event_is_set(Event *event)
{
    return event->set;
}
