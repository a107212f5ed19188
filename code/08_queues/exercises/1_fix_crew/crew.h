/* crew.h - some workers, and a queue of jobs. */
#ifndef CREW_H
#define CREW_H

#include "../../queue.h"

typedef struct Job {
    CoroFn *fn;
    void *arg;
    int error;    /* what it returned; ECANCELED: it was not done to its end */
} Job;

/* Does the jobs, in order, with so many workers: each is a task that does one
 * job after the other.  A job that fails is not done again; all others are done
 * nevertheless.  *failed is how many have failed, E_CANCELLED included.
 *
 * E_CANCELLED: the caller was cancelled.  Then the jobs under way are
 * cancelled, once, and no other is begun.  It returns when the last worker has
 * ended, also if the caller is cancelled once more.  E_VALUE: there are no
 * workers.  ENOMEM: no job was begun. */
SUSPENDS int crew_run(Job jobs[], size_t n, size_t workers, size_t *failed);

#endif
