/* selector.h - one wait for many descriptors, over select().
 *
 * The counterpart of Python's `selectors` module.  A descriptor is registered
 * at most once, and reported as ready again and again for as long as it is.  A
 * selector belongs to the process that made it: after fork() the child makes
 * its own. */
#ifndef SELECTOR_H
#define SELECTOR_H

/* ---- What is watched ---- */
enum { EVENT_READ = 1, EVENT_WRITE = 2 };

typedef struct SelectorKey {
    int fd;
    int events;    /* EVENT_READ, EVENT_WRITE, or both */
    void *data;    /* the caller's own, handed back untouched */
} SelectorKey;

typedef struct Selector Selector;

/* ---- Results ---- */
/* Every int result is 0, an errno value, or one of the E_ codes, which begin
 * past all errno values.  Later layers add theirs; this one needs one. */
enum { E_VALUE = 4101 };    /* Python's ValueError */

/* ---- Making and freeing ---- */
/* selectors.DefaultSelector().  NULL: out of memory. */
Selector *selector_new(void);

/* close().  The descriptors stay open: they are their owners'. */
void selector_free(Selector *);

/* ---- Watching ---- */
/* Watches fd, open and not yet registered, for `events`: EVENT_READ,
 * EVENT_WRITE, or both.  Unregister it before you close it.
 * E_VALUE: no such events.  EEXIST: registered already.  EBADF: not open.
 * ERANGE: select() cannot watch so high a number.  ENOMEM.  They change
 * nothing. */
int selector_register(Selector *, int fd, int events, void *data);

/* Replaces events and data.  E_VALUE: as above.  ENOENT: not registered. */
int selector_modify(Selector *, int fd, int events, void *data);

/* Watches fd no more; works on a closed one, too.  ENOENT: not registered. */
int selector_unregister(Selector *, int fd);

/* ---- Waiting ---- */
/* Waits until a descriptor is ready, or for `timeout` seconds: rounded up, but
 * a day at most; INFINITY: without end; 0 or less: not at all.
 * ready[0] to ready[*count - 1] then say what a moment ago could be done
 * without blocking.  `ready` has room for max of them; after a full answer the
 * next one starts behind the last descriptor reported.  *count is 0 when the
 * time is over, and may be before, for example when a signal ends the wait:
 * look at the clock.
 * A descriptor that was closed without being unregistered counts as ready, so
 * that its owner tries to use it and is told EBADF.
 * E_VALUE: a timeout of NaN, max < 1.  Else an errno value of select(). */
int selector_select(Selector *, double timeout, SelectorKey *ready, int max,
                    int *count);

#endif
