/* observe_inside.h - who sees each step of a loop. */
#ifndef OBSERVE_INSIDE_H
#define OBSERVE_INSIDE_H

#include "../05_tasks/task_inside.h"
#include "debug.h"

/* ---- A step ---- */
typedef struct Step {
    TaskRecord *task;        /* retained; NULL: a callback */
    Callback *callback;
    Handle number;           /* its number in the ready queue */
    Handle first, last;      /* what it has scheduled: from first to last - 1 */
    double begin, end;       /* on the loop's clock */
    double since;            /* its task has waited since then; -1: unknown */
    char waited[64];         /* for what; traces only */
} Step;

/* ---- Who sees it ---- */
typedef struct Trace Trace;

typedef struct Watcher {
    LoopLocal local;         /* first */
    Observer observer;
    Loop *loop;
    double slow;             /* seconds */
    Step *step;              /* that runs now; NULL: none */
    Trace *trace;            /* NULL: none */
} Watcher;

/* Of this loop, and made if need be.  NULL: no memory. */
Watcher *watcher_of(Loop *);
int observe_begin(Loop *);              /* what the environment asks for */
void debug_begin(Loop *);
void debug_step(Watcher *, Step *);     /* after each, in debug mode */

/* ---- Traces ---- */
Trace *trace_open(const char *path);    /* NULL: errno says why */
void trace_step(Trace *, Loop *, Step *);
int trace_close(Trace *);

/* What a task waits for: "sleep", "Future", the name of a task; "ready". */
const char *waits_for(TaskRecord *);

#endif
