/* runner.h - from main() into a task, and out again with nothing left behind.
 *
 * The counterpart of asyncio.run() and asyncio.Runner. */
#ifndef RUNNER_H
#define RUNNER_H

#include "../05_tasks/task.h"

/* ---- Running ---- */
typedef struct RunOptions {
    bool debug;           /* false: as WEFT_DEBUG says */
    bool virtual_time;
    size_t stack_size;    /* of main, in bytes; 0: 256 KiB */
} RunOptions;

/* asyncio.run(): runs main as a task of a new loop.  Then what is left is
 * cancelled and waited for, generators are closed, threads joined, the loop is
 * closed.  Returns what main did, and what is in *result (which may be NULL).
 * The first SIGINT cancels main, and if that ends it, E_KEYBOARD_INTERRUPT; a
 * second one stops the loop at once, with the same error.  From main's end on
 * SIGINT kills.  All this if nobody else catches SIGINT, or ignores it.
 * E_RUNTIME: a loop runs in this thread.  E_VALUE: no function.  Or what
 * loop_new() says. */
int async_run(CoroFn *main, void *arg, Value *result);
int async_run_with(CoroFn *main, void *arg, Value *result, const RunOptions *);

/* For main(): returns the exit status.  0; 130 after SIGINT; else 1, and says
 * "Name: message" on stderr. */
int async_main(CoroFn *main, void *arg);

/* ---- Several runs ---- */
/* Its fields are private. */
typedef struct Runner {
    Loop *loop;
    RunOptions options;
    int state;
} Runner;

/* asyncio.Runner(): a loop, in which several mains run one after the other, in
 * the same context.  Between them its tasks stand still. */
int runner_init(Runner *, const RunOptions *);
int runner_run(Runner *, CoroFn *, void *arg, Value *result);

Loop *runner_get_loop(Runner *);    /* borrowed; NULL once closed */

/* Ends as asyncio.run() does, and frees the loop; again: nothing.  E_RUNTIME:
 * a loop runs in this thread; or a task that was left has stopped the loop.
 * ENOMEM: what was left could not clean up. */
int runner_close(Runner *);

#endif
