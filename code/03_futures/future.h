/* future.h - a place for a result that is not there yet.
 *
 * The counterpart of asyncio.Future.  A future is pending, then finished, with
 * a result or an error, or cancelled; it changes once.  It is counted: who
 * makes one holds one reference, and the last one that is released frees it.
 * Its functions belong to the thread of its loop. */
#ifndef FUTURE_H
#define FUTURE_H

#include "error.h"

/* ---- Values ---- */
/* A result, or the detail of an error.  A future never frees what it points to:
 * that is between those who complete it and those who ask. */
typedef union Value {
    void *p;
    const char *s;
    long long i;
    double d;
} Value;

/* A line of the program: where something was made. */
typedef struct Origin {
    const char *file;    /* NULL: nobody knows */
    int line;
} Origin;

typedef struct Future Future;
typedef void DoneCallback(Future *, void *arg);

/* ---- Making and counting ---- */
/* loop.create_future().  NULL: out of memory. */
Future *future_new(Loop *);
Future *future_retain(Future *);

/* Gives up one reference.  With the last one go its done callbacks, which are
 * not called if it is still pending.  NULL is ignored. */
void future_release(Future *);

/* future.get_loop().  Borrowed. */
Loop *future_get_loop(Future *);

/* ---- Completing ---- */
/* future.set_result().  E_INVALID_STATE: it is done.  This and what follows
 * never need memory.  In debug mode E_RUNTIME: its loop runs in another thread,
 * or it was freed. */
int future_set_result(Future *, Value);

/* future.set_exception().  E_INVALID_STATE; E_VALUE: 0 or E_CANCELLED. */
int future_set_error(Future *, int error, Value detail);

/* future.cancel().  false: it is done; if it has failed, nobody need ask for
 * the error any more.  The message is copied, and dropped where there is no
 * memory for it.  As a Callback, too. */
bool future_cancel(Future *);
bool future_cancel_with(Future *, const char *message);
void future_cancel_callback(void *future);

/* ---- Asking ---- */
bool future_done(Future *);
bool future_cancelled(Future *);

/* Its message, until it is freed.  NULL: none. */
const char *future_cancel_message(Future *);

/* future.result(): 0, or its error with the detail in *result, or E_CANCELLED;
 * E_INVALID_STATE: it is pending, and *result is left alone.  NULL allowed. */
int future_result(Future *, Value *result);

/* future.exception(): 0 if it has a result; the rest as above. */
int future_error(Future *);

/* ---- Being told ---- */
/* future.add_done_callback(): called by the loop in the turn after it is done,
 * in the order in which they were added.  While it waits it holds no reference;
 * from when the future is done until it has returned it holds one.
 * E_VALUE: no callback.  E_RUNTIME: the loop is closed, or as above; ENOMEM. */
int future_add_done_callback(Future *, DoneCallback *, void *arg);

/* Returns how many were removed: all with this callback and this arg.  Once the
 * future is done they are on their way, and none is. */
int future_remove_done_callback(Future *, DoneCallback *, void *arg);

/* ---- Running until then ---- */
/* loop.run_until_complete(): what future_result() then returns.  E_RUNTIME: as
 * loop_run_forever(), or the loop was stopped before; it can be run again.
 * E_VALUE: the future is another loop's.  ENOMEM. */
int loop_run_until_complete(Loop *, Future *, Value *result);

#endif
