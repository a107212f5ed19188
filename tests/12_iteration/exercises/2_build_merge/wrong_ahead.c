/* wrong: each is asked again as soon as it was taken */
#include "merge.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "../../../06_gather/wait.h"

/* ---- A source ---- */
typedef struct Source {
    AsyncIterator it;
    Merge *merge;
    Task *task;              /* NULL: idle, or over */
    bool is_over;
    int err;                 /* its answer, while it is in the list */
    Value value;
    struct Source *next;     /* the one that answered after it */
} Source;

struct Merge {
    Event answered;
    Source *first, **last;   /* those that have answered, in order */
    size_t n, over;
    Source source[];
};

static int ask(void *arg, Value *result)
{
    Source *source = arg;
    Merge *merge = source->merge;
    source->err = async_next(source->it, &source->value);
    source->next = NULL;
    *merge->last = source;
    merge->last = &source->next;
    event_set(&merge->answered);
    return 0;
}

/* ---- Making ---- */
Merge *merge_new(const AsyncIterator sources[], size_t n)
{
    Merge *merge = calloc(1, sizeof *merge + n * sizeof *merge->source);
    if (merge == NULL)
        return NULL;
    merge->n = n;
    merge->last = &merge->first;
    for (size_t i = 0; i < n; i++)
        merge->source[i] = (Source){ .it = sources[i], .merge = merge };
    return merge;
}

/* ---- Asking ---- */
static int ask_idle(Merge *merge)
{
    for (Source *source = merge->source; source < merge->source + merge->n;
         source++) {
        if (source->task != NULL || source->is_over)
            continue;
        source->task = async_create_task(ask, source);
        if (source->task == NULL)
            return errno;
    }
    return 0;
}

/* The one that has answered first, which becomes idle, or over. */
static Source *take_first(Merge *merge)
{
    Source *source = merge->first;
    merge->first = source->next;
    if (merge->first == NULL)
        merge->last = &merge->first;
    task_release(source->task);
    source->task = NULL;
    source->is_over = source->err != 0;
    merge->over += source->is_over;
    return source;
}

static SUSPENDS int next(void *self, Value *value)
{
    Merge *merge = self;
    int err = ask_idle(merge);
    while (err == 0 && merge->over < merge->n) {
        event_clear(&merge->answered);
        if (merge->first == NULL)
            err = event_wait(&merge->answered);
        if (err != 0 || merge->first == NULL)
            continue;
        Source *source = take_first(merge);
        *value = source->value;
        int answer = source->err;
        if (answer == 0)
            ask_idle(merge);
        if (answer != E_STOP_ITERATION)
            return answer;
    }
    return err != 0 ? err : E_STOP_ITERATION;
}

AsyncIterator merge_iter(Merge *merge)
{
    return async_iter(next, merge);
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

SUSPENDS int merge_close(Merge *merge)
{
    int err = 0;
    if (merge == NULL)
        return 0;
    for (size_t i = 0; i < merge->n; i++)
        if (merge->source[i].task != NULL)
            task_cancel(merge->source[i].task);
    for (size_t i = 0; i < merge->n; i++) {
        Task *task = merge->source[i].task;
        if (task == NULL)
            continue;
        int waited = wait_for_end(task);
        err = waited != 0 ? waited : err;
        task_release(task);
    }
    free(merge);
    return err;
}
