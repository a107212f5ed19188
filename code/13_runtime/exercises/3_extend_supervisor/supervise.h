/* supervise.h - services that are started again when they fail. */
#ifndef SUPERVISE_H
#define SUPERVISE_H

#include "../../runner.h"

typedef struct Service {
    const char *name;    /* of its task */
    CoroFn *run;
    void *arg;
} Service;

typedef struct Policy {
    double pause;        /* seconds before it is started again: so many after
                            the first failure, twice as many after each */
    double longest;      /* further one, but never more than so many */
    double healthy;      /* a run of so many seconds: its next failure is a
                            first one again */
    unsigned most;       /* after so many restarts in a row: no more */

    /* Called for each failure.  pause < 0: it is not started again.  NULL:
     * nobody is told. */
    void (*failed)(const Service *, int error, double pause, void *arg);
    void *arg;
} Policy;

/* Runs the services, each in a task of its own, and returns when none runs any
 * more.  One that returns 0 has done its work.  Any error is a failure, also
 * E_CANCELLED if nobody has cancelled its task.
 *
 * 0: all have done their work, and *culprit (NULL: not wanted) is NULL.  If one
 * fails more often than the policy allows, all others are cancelled; then its
 * error, and it is *culprit.  E_CANCELLED with no culprit: the caller was
 * cancelled, and so were all of them; nothing is started again.  However often
 * he is: it waits until they have ended.  ENOMEM. */
SUSPENDS int supervise(const Service services[], size_t n, const Policy *,
                       const Service **culprit);

#endif
