/* watchdog.h - bites when it has not been patted for too long. */
#ifndef WATCHDOG_H
#define WATCHDOG_H

#include "../../loop.h"

typedef struct Watchdog {
    Loop *loop;
    double patience;    /* in seconds */
    Callback *bite;
    void *arg;
    Handle timer;       /* 0: it sleeps */
} Watchdog;

/* From now on it waits: bite(arg) is called, once, as soon as `patience`
 * seconds have gone by without a pat.  0 or ENOMEM.  The memory is yours. */
int watchdog_start(Watchdog *, Loop *, double patience, Callback *bite,
                   void *arg);

/* It has `patience` seconds again.  If it has bitten, or was stopped: nothing.
 * 0 or ENOMEM. */
int watchdog_pat(Watchdog *);

/* It does not bite any more, and its memory may be freed.  Again: nothing. */
void watchdog_stop(Watchdog *);

#endif
