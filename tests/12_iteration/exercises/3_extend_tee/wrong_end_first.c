/* wrong: once the source has ended, nobody gets what is kept */
#include "tee.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "../../../06_gather/wait.h"

/* ---- A tee ---- */
typedef struct Branch {
    Tee *tee;
    size_t taken;        /* so many values of the source */
    bool has_left;
} Branch;

/* Values are numbered from 0; number i lies at ring[i % room]. */
struct Tee {
    AsyncIterator source;
    Task *asking;        /* NULL: the source is not asked */
    Event changed;       /* look again; never set for long */
    size_t come;         /* so many values */
    int end;             /* what the source ended with; 0: it has not */
    Value *ring;
    size_t room, n;
    Branch branch[];
};

Tee *tee_new(AsyncIterator source, size_t n, size_t room)
{
    if (n == 0 || room == 0) {
        errno = E_VALUE;
        return NULL;
    }
    Tee *tee = calloc(1, sizeof *tee + n * sizeof *tee->branch);
    Value *ring = calloc(room, sizeof *ring);
    if (tee == NULL || ring == NULL) {
        free(tee);
        free(ring);
        errno = ENOMEM;
        return NULL;
    }
    tee->source = source;
    tee->ring = ring;
    tee->room = room;
    tee->n = n;
    for (size_t i = 0; i < n; i++)
        tee->branch[i] = (Branch){ .tee = tee };
    return tee;
}

/* ---- The source ---- */
static void tell(Tee *tee)
{
    event_set(&tee->changed);
    event_clear(&tee->changed);
}

static int ask(void *arg, Value *result)
{
    Tee *tee = arg;
    Value value = { .i = 0 };
    int err = async_next(tee->source, &value);
    if (err == 0)
        tee->ring[tee->come++ % tee->room] = value;
    tee->end = err;
    task_release(tee->asking);    /* the loop has its own reference */
    tee->asking = NULL;
    tell(tee);
    return 0;
}

/* What the slowest branch has taken. */
static size_t slowest(Tee *tee)
{
    size_t least = tee->come;
    for (size_t i = 0; i < tee->n; i++)
        if (!tee->branch[i].has_left && tee->branch[i].taken < least)
            least = tee->branch[i].taken;
    return least;
}

/* If it can be, and is not already. */
static int ask_source(Tee *tee)
{
    if (tee->asking != NULL || tee->come - slowest(tee) == tee->room)
        return 0;
    tee->asking = async_create_task(ask, tee);
    return tee->asking != NULL ? 0 : errno;
}

/* ---- Branches ---- */
static SUSPENDS int next(void *self, Value *value)
{
    Branch *branch = self;
    Tee *tee = branch->tee;
    if (branch->has_left)
        return E_STOP_ITERATION;
    if (tee->end != 0)
        return tee->end;
    while (branch->taken == tee->come) {
        if (tee->end != 0)
            return tee->end;
        int err = ask_source(tee);
        if (err == 0)
            err = event_wait(&tee->changed);
        if (err != 0)
            return err;
    }
    bool was_full = tee->come - slowest(tee) == tee->room;
    *value = tee->ring[branch->taken++ % tee->room];
    if (was_full)
        tell(tee);
    return 0;
}

AsyncIterator tee_branch(Tee *tee, size_t i)
{
    return async_iter(next, &tee->branch[i]);
}

void tee_leave(Tee *tee, size_t i)
{
    tee->branch[i].has_left = true;
    tell(tee);
}

/* ---- Closing ---- */
/* Without memory to wait with, it looks again a turn later. */
static SUSPENDS int wait_for_end(Task *task)
{
    int err = 0;
    while (!task_done(task)) {
        int waited = async_wait(&task, 1, INFINITY, ALL_COMPLETED);
        if (waited == ENOMEM)
            waited = async_sleep(0);
        if (waited != 0)
            err = waited;
    }
    return err;
}

SUSPENDS int tee_close(Tee *tee)
{
    int err = 0;
    if (tee == NULL)
        return 0;
    if (tee->asking != NULL) {
        Task *task = future_retain(tee->asking);
        task_cancel(task);
        err = wait_for_end(task);
        task_release(tee->asking);    /* which has not begun */
        task_release(task);
    }
    free(tee->ring);
    free(tee);
    return err;
}
