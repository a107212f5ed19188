/* mailbox.h - values from all threads, for the tasks of one loop. */
#ifndef MAILBOX_H
#define MAILBOX_H

#include "../../threads.h"

typedef struct Mailbox Mailbox;

/* ---- Making ---- */
/* For tasks of this loop; with room for so many values.  NULL: errno is ENOMEM;
 * EINVAL: no room. */
Mailbox *mailbox_new(Loop *, size_t room);

/* In the loop's thread, before the loop is closed, when no thread and no task
 * uses it any more.  What is in it is dropped.  The loop may have been woken
 * for it, and not have noticed yet: then what that needs is freed when it has
 * turned once more.  NULL is ignored. */
void mailbox_free(Mailbox *);

/* ---- In any thread ---- */
/* Puts a value in.  E_QUEUE_FULL: there is no room, also for those who wait.
 * E_QUEUE_SHUTDOWN.  ENOMEM, E_RUNTIME: the loop cannot be woken. */
int mailbox_put_nowait(Mailbox *, Value);

/* The same; but blocks the thread while there is no room.  In the loop's own
 * thread it would block for ever: E_RUNTIME if that loop runs there. */
int mailbox_put(Mailbox *, Value);

/* There will be no more: E_QUEUE_SHUTDOWN for each put, also for those that
 * block, and for each get once it is empty.  Once more is nothing. */
void mailbox_shutdown(Mailbox *);

/* ---- In a task ---- */
/* The next value, in the order of putting; waits for it.  Any number of tasks.
 * E_CANCELLED: no value is lost. */
SUSPENDS int mailbox_get(Mailbox *, Value *);

#endif
