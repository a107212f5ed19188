/* task.h - coroutines that the loop runs, and what they wait for.
 *
 * The counterpart of asyncio.Task.  A task is a future, too: all that takes a
 * Future takes a Task.  What is marked SUSPENDS lets other tasks run meanwhile;
 * it works inside a task only (else E_RUNTIME), and may return E_CANCELLED,
 * after which the caller cleans up and returns that.  Make tasks, and run their
 * loop, in one thread: their coroutines belong to it. */
#ifndef TASK_H
#define TASK_H

#include <stdio.h>

#include "../04_coroutines/coro.h"
#include "context.h"

/* ---- Tasks ---- */
#define SUSPENDS    /* marks what may switch to another task */

typedef Future Task;

typedef struct TaskOptions {
    const char *name;     /* copied; NULL: "Task-N" */
    size_t stack_size;    /* in bytes; 0: 256 KiB */
    size_t copy_size;     /* not 0: arg is a copy of so many bytes at arg */
    Context *context;     /* it runs in this one; NULL: in a copy of ours */
    bool eager_start;     /* begin now, up to its first suspension */
} TaskOptions;

/* ---- Making ---- */
/* asyncio.create_task(), in the running loop; loop.create_task().  It begins in
 * the next turn, in the order of the calls.  The caller has one reference; the
 * loop has its own until the task is done.  NULL: errno is ENOMEM; or EINVAL:
 * no loop runs, it is closed or (in debug mode) another thread's, or there is
 * no function. */
Task *async_create_task(CoroFn *, void *arg);
Task *async_create_task_copy(CoroFn *, const void *arg, size_t size);
Task *async_create_task_with(CoroFn *, void *arg, const TaskOptions *);
Task *loop_create_task(Loop *, CoroFn *, void *arg);
Task *loop_create_task_with(Loop *, CoroFn *, void *arg, const TaskOptions *);

/* ---- Waiting ---- */
/* await: its result or its error, as future_result() has them; if it is done,
 * at once.  E_CANCELLED: it was cancelled, or we were; then *result is zeroed.
 * E_RUNTIME: it is the task that calls, or another loop's.  E_VALUE: NULL. */
SUSPENDS int await(Future *, Value *result);

/* Awaits it, then releases it, also when we were cancelled. */
SUSPENDS int task_join(Task *, Value *result);

/* asyncio.sleep(): so many seconds.  0 or less: until all that is ready has had
 * its turn.  ENOMEM.  E_VALUE: NaN. */
SUSPENDS int async_sleep(double delay);
SUSPENDS int async_sleep_result(double delay, Value value, Value *result);

/* ---- Cancelling ---- */
/* task.cancel(): asks the task to end.  What it awaits is cancelled, or the
 * next thing that it awaits; it may clean up, or refuse.  false: it is done. */
bool task_cancel(Task *);
bool task_cancel_with(Task *, const char *message);

int task_uncancel(Task *);      /* takes one request back; those that remain */
int task_cancelling(Task *);    /* requests that were not taken back */

/* ---- Asking ---- */
/* As those of a future. */
void task_release(Task *);
bool task_done(Task *);
bool task_cancelled(Task *);
int task_result(Task *, Value *result);
int task_error(Task *);

/* task.get_name(): valid until it is named anew or freed.  A name is copied; if
 * there is no memory, the old one stays. */
const char *task_get_name(Task *);
void task_set_name(Task *, const char *name);
Coro *task_get_coro(Task *);    /* NULL: done */

/* task.print_stack(): a line for it, and for each that it waits for in turn,
 * innermost last. */
void task_print_stack(Task *, FILE *);

/* ---- Which ---- */
Task *async_current_task(void);    /* borrowed; NULL outside a task */

/* asyncio.all_tasks(): how many are not done, oldest first; borrowed.  Fills in
 * `max` at most.  NULL: the running loop. */
size_t async_all_tasks(Loop *, Task **tasks, size_t max);

#endif
