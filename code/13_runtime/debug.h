/* debug.h - looking at a loop from outside while it runs.
 *
 * A loop is in debug mode if RunOptions say so, or WEFT_DEBUG is 1 in the
 * environment.  Then it also reports what is no error, but seldom wanted. */
#ifndef DEBUG_H
#define DEBUG_H

#include <stdio.h>

#include "../05_tasks/task.h"

/* ---- Slow callbacks ---- */
/* loop.slow_callback_duration: in debug mode a step of a task, or a callback,
 * that takes so many seconds is reported.  0.1 at first.  On a virtual clock
 * nothing is slow. */
void loop_set_slow_callback_duration(Loop *, double seconds);
double loop_get_slow_callback_duration(Loop *);

/* ---- The tasks ---- */
/* Who awaits whom, and on what; in debug mode also since when.  So does SIGQUIT
 * there, on stderr.  NULL: the running loop; stderr. */
void async_print_tasks(Loop *, FILE *);

/* ---- Traces ---- */
/* From now on writes each step, wait and wake-up to a file, in the format that
 * Perfetto reads; NULL: no more.  A runner does so if WEFT_TRACE names a file;
 * its next loop appends ".2", and so on.  An errno value.  E_RUNTIME: the loop
 * is closed. */
int loop_set_trace(Loop *, const char *path);

/* ---- Lines ---- */
/* Where the program is: reports name the line where a thing was made, and the
 * tree of tasks where each one waits.  Called for you by the macros that
 * origins.h makes of what suspends or makes something. */
void async_here(const char *file, int line);

#endif
