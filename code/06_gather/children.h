/* children.h - several futures that one thing waits for.
 *
 * What gather(), wait(), shield() and as_completed() have in common.  All that
 * is needed to be told of every end is reserved at the beginning. */
#ifndef CHILDREN_H
#define CHILDREN_H

#include "../05_tasks/task_inside.h"

/* ---- Children ---- */
typedef struct Children Children;

typedef struct Child {
    Waiter waiter;
    Future *future;          /* retained */
    Children *all;
    bool is_watched;         /* the future, or the loop, knows the waiter */
} Child;

/* The caller sets parked.kind and `ended`. */
struct Children {
    Parked parked;           /* first; the task that waits, if one does */
    void (*ended)(Children *, Future *);    /* called once for each */
    Child *child;            /* n of them */
    Loop *loop;              /* retained */
    size_t n, done;
    bool is_over;            /* nobody needs to wait any more */
};

/* Why the running task cannot wait for all of these; or 0. */
int children_refusal(Future *futures[], size_t n);

/* Watches the futures.  ENOMEM: it does not. */
int children_begin(Children *, Loop *, Future *futures[], size_t n);

/* Tells at once of those that are done, or lets the loop tell. */
void children_tell_done(Children *);
void children_wake_done(Children *);

/* Waits until it is over; 0, or E_CANCELLED. */
SUSPENDS int children_wait(Children *);
void children_over(Children *);     /* it is */

void children_end(Children *);      /* watches no more */

/* For the ParkedKinds of those who wait. */
void children_forget(Parked *);
Future *children_awaited(Parked *, size_t i);

#endif
