/* periodic.h - calls a function again and again, at even distances. */
#ifndef PERIODIC_H
#define PERIODIC_H

#include "../../loop.h"

/* The memory is the caller's.  Add fields if you need any. */
typedef struct Periodic {
    Loop *loop;
    Callback *callback;
    void *arg;
    double start, period;    /* in seconds */
    uint64_t count;          /* the next call is at start + count * period */
    Handle timer;            /* 0: stopped */
} Periodic;

/* Calls callback(arg) when 1, 2, 3, ... periods have gone by since now.  A call
 * that is late comes as soon as it can; the next one is at the first multiple
 * that lies ahead then.  E_VALUE: no callback, or the period is not above 0.
 * Else 0, or what errno is when nothing can be scheduled. */
int periodic_start(Periodic *, Loop *, double period, Callback *, void *arg);

/* No call comes any more, and the memory may be used for something else: also
 * when it is the callback that stops it.  Again: nothing. */
void periodic_stop(Periodic *);

#endif
