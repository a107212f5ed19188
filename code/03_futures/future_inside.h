/* future_inside.h - the future, as its own files and the layers above see it.
 *
 * Who waits for a future is in its list of waiters, from adding to waking or
 * removing. */
#ifndef FUTURE_INSIDE_H
#define FUTURE_INSIDE_H

#include "../02_callbacks/loop_inside.h"
#include "future.h"

/* ---- Waiters ---- */
/* Lives where its owner wants, mostly on a stack or in a struct.  The owner has
 * reserved a place in the ready queue for it. */
typedef struct Waiter {
    struct Waiter *next, *previous;
    Callback *wake;     /* called by the loop, with the waiter */
    Handle queued;      /* 0: not woken yet */
} Waiter;

/* ---- The future ---- */
enum { PENDING, FINISHED, CANCELLED, FREED };    /* FREED: in debug mode */

/* What differs between a future and what is built on one. */
typedef struct FutureKind {
    const char *name;
    const char *never_retrieved;      /* the message of that report */
    bool (*cancel)(Future *, const char *message);
    void (*destroy)(Future *);        /* frees its memory */
    const char *(*get_name)(Future *);    /* for reports; NULL: it has none */
    bool completes_itself;            /* nobody else may set its result */
} FutureKind;

struct Future {
    const FutureKind *kind;
    Loop *loop;                       /* retained */
    Waiter *first, *last;             /* in the order of their coming */
    Value value;
    int error;
    uint8_t state;
    bool is_retrieved;                /* somebody has asked for the error */
    uint32_t references;
    char *message;                    /* of the cancellation; owned */
    Origin origin;                    /* where it was made */
};

/* Where the program is, if it says so: what is made now is made there. */
extern _Thread_local Origin origin_now;

/* ---- Building on it ---- */
/* Prepares one with one reference; it lies in memory of the caller's. */
void future_init(Future *, Loop *, const FutureKind *);
bool future_cancel_plain(Future *, const char *message);

/* Completes it, and schedules its waiters.  It must be pending. */
void future_complete(Future *, int state, int error, Value);

/* The future must be pending. */
void future_add_waiter(Future *, Waiter *);

/* Wakes it at once; the future is done. */
void future_wake(Future *, Waiter *);

/* Takes it out of the list, or the ready queue: it will not be woken.  What was
 * in the ready queue needs a new reservation to be woken in the same turn. */
void future_remove_waiter(Future *, Waiter *);

/* ---- Between the files ---- */
void future_run_done(void *done);          /* wakes a done callback */
void future_forget_done(Future *);         /* drops those that wait */
bool future_keep_freed(Future *);          /* in debug mode; false: free it */
bool future_is_freed(Future *);            /* and reports it */

#endif
