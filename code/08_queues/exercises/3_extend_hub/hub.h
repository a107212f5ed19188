/* hub.h - values for all who listen. */
#ifndef HUB_H
#define HUB_H

#include "../../queue.h"

typedef struct Hub Hub;
typedef struct Listener Listener;

/* ---- The hub ---- */
Hub *hub_new(void);      /* NULL: no memory */

/* Gives the value to all who listen, without a suspension.  Those who have no
 * room for it are dropped.  How many it was given to; 0 after the close. */
size_t hub_publish(Hub *, Value);

/* There will be no more.  Once more is nothing. */
void hub_close(Hub *);

/* Closes it, too.  Those who have listened still have to leave.  NULL is
 * ignored. */
void hub_free(Hub *);

/* How many listen: were not dropped, and did not leave. */
size_t hub_count(Hub *);

/* ---- Listening ---- */
/* From now on; with room for so many values that it has not got yet.
 * NULL: errno is ENOMEM; EINVAL: no room; ECANCELED: the hub is closed. */
Listener *hub_listen(Hub *, size_t room);

/* The next value, in the order of publishing; waits for it.  After the last:
 * E_QUEUE_FULL: it was dropped.  E_QUEUE_SHUTDOWN: the hub was closed.
 * E_CANCELLED: no value is lost.  E_RUNTIME: outside a task. */
SUSPENDS int listener_next(Listener *, Value *);

/* Frees it; nobody waits in it.  NULL is ignored. */
void listener_leave(Listener *);

#endif
