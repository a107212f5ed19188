/* tally.h - who runs, who has ended how, and a line that says so. */
#ifndef TALLY_H
#define TALLY_H

#include "list.h"

/* ---- Who runs ---- */
/* Lies in the frame of the job's task while it runs. */
typedef struct Worker {
    Job *job;
    Task *task;
    struct Worker *next, **where;
} Worker;

/* ---- A tally ---- */
typedef struct Tally {
    size_t total;               /* without those that were skipped */
    size_t ok, failed, stopped, skipped;
    double begun, work;         /* when; seconds of all jobs that ended */
    Worker *first, **last;      /* the oldest first */
} Tally;

void tally_init(Tally *, const List *, double now);
void tally_begin(Tally *, Worker *);
void tally_end(Tally *, Worker *);    /* its job has ended */

/* ---- In words ---- */
/* "[3/10, 1 failed, 0:12 left] 4: make | 5: make test", cut where it would
 * reach the last of so many columns. */
void tally_line(const Tally *, double now, int columns, char *text,
                size_t size);

/* "3 ok, 1 failed, 2 not begun". */
void tally_sum(const Tally *, char *text, size_t size);

#endif
