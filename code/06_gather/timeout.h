/* timeout.h - a limit for what a task does.
 *
 * The counterpart of asyncio.timeout() and wait_for().  Any call that suspends
 * can be put under one:
 *
 *     Timeout timeout;
 *     timeout_enter(&timeout, 1.0);
 *     int err = timeout_exit(&timeout, async_sleep(2.0));
 *
 * Never return from between the two: several calls are a function of their
 * own.  A task that ends in between is reported; in debug mode mostly
 * already when it suspends, and the function has returned.  Do not touch a
 * Timeout whose task has ended. */
#ifndef TIMEOUT_H
#define TIMEOUT_H

#include "../05_tasks/task.h"

/* ---- A timeout ---- */
/* Lives where you declare it; its fields are private. */
typedef struct Timeout {
    Task *task;
    Loop *loop;
    Handle handle;
    double when;
    int cancelling;
    int state;
} Timeout;

/* async with asyncio.timeout(), timeout_at().  INFINITY: never.  With 0 or less
 * it expires at the first suspension.  E_RUNTIME: outside a task.  E_VALUE:
 * NaN.  ENOMEM.  After any of these there is no limit, and timeout_exit()
 * returns the error that it is given. */
int timeout_enter(Timeout *, double delay);
int timeout_enter_at(Timeout *, double when);

/* The block's error in, the block's error out; E_TIMEOUT in place of
 * E_CANCELLED if this timeout, and nobody else, has cancelled the task. */
int timeout_exit(Timeout *, int error);

/* ---- Within it ---- */
double timeout_when(Timeout *);    /* on the clock of its loop */

/* E_RUNTIME: not entered, expiring or over.  E_VALUE: NaN.  ENOMEM: nothing has
 * changed. */
int timeout_reschedule(Timeout *, double when);
bool timeout_expired(Timeout *);

/* ---- Waiting for ---- */
/* asyncio.wait_for().  After `timeout` seconds the future is cancelled; when it
 * has ended, E_TIMEOUT, or what it ended with if that was no cancellation.
 * With 0 or less: its result if it is done, else it is cancelled at once. */
SUSPENDS int async_wait_for(Future *, double timeout, Value *result);

/* The same with a coroutine, which runs in this task; with 0 or less it does
 * not begin. */
SUSPENDS int async_wait_for_call(CoroFn *, void *arg, double timeout,
                                 Value *result);

#endif
