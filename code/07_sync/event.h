/* event.h - something has happened, and all who waited for it go on.
 *
 * The counterpart of asyncio.Event. */
#ifndef EVENT_H
#define EVENT_H

#include "waitlist.h"

/* ---- An event ---- */
/* Its fields are private; zeroed, it is initialised, and not set. */
typedef struct Event {
    bool set;
    WaitList waiters;
} Event;

void event_init(Event *);

/* At once, if it is set.  E_CANCELLED; E_RUNTIME: outside a task. */
SUSPENDS int event_wait(Event *);

/* Wakes all who wait now, also if it is cleared before they go on. */
void event_set(Event *);
void event_set_callback(void *event);    /* the same, as a Callback */
void event_clear(Event *);
bool event_is_set(Event *);

#endif
