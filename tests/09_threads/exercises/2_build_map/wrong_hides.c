/* wrong: an error hides the cancellation that came after it */
#include "map.h"

#include <errno.h>
#include <stdlib.h>

#include "../../../06_gather/gather.h"
#include "../../../06_gather/wait.h"

/* ---- All of it ---- */
typedef struct Map {
    Loop *loop;
    WorkFn *function;
    void **args;
    Value *results;
    size_t n, next;
    size_t failed;    /* the first in the array that has; n: none */
    int error;        /* its error */
    bool is_over;     /* nothing more is handed over */
} Map;

static void fail(Map *map, size_t i, int error)
{
    map->is_over = true;
    if (i >= map->failed)
        return;
    map->failed = i;
    map->error = error;
}

/* ---- One call ---- */
/* E_CANCELLED: we were; the call has returned nevertheless. */
static SUSPENDS int wait_for(Future *future)
{
    int err = 0;
    async_shield(future, NULL);
    while (!future_done(future)) {
        err = E_CANCELLED;
        async_shield(future, NULL);
    }
    return err;
}

static SUSPENDS int call(Map *map, size_t i)
{
    Future *future = loop_run_in_executor(map->loop, NULL, map->function,
                                          map->args[i]);
    if (future == NULL) {
        fail(map, i, errno);
        return 0;
    }
    int cancelled = wait_for(future);
    int err = future_result(future, &map->results[i]);
    if (err != 0)
        fail(map, i, err);
    future_release(future);
    return cancelled;
}

static int work(void *arg, Value *result)
{
    Map *map = arg;
    int err = 0;
    while (err == 0 && !map->is_over && map->next < map->n)
        err = call(map, map->next++);
    map->is_over |= err != 0;
    return err;
}

/* ---- All calls ---- */
SUSPENDS int map_in_threads(WorkFn *function, void *args[], Value results[],
                            size_t n, size_t limit)
{
    Map map = { async_get_running_loop(), function, args, results, n,
                .failed = n };
    size_t workers = limit < n ? limit : n;
    if (limit == 0)
        return E_VALUE;
    for (size_t i = 0; i < n; i++)
        results[i] = (Value){ .i = 0 };
    Call *calls = malloc((workers + 1) * sizeof *calls);
    if (calls == NULL)
        return ENOMEM;
    for (size_t i = 0; i < workers; i++)
        calls[i] = (Call){ work, &map };
    int err = async_gather_calls(calls, workers, NULL, 0);
    free(calls);
    return map.error != 0 ? map.error : err;
}
