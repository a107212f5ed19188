/* waitlist_inside.h - waiting in a list, as locks and queues see it.
 *
 * Who waits is in the list until it is taken out and woken, or else until it
 * goes on.  Its place lies on its own stack: waiting needs no memory. */
#ifndef WAITLIST_INSIDE_H
#define WAITLIST_INSIDE_H

#include "../05_tasks/task_inside.h"
#include "waitlist.h"

/* ---- Waiting ---- */
/* Stops the running task at the end of the list; `kind` has the two below.
 * E_CANCELLED: *was_woken says if it had been woken before.  E_RUNTIME: outside
 * a task, or those who wait are another loop's, or the list was abandoned, and
 * may be gone. */
SUSPENDS int waitlist_wait(WaitList *, const ParkedKind *kind, bool *was_woken);

void waitlist_forget(Parked *);
bool waitlist_cancel(Parked *, const char *message);
WaitList *waitlist_of(Parked *);    /* where it waits, or waited last */

/* ---- Waking ---- */
bool waitlist_wake(WaitList *);         /* takes the first out; false: none */
void waitlist_wake_all(WaitList *);

/* The same, and until it goes on it is in another list: of those woken. */
bool waitlist_wake_into(WaitList *, WaitList *woken);

/* Wakes the first, who stays in the list until he goes on: whoever comes now
 * comes behind him. */
void waitlist_touch(WaitList *);

void waitlist_abandon(WaitList *);      /* all get E_RUNTIME */

#endif
