/* concurrent_inside.h - the concurrent future, as its own layer sees it.
 *
 * Its mutex guards all but the count.  Whoever listens is told under it: so who
 * has stopped listening is not being told at this moment. */
#ifndef CONCURRENT_INSIDE_H
#define CONCURRENT_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "../03_futures/future_inside.h"
#include "concurrent.h"

/* ---- Listeners ---- */
typedef struct Listener Listener;

/* In memory of who listens.  `tell` is called in any thread: it may post, and
 * do nothing else. */
struct Listener {
    Listener *next;
    void (*tell)(Listener *);
    bool is_listening;
};

/* ---- The concurrent future ---- */
enum { RUNNING = FREED + 1 };    /* a worker has begun it */

typedef struct ConcurrentKind {
    void (*cancelled)(ConcurrentFuture *);    /* under the mutex; or NULL */
    void (*destroy)(ConcurrentFuture *);      /* frees its memory */
} ConcurrentKind;

typedef struct DoneCall DoneCall;

struct ConcurrentFuture {
    const ConcurrentKind *kind;
    atomic_uint references;
    pthread_mutex_t mutex;
    pthread_cond_t done;
    int state;                 /* PENDING, RUNNING, FINISHED or CANCELLED */
    int error;
    Value value;
    Listener *listeners;
    DoneCall *first, **last;   /* done callbacks, in order */
};

/* ---- Building on it ---- */
/* With one reference; 0 or an errno value. */
int concurrent_init(ConcurrentFuture *, const ConcurrentKind *);
void concurrent_destroy(ConcurrentFuture *);    /* all but the memory */

bool concurrent_start(ConcurrentFuture *);      /* false: it was cancelled */
void concurrent_complete(ConcurrentFuture *, int error, Value);

/* ---- Listening ---- */
void concurrent_listen(ConcurrentFuture *, Listener *);
void concurrent_unlisten(ConcurrentFuture *, Listener *);

#endif
