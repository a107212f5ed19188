/* loop.h - the event loop: calls functions, one at a time, in one thread.
 *
 * The counterpart of asyncio's event loop.  Its functions belong to the thread
 * in which the loop runs; any other thread may call only
 * loop_call_soon_threadsafe(), and ask whether it runs.  A loop belongs to the
 * process that made it: a child forked outside all callbacks closes it, and may
 * make its own; any other child may only exec().  Times are in seconds, on the
 * loop's clock. */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "../01_select/selector.h"

/* ---- What is scheduled ---- */
typedef struct Loop Loop;
typedef void Callback(void *arg);

/* Names one scheduled callback, for ever: a stale one is harmless.  0 names
 * none: nothing was scheduled.  errno is then ENOMEM, or EINVAL: the callback
 * is NULL, the time is NaN, the loop is closed, or (in debug mode) the loop
 * runs in another thread. */
typedef uint64_t Handle;

enum { E_RUNTIME = 4100 };    /* Python's RuntimeError: misuse */

/* ---- Making and closing ---- */
/* asyncio.new_event_loop().  NULL: errno is ENOMEM, EMFILE, ENFILE or ERANGE (a
 * strict selector, and no low descriptor free). */
Loop *loop_new(void);

/* loop.close().  Gives up its descriptors and callbacks; those run no more.
 * Again: nothing.  E_RUNTIME: it runs. */
int loop_close(Loop *);
bool loop_is_closed(Loop *);

/* Closes it if need be.  What still refers to it keeps the memory as long as
 * it needs it.  NULL is ignored, and so is a loop that runs. */
void loop_free(Loop *);

/* ---- Running ---- */
/* loop.run_forever(): returns 0 after loop_stop().  E_RUNTIME: it runs, or is
 * closed, or another loop runs in this thread.  EBADF: somebody has closed its
 * own descriptors.  Else an errno value of select(); it can be run again. */
int loop_run_forever(Loop *);

/* loop.stop(): what is ready in this turn still runs.  As a Callback, too. */
void loop_stop(Loop *);
void loop_stop_callback(void *loop);

bool loop_is_running(Loop *);          /* from any thread */
Loop *async_get_running_loop(void);    /* this thread's; NULL: none runs */

/* ---- Scheduling ---- */
/* loop.call_soon(): in the next turn, in the order of the calls. */
Handle loop_call_soon(Loop *, Callback *, void *arg);

/* loop.call_later(), loop.call_at(): in `delay` seconds, and when loop_time()
 * is `when`; equal times in the order of the calls.  INFINITY: never.  An idle
 * loop sleeps a millisecond at least: so late they may be, but never early. */
Handle loop_call_later(Loop *, double delay, Callback *, void *arg);
Handle loop_call_at(Loop *, double when, Callback *, void *arg);

/* handle.cancel().  false: it has run, was cancelled, or names none. */
bool loop_cancel(Loop *, Handle);

/* loop.call_soon_threadsafe(): from any thread, also while the loop sleeps,
 * runs or closes, but not from a signal handler.  ENOMEM.  E_RUNTIME: it is
 * closed.  E_VALUE: no callback. */
int loop_call_soon_threadsafe(Loop *, Callback *, void *arg);

/* ---- Descriptors ---- */
/* loop.add_reader(), loop.add_writer(): whenever fd can be read, or written,
 * without blocking, until it is removed.  Replaces the callback of before,
 * which does not run any more.  Remove it before you close fd.
 * Errors: those of selector_register(); E_VALUE: no callback; E_RUNTIME: the
 * loop is closed.  They change nothing. */
int loop_add_reader(Loop *, int fd, Callback *, void *arg);
int loop_add_writer(Loop *, int fd, Callback *, void *arg);
bool loop_remove_reader(Loop *, int fd);    /* false: there was none */
bool loop_remove_writer(Loop *, int fd);

/* ---- Signals ---- */
/* loop.add_signal_handler(): as a callback, in the loop's thread, never inside
 * what the signal interrupts.  Signals that come close together may be one.
 * Replaces the callback of before; each loop may have one for the same signal.
 * E_VALUE: no such signal, or no callback.  E_RUNTIME: nobody can catch it, or
 * the loop is closed.  ENOMEM. */
int loop_add_signal_handler(Loop *, int signo, Callback *, void *arg);

/* When no loop catches it any more, the signal does again what it does by
 * default.  false: there was none. */
bool loop_remove_signal_handler(Loop *, int signo);

/* ---- Time ---- */
/* loop.time(): a clock that nobody sets. */
double loop_time(Loop *);

/* From now on an idle loop does not sleep until its next timer: it moves its
 * clock, which begins at 0.  It does sleep while descriptors are watched.
 * E_RUNTIME: the loop runs, is closed, or has timers on the real clock. */
int loop_use_virtual_time(Loop *);

/* ---- Debug mode ---- */
/* loop.set_debug().  A new loop is in debug mode if WEFT_DEBUG is 1 in the
 * environment. */
void loop_set_debug(Loop *, bool);
bool loop_get_debug(Loop *);

#endif
