/* queue.h - values on their way from some tasks to others.
 *
 * The counterpart of asyncio.Queue, LifoQueue and PriorityQueue.  A queue with
 * a size makes those wait who put faster than others get. */
#ifndef QUEUE_H
#define QUEUE_H

#include "../07_sync/event.h"

/* ---- Making ---- */
typedef struct Queue Queue;
typedef int Compare(Value a, Value b);    /* < 0: a comes out first */

/* With room for maxsize values, or, if that is 0, for all there will be.  First
 * in, first out; last in, first out; the smallest first (NULL: by .i), equal
 * ones first in, first out.  NULL: no memory. */
Queue *queue_new(size_t maxsize);
Queue *lifo_queue_new(size_t maxsize);
Queue *priority_queue_new(size_t maxsize, Compare *);

/* What is still in it is dropped; whoever still waits for it gets E_RUNTIME.
 * NULL is ignored. */
void queue_free(Queue *);

/* ---- In and out ---- */
/* Waits while it is full, or empty.  The task that has waited longest is woken
 * first; if the value is gone when it runs, it waits again, behind the others.
 * E_QUEUE_SHUTDOWN; E_CANCELLED: nothing went in or out; E_RUNTIME: outside a
 * task; a put that did not have to wait: ENOMEM. */
SUSPENDS int queue_put(Queue *, Value);
SUSPENDS int queue_get(Queue *, Value *);    /* NULL: the value is dropped */

/* At once, from anywhere in its loop's thread: E_QUEUE_FULL, E_QUEUE_EMPTY. */
int queue_put_nowait(Queue *, Value);
int queue_get_nowait(Queue *, Value *);

/* ---- Work that is done ---- */
/* For a value that came out, once.  E_VALUE: more often than values went in. */
int queue_task_done(Queue *);

/* Waits until that was said of all that went in. */
SUSPENDS int queue_join(Queue *);

/* ---- The end ---- */
/* From now on E_QUEUE_SHUTDOWN for each put, and for each get once it is empty,
 * also for those who wait.  Immediate: what is in it is dropped, and counts as
 * done. */
void queue_shutdown(Queue *, bool immediate);

/* ---- Asking ---- */
size_t queue_qsize(Queue *);      /* how many are in it */
size_t queue_maxsize(Queue *);
bool queue_empty(Queue *);
bool queue_full(Queue *);         /* a put would have to wait */

#endif
