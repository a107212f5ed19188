/* service.h - a program that somebody else tells when to end. */
#ifndef SERVICE_H
#define SERVICE_H

#include "../../runner.h"

typedef struct Service {
    CoroFn *serve;    /* what the program does */
    CoroFn *stop;     /* what begins its end; NULL: nothing does */
    void *arg;        /* for both */
    double grace;     /* seconds that it has for its end */
} Service;

/* As async_run_with(), with serve for main, and an answer to SIGTERM.
 *
 * The first SIGTERM calls stop in a task of its own, beside serve: it may close
 * a server's door, for example, so that serve returns when the last guest has
 * gone.  If serve has not returned `grace` seconds after the signal, it is
 * cancelled.  A second SIGTERM cancels it at once.  It is cancelled once: any
 * further one leaves its cleaning up alone, and so does one that comes while
 * async_run_with() ends what is left.  SIGINT does what it always does.
 *
 * If stop still runs when serve has returned, it is cancelled, and has ended
 * before anything else ends.
 *
 * Returns what serve does; but 0 if it ended with E_CANCELLED because it was
 * cancelled for SIGTERM and for nothing else; and if that gives 0, what stop
 * has failed with, if it has.  ENOMEM, or what loop_add_signal_handler() says:
 * nothing was begun.  Afterwards SIGTERM ends the process, as before. */
int run_service(const Service *, const RunOptions *);

#endif
