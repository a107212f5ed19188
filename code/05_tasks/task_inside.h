/* task_inside.h - the task, as its own files and the layers above see it.
 *
 * A task that is not done is running, or in the ready queue, or waits: then
 * `awaits` or `parked` says for what. */
#ifndef TASK_INSIDE_H
#define TASK_INSIDE_H

#include "../03_futures/future_inside.h"
#include "../04_coroutines/coro_inside.h"
#include "block_inside.h"
#include "context_inside.h"
#include "task.h"

/* ---- The task ---- */
typedef struct Parked Parked;
typedef struct Tasks Tasks;

struct TaskRecord {
    Future future;             /* first: a Task is a Future */
    Waiter waiter;             /* wakes it; its place is reserved */
    Coro *at;                  /* where it goes on: its own, or an inner one */
    Context *context;          /* retained; mostly its own */
    Future *awaits;            /* retained; NULL: none */
    bool must_cancel;          /* its next suspension returns E_CANCELLED */
    bool is_passing;           /* a cancellation is on its way through it */
    int cancelling;            /* requests that were not taken back */
    Parked *parked;            /* on its stack; NULL: not parked */
    Block *blocks;             /* those that it is in, innermost first */
    Coro *coro;                /* its own; NULL: it has ended */
    CoroFn *function;
    void *arg;
    Context own;
    Origin here;               /* for who watches tasks: where it was last, */
    double since;              /* and when it stopped there; -1: unknown */
    uint8_t mark;              /* 0, but while they walk over all tasks */
    Tasks *tasks;              /* all tasks of its loop: a list */
    struct TaskRecord *next, *previous;
    uint64_t number;           /* for its name */
    char *name;                /* owned; NULL: the default */
    char default_name[32];
    max_align_t copy[];        /* of the argument, if it has one */
};

extern const FutureKind task_kind;

/* NULL: it is a future, but no task. */
static inline TaskRecord *task_record(Future *future)
{
    return future->kind == &task_kind ? (TaskRecord *)future : NULL;
}

/* The same, and NULL for one that debug mode knows to be freed. */
static inline TaskRecord *task_live(Future *future)
{
    return future_is_freed(future) ? NULL : task_record(future);
}

/* ---- Waiting for what is no future ---- */
/* What differs between one thing to wait for and another; all but `what` may be
 * NULL. */
typedef struct ParkedKind {
    const char *what;            /* "sleep": for those who look */
    void (*forget)(Parked *);    /* called if the loop closes first */

    /* Passes a request to cancel on, and returns if anybody took it.  NULL: who
     * waits wakes with E_CANCELLED. */
    bool (*cancel)(Parked *, const char *message);

    /* The futures that it waits for in the end; NULL after the last. */
    Future *(*awaited)(Parked *, size_t i);
} ParkedKind;

/* Lives on the stack of who waits.  The caller sets the kind. */
struct Parked {
    const ParkedKind *kind;
    TaskRecord *task;
    int state;                   /* PENDING; FINISHED: woken; CANCELLED */
};

/* Stops the running task until task_unpark().  E_CANCELLED: `state` says if it
 * was woken, too.  E_RUNTIME: outside a task. */
SUSPENDS int task_park(Parked *);
void task_unpark(Parked *);      /* once is enough */
void task_unpark_cancelled(Parked *);
bool task_cancel_parked(Parked *, const char *message);

/* Puts the running task at the end of the ready queue. */
SUSPENDS int task_pause(void);

/* ---- Between the files ---- */
extern _Thread_local TaskRecord *task_current;

void task_wake(void *waiter);        /* the Callback that resumes a task */
void task_step(TaskRecord *);
void task_step_apart(TaskRecord *);  /* comes back at its first suspension */
Coro *task_next(Loop *);             /* who goes on: a task, or the root */
bool task_cancel_kind(Future *, const char *message);
int task_refusal(TaskRecord *, Future *);    /* why it cannot await it; or 0 */
void task_leave(TaskRecord *);       /* it awaits no longer: nobody wakes it */
void task_tear_out(TaskRecord *);    /* and it goes on, with E_CANCELLED */
void task_set_message(TaskRecord *, const char *message);
void task_drop_context(TaskRecord *);
const char *task_name(Future *);

/* ---- All of a loop ---- */
struct Tasks {
    LoopLocal local;                 /* first */
    TaskRecord *first, *last;
    size_t count;
};

Tasks *tasks_of(Loop *);             /* NULL: no memory */
void tasks_add(Tasks *, TaskRecord *);
void tasks_remove(TaskRecord *);

#endif
