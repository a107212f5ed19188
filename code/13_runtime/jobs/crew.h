/* crew.h - all jobs of a list, so many at a time, from the first to the last.
 *
 * A task begins the jobs, each has a task of its own, and one prints them. */
#ifndef CREW_H
#define CREW_H

#include "log.h"
#include "options.h"
#include "screen.h"

/* ---- A crew ---- */
typedef struct Crew {
    const Options *options;
    List *list;
    Log *log;
    Tally tally;
    Screen screen;
    Semaphore hands;        /* a job has one while it runs */
    Semaphore places;       /* and one of these until it is printed */
    Queue *ended;           /* jobs to be printed */
    size_t printed;         /* --ordered: so many of the list are */
    bool is_stopping;       /* no job begins any more */
    int signo;              /* not 0: the signal that has stopped it */
    const char *failed;     /* not NULL: what it could not do, and why */
    int error;
} Crew;

/* Runs them all, and sums up.  The rest is in *crew; its first three fields are
 * the caller's. */
SUSPENDS void crew_run(Crew *);

/* Asks all that run to end, and begins no more; again: kills them.  signo 0:
 * it was no signal.  A second signal also gives up output that nobody reads. */
void crew_stop(Crew *, int signo);

#endif
