/* permits.h - a semaphore that gives several permits at once. */
#ifndef PERMITS_H
#define PERMITS_H

#include "../../semaphore.h"

typedef struct Permits Permits;

Permits *permits_new(size_t total);    /* NULL: no memory */
void permits_free(Permits *);          /* nobody waits; NULL is ignored */

/* Waits until n permits are free, and all who asked before have got theirs or
 * have given up; then takes them.  If that is so at once, it does not suspend.
 * E_CANCELLED: none was taken.  E_VALUE: n is 0, or more than there are in all.
 * E_RUNTIME: outside a task.  ENOMEM. */
SUSPENDS int permits_acquire(Permits *, size_t n);

/* Gives n back, and wakes all who can go on now, in the order in which they
 * asked.  What they wait for is theirs from then on.  E_VALUE: more than were
 * taken; nothing has changed. */
int permits_release(Permits *, size_t n);

size_t permits_value(Permits *);       /* how many are nobody's */

#endif
