/* gather.c - waiting for several at once.
 *
 * Who gathers is parked.  A request to cancel is passed on to the children, and
 * comes back with what they end with. */
#include "gather.h"

#include <errno.h>
#include <stdlib.h>

#include "children.h"

/* ---- A gather ---- */
typedef struct Gather {
    Children children;       /* first */
    TaskRecord *task;        /* who gathers */
    bool returns_errors;     /* RETURN_EXCEPTIONS */
    bool is_patient;         /* gather_calls(): waits for all of them */
    bool was_cancelled;
    bool is_late;            /* it was, after the first error: kept for later */
    int error;               /* the first */
    struct Gather *above;    /* while a request passes: see below */
    size_t passed;
    bool is_passing;
} Gather;

/* ---- A child ends ---- */
static void ended(Children *children, Future *future)
{
    Gather *gather = (Gather *)children;
    if (gather->error == 0 && !gather->returns_errors) {
        gather->error = future->error;
        if (future->state == CANCELLED)
            task_set_message(gather->task, future->message);
    }
    if ((gather->error != 0 && !gather->is_patient) ||
        children->done == children->n)
        children_over(children);
}

static int outcome_of(Gather *gather)
{
    if (gather->error != 0)
        return gather->error;
    return gather->was_cancelled ? E_CANCELLED : 0;
}

/* ---- Passing a request on ---- */
/* A child may gather, too, and so on, deeper than a stack: so only the topmost
 * gather passes on, and those below are in a list, the innermost first. */
static _Thread_local Gather *passing;

static bool has_pending(Gather *gather)
{
    Children *children = &gather->children;
    for (size_t i = 0; i < children->n; i++)
        if (children->child[i].future->state == PENDING)
            return true;
    return false;
}

static void pass_on(void)
{
    while (passing != NULL) {
        Gather *gather = passing;
        Children *children = &gather->children;
        if (gather->passed < children->n) {
            Child *child = &children->child[gather->passed++];
            future_cancel_with(child->future, gather->task->future.message);
        } else {
            gather->is_passing = false;
            passing = gather->above;
        }
    }
}

/* ---- In a circle ---- */
/* The request has come round to `first`: nobody in the circle would ever wake.
 * One that can go on without its children does, with E_CANCELLED.  There is
 * one: those that cannot have made theirs, and no task has made itself. */
static void break_circle(Gather *first)
{
    for (Gather *at = passing; ; at = at->above) {
        Future *child = at->children.child[at->passed - 1].future;
        TaskRecord *task = task_record(child);
        if (!at->is_patient) {
            task_unpark_cancelled(&at->children.parked);
            return;
        }
        if (task->awaits != NULL) {
            task_tear_out(task);
            return;
        }
        if (at == first)
            return;
    }
}

static bool cancel(Parked *parked, const char *message)
{
    Gather *gather = (Gather *)parked;
    if (gather->is_passing) {
        break_circle(gather);
        return true;
    }
    if (!has_pending(gather))
        return false;
    bool is_topmost = passing == NULL;
    gather->was_cancelled = true;
    gather->is_late = gather->error != 0;
    gather->passed = 0;
    gather->is_passing = true;
    gather->above = passing;
    passing = gather;
    if (is_topmost)
        pass_on();
    return true;
}

static const ParkedKind gather_kind = { .what = "gather",
                                        .forget = children_forget,
                                        .cancel = cancel,
                                        .awaited = children_awaited };

/* ---- What they ended with ---- */
/* Those that still run may fail later: nobody has to hear of that. */
static void take_outcomes(Gather *gather, Outcome *outcomes)
{
    for (size_t i = 0; i < gather->children.n; i++) {
        Future *future = gather->children.child[i].future;
        Outcome outcome = { .value = { .i = 0 } };
        outcome.error = future_result(future, &outcome.value);
        future->is_retrieved = true;
        if (outcomes != NULL)
            outcomes[i] = outcome;
    }
}

/* ---- Gathering ---- */
static int begin(Gather *gather, Future *futures[], size_t n)
{
    Children *children = &gather->children;
    gather->task = task_current;
    children->parked.kind = &gather_kind;
    children->ended = ended;
    int err = children_begin(children, task_current->future.loop, futures, n);
    if (err == 0)
        children_tell_done(children);
    return err;
}

/* Who is patient prefers the first error to a cancellation that came later. */
static SUSPENDS int finish(Gather *gather, Outcome *outcomes)
{
    int err = children_wait(&gather->children);
    if (err == 0)
        err = outcome_of(gather);
    else if (gather->is_patient && gather->error != 0)
        gather->is_late = true;
    if (gather->is_late && gather->error != E_CANCELLED) {
        err = gather->error;
        gather->task->must_cancel = gather->task->cancelling > 0;
    }
    take_outcomes(gather, outcomes);
    children_end(&gather->children);
    return err;
}

SUSPENDS int async_gather(Future *futures[], size_t n, Outcome outcomes[],
                          int flags)
{
    Gather gather = { .returns_errors = flags & RETURN_EXCEPTIONS };
    int err = children_refusal(futures, n);
    if (err == 0 && n > 0)
        err = begin(&gather, futures, n);
    if (err != 0 || n == 0)
        return err;
    return finish(&gather, outcomes);
}

/* ---- Tasks for calls ---- */
/* Those that are not wanted have not begun: now they never will. */
static void let_go(Task *tasks[], size_t n, bool are_wanted)
{
    for (size_t i = 0; i < n; i++) {
        if (!are_wanted)
            task_cancel(tasks[i]);
        task_release(tasks[i]);
    }
    free(tasks);
}

static int make_tasks(Task *tasks[], const Call calls[], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        tasks[i] = async_create_task(calls[i].fn, calls[i].arg);
        if (tasks[i] == NULL) {
            int err = errno == EINVAL ? E_VALUE : errno;
            let_go(tasks, i, false);
            return err;
        }
    }
    return 0;
}

/* ---- Gathering calls ---- */
static int begin_calls(Gather *gather, const Call calls[], size_t n)
{
    Task **tasks = calloc(n, sizeof *tasks);
    int err = tasks != NULL ? make_tasks(tasks, calls, n) : ENOMEM;
    if (err != 0)
        return err;
    err = begin(gather, tasks, n);
    let_go(tasks, n, err == 0);    /* the gather has its own references */
    return err;
}

SUSPENDS int async_gather_calls(const Call calls[], size_t n,
                                Outcome outcomes[], int flags)
{
    Gather gather = { .returns_errors = flags & RETURN_EXCEPTIONS,
                      .is_patient = true };
    if (task_current == NULL || n == 0)
        return task_current == NULL ? E_RUNTIME : 0;
    int err = begin_calls(&gather, calls, n);
    return err != 0 ? err : finish(&gather, outcomes);
}
