/* crew.h - coroutines that take turns: for you to write. */
#ifndef CREW_H
#define CREW_H

#include "../../coro.h"

typedef struct Crew Crew;
typedef struct Member Member;

/* ---- The crew ---- */
/* NULL: out of memory. */
Crew *crew_new(void);

/* With all its members; those that have not returned are freed where they
 * stopped.  Not while it runs. */
void crew_free(Crew *);

/* A new member, that will run function(arg).  It takes its turn behind all that
 * can go on now.  A member may add others, and so may anybody else.  It belongs
 * to the crew, until that is freed.  NULL: out of memory, or no function. */
Member *crew_add(Crew *, CoroFn *, void *arg);

/* Lets its members take turns until none can go on.  0: all have returned.
 * EDEADLK: those that have not wait for each other.  E_RUNTIME: it runs.  It
 * can be run again, and a member may run another crew meanwhile. */
int crew_run(Crew *);

/* ---- For its members ---- */
/* Not from a coroutine that a member resumes itself. */

/* Goes on when all that can go on now have had their turn. */
void crew_pause(void);

/* Waits until that member has returned; then takes its turn behind all that can
 * go on, and returns what it returned, with its result in *result (which may be
 * NULL).  If it has returned already, so at once.  Several may wait for one:
 * they go on in the order in which they came.  EDEADLK: it is the caller.
 * E_INVALID_STATE: it has not returned, and who calls is no member of its
 * crew. */
int crew_join(Member *, Value *result);

#endif
