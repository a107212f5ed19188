/* wakeup.h - how other threads, and signals, reach a loop that sleeps.
 *
 * A pipe from the loop to itself, which the selector watches.  Who leaves
 * something for the loop raises ALERT_KNOCKED; who raised it writes a byte. */
#ifndef WAKEUP_H
#define WAKEUP_H

#include <pthread.h>

#include "ready.h"

/* ---- The wake-up ---- */
typedef struct Posted {
    struct Posted *next;
    Entry entry;
    bool is_lent;              /* not malloc()ed for the loop to free */
} Posted;

typedef struct Guest Guest;

typedef struct Wakeup {
    int pipe[2];               /* read, write; non-blocking */
    size_t signals;            /* how many the loop catches */
    pthread_mutex_t mutex;     /* guards the rest */
    Posted *first, **last;     /* what other threads have posted, in order */
    bool is_closed;
    Guest *guests;             /* whom to tell of it */
} Wakeup;

int wakeup_init(Wakeup *);     /* 0 or an errno value */
void wakeup_close(Loop *);     /* drops what was posted, takes no more */
void wakeup_free(Wakeup *);

/* ---- From other threads ---- */
/* As loop_call_soon_threadsafe(), but cannot fail for lack of memory: what is
 * lent stays its owner's, who may post it again once it has run.  false: the
 * loop is closed. */
bool loop_post(Loop *, Posted *);

/* Whoever may post something later is told, in the loop's thread, when the loop
 * closes; what it has posted, and has not run, never will. */
struct Guest {
    void (*closing)(Guest *);    /* it is no guest any more */
    Guest *next, **where;
};
bool loop_invite(Loop *, Guest *);     /* false: the loop is closed */
void loop_dismiss(Loop *, Guest *);    /* if it is none, it was or is told */

/* ---- For the loop ---- */
/* Async-signal-safe, and thread-safe while the pipe is open. */
void wakeup_knock(Loop *);

/* Lowers the alert, and moves what was left to the ready queue.  At most once
 * between two turns, if it finds anything: it uses reserved places.
 * EBADF: somebody has closed the pipe. */
int wakeup_answer(Loop *);

/* Moves what was posted, as much as there is memory for, and `spare` more. */
void wakeup_adopt(Loop *, size_t spare);

/* Moves the callbacks of the signals that have arrived; stops catching all. */
void signals_push(Loop *);
void signal_run(void *catcher);    /* what the ready queue then calls */
void signals_close(Loop *);

#endif
