/* wrong: who is cancelled does not wait for the end */
#include "limited.h"

#include <errno.h>
#include <stdlib.h>

#include "../../wait.h"

/* ---- The line ---- */
typedef struct Line {
    const Call *calls;
    size_t n, next;
    Outcome *outcomes;
} Line;

static void begin_line(Line *line)
{
    const Outcome never_began = { .error = E_CANCELLED };
    for (size_t i = 0; i < line->n; i++)
        line->outcomes[i] = never_began;
}

/* ---- A worker ---- */
/* What a call returned does not tell if the worker was cancelled: the count of
 * requests does. */
static int work(void *arg, Value *result)
{
    Line *line = arg;
    Task *self = async_current_task();
    while (line->next < line->n && task_cancelling(self) == 0) {
        size_t i = line->next++;
        Outcome *outcome = &line->outcomes[i];
        outcome->error = line->calls[i].fn(line->calls[i].arg, &outcome->value);
    }
    return 0;
}

/* ---- All of it ---- */
SUSPENDS int gather_limited(const Call calls[], size_t n, size_t limit,
                            Outcome outcomes[])
{
    Line line = { calls, n, 0, outcomes };
    if (limit == 0)
        return E_VALUE;
    if (async_current_task() == NULL)
        return E_RUNTIME;
    if (n == 0)
        return 0;
    size_t count = limit < n ? limit : n;
    Task **workers = calloc(count, sizeof *workers);
    if (workers == NULL)
        return ENOMEM;
    begin_line(&line);
    for (size_t i = 0; i < count; i++)
        workers[i] = async_create_task(work, &line);
    int err = async_wait(workers, count, 1e9, ALL_COMPLETED);
    for (size_t i = 0; i < count; i++) {
        task_cancel(workers[i]);
        task_release(workers[i]);
    }
    free(workers);
    return err;
}
