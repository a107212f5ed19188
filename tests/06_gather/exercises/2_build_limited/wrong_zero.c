/* wrong: a limit of 0 is taken for 1 */
#include "limited.h"

#include <errno.h>
#include <stdlib.h>

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
        limit = 1;
    if (async_current_task() == NULL)
        return E_RUNTIME;
    if (n == 0)
        return 0;
    size_t count = limit < n ? limit : n;
    Call *workers = calloc(count, sizeof *workers);
    if (workers == NULL)
        return ENOMEM;
    for (size_t i = 0; i < count; i++)
        workers[i] = (Call){ work, &line };
    begin_line(&line);
    int err = async_gather_calls(workers, count, NULL, RETURN_EXCEPTIONS);
    free(workers);
    return err;
}
