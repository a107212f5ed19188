/* child.h - runs the command of a job, and sees to its end.
 *
 * It gets /dev/null to read, pipes to write to, and a session of its own: so
 * the keys of our terminal do not reach it, but a signal to its process group
 * reaches all that it starts.  It is over when it has ended and nobody holds
 * its pipes any more; what is then left of its group is killed. */
#ifndef CHILD_H
#define CHILD_H

#include "job.h"

/* ---- Running ---- */
typedef struct Limits {
    double timeout;      /* seconds for a try; INFINITY: none */
    double grace;        /* seconds between SIGTERM and SIGKILL */
    unsigned retries;    /* more tries after one that failed */
} Limits;

/* Fills in what became of it.  It is asked to end, by SIGTERM, after the
 * timeout, or if the task is cancelled, and is then STOPPED; a task that is
 * cancelled again, and the end of its grace, kill it. */
SUSPENDS void child_run(Job *, const Limits *);

#endif
