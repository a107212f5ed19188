/* loop_inside.h - the loop, as its own files and the layers above see it.
 *
 * Waking never allocates: what will have to be scheduled one day reserves its
 * place when it is created (loop_reserve), and then its loop_push() cannot
 * fail. */
#ifndef LOOP_INSIDE_H
#define LOOP_INSIDE_H

#include <stdatomic.h>

#include "ready.h"
#include "timers.h"
#include "wakeup.h"
#include "watch.h"

/* ---- The loop ---- */
typedef struct LoopLocal LoopLocal;
typedef struct Observer Observer;
typedef struct ErrorContext ErrorContext;    /* chapter 3 defines it */
typedef void ExceptionHandler(Loop *, const ErrorContext *, void *arg);

struct Loop {
    Ready ready;
    atomic_uint alerts;        /* see below; 0 nearly always */
    atomic_bool running;
    bool stopping;             /* loop_stop(): this turn is the last */
    Timers timers;
    Watches watches;
    Wakeup wakeup;
    Selector *selector;        /* NULL once closed */
    uint64_t looked_at;        /* ready.head at the last look at descriptors */
    double looked_when;
    bool is_virtual;
    double virtual_now;
    size_t holds;              /* what is real and pending: loop_hold() */
    size_t users;              /* who keeps the memory: loop_retain() */
    Observer *observer;
    LoopLocal *locals;
    ExceptionHandler *handler; /* these three for chapter 3 */
    void *handler_arg;
    bool is_reporting;
};

/* ---- Alerts ---- */
/* The one word that the fast paths look at.  If it is not 0, they ask what the
 * matter is. */
enum {
    ALERT_KNOCKED = 1,    /* another thread, or a signal, has left something */
    ALERT_CLOSED = 2,
    ALERT_DEBUG = 4
};

static inline unsigned loop_alerts(Loop *loop)
{
    return atomic_load_explicit(&loop->alerts, memory_order_relaxed);
}

/* What they ask then.  false: it is closed, or (debug) runs elsewhere. */
bool loop_accepts(Loop *);
bool loop_is_foreign(Loop *);    /* runs in a thread that is not this one */

/* ---- What cannot fail ---- */
static inline bool loop_reserve(Loop *loop)
{
    return ready_reserve(&loop->ready);
}

static inline void loop_unreserve(Loop *loop)
{
    ready_unreserve(&loop->ready);
}

static inline Handle loop_push(Loop *loop, Callback *callback, void *arg)
{
    return ready_push(&loop->ready, callback, arg);
}

/* Before a push from a callback: what was posted earlier goes first. */
static inline void loop_adopt(Loop *loop)
{
    if (loop_alerts(loop) & ALERT_KNOCKED)
        wakeup_adopt(loop, 0);
}

/* ---- For the layers above ---- */
/* Keeps the memory of a loop, though not the loop open. */
Loop *loop_retain(Loop *);
void loop_release(Loop *);

/* Data of a layer, one for each loop, found by the address of its key.  It is
 * malloc()ed, and the loop's from loop_local_add() on: `closing` is called when
 * the loop closes, free() when its memory goes. */
struct LoopLocal {
    const void *key;
    void (*closing)(Loop *, LoopLocal *);    /* may be NULL */
    LoopLocal *next;
};
LoopLocal *loop_local(Loop *, const void *key);    /* NULL: none */
void loop_local_add(Loop *, LoopLocal *);

/* For a layer, beside the program's handler: one for each loop and signal. */
int loop_catch_signal(Loop *, int signo, Callback *, void *arg);
bool loop_drop_signal(Loop *, int signo);    /* false: there was none */
bool loop_has_signal_handler(Loop *, int signo);    /* the program's */

/* While something real is pending, a thread or a child, virtual time waits. */
void loop_hold(Loop *);
void loop_unhold(Loop *);

/* Called in place of each callback, which it has to call; for a timer or a
 * signal that is the loop's own function, which calls the program's. */
struct Observer {
    void (*run)(Observer *, Loop *, Callback *, void *arg);
};
void loop_observe(Loop *, Observer *);    /* borrowed; NULL: nobody */

/* Takes all that runs `callback` out of the ready queue: drop(arg) of each. */
void loop_drop(Loop *, Callback *callback, Callback *drop);

#endif
