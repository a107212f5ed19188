/* runner_inside.h - the runner, as its own files see it. */
#ifndef RUNNER_INSIDE_H
#define RUNNER_INSIDE_H

#include "../05_tasks/task_inside.h"
#include "runner.h"

/* ---- Ctrl-C ---- */
/* What SIGINT does while main runs. */
typedef struct Interrupts {
    Loop *loop;
    Task *main;
    bool is_caught;       /* by us */
    bool has_asked;       /* main to end, after the first one */
    bool has_cancelled;   /* and it was asked in time */
    bool is_immediate;    /* main did not end for that, and the loop stops */
    bool is_late;         /* one came when main had returned */
} Interrupts;

/* Catches it, unless it is ignored or somebody else's. */
void interrupts_begin(Interrupts *, Loop *, Task *main);
void interrupts_end(Interrupts *);

/* ---- The end ---- */
/* Runs the loop until nothing of the program's is left in it. */
int runner_shut_down(Loop *);

#endif
