/* wrong: one that fails has not won */
#include "race.h"

#include <errno.h>

typedef struct Race {
    Task **tasks;
    size_t n;
    size_t callbacks;    /* that have not run */
    size_t winner;       /* n: none yet */
    Future *won;
} Race;

/* ---- Being told ---- */
static void on_done(Future *task, void *arg)
{
    Race *race = arg;
    race->callbacks--;
    future_error(task);    /* asked for: it is not reported */
    if (race->winner < race->n || (future_error(task) != 0 && race->callbacks))
        return;
    for (race->winner = 0; race->tasks[race->winner] != task; )
        race->winner++;
    if (!future_done(race->won))    /* it may be cancelled */
        future_set_result(race->won, (Value){ .p = NULL });
}

/* ---- The end ---- */
static void cancel_all(Race *race)
{
    for (size_t i = 0; i < race->n; i++)
        task_cancel(race->tasks[i]);
}

/* A callback may be on its way although its task is done: it has a turn. */
static SUSPENDS void wait_for_one(Race *race)
{
    for (size_t i = 0; i < race->n; i++)
        if (!task_done(race->tasks[i])) {
            await(race->tasks[i], NULL);
            return;
        }
    async_sleep(0);
}

/* Who waits here may be cancelled, and so may what ends here: errors do not say
 * which of the two. */
static SUSPENDS bool wait_for_all(Race *race)
{
    Task *self = async_current_task();
    int before = task_cancelling(self);
    while (race->callbacks > 0)
        wait_for_one(race);
    return task_cancelling(self) == before;
}

/* ---- The beginning ---- */
static bool watch_all(Race *race)
{
    for (size_t i = 0; i < race->n; i++) {
        if (future_add_done_callback(race->tasks[i], on_done, race) != 0)
            return false;
        race->callbacks++;
    }
    return true;
}

static SUSPENDS int give_up(Race *race)
{
    for (size_t i = 0; i < race->n; i++)
        race->callbacks -=
            future_remove_done_callback(race->tasks[i], on_done, race);
    while (race->callbacks > 0)
        async_sleep(0);
    return ENOMEM;
}

/* ---- All of it ---- */
static SUSPENDS int run(Race *race, size_t *winner, Value *result)
{
    const Value nothing = { .p = NULL };
    if (!watch_all(race))
        return give_up(race);
    int err = await(race->won, NULL);
    cancel_all(race);
    if (!wait_for_all(race) || err == E_CANCELLED)
        race->winner = race->n;
    if (winner != NULL)
        *winner = race->winner;
    if (race->winner < race->n)
        return task_result(race->tasks[race->winner], result);
    if (result != NULL)
        *result = nothing;
    return E_CANCELLED;
}

SUSPENDS int race(Task *tasks[], size_t n, size_t *winner, Value *result)
{
    Loop *loop = async_get_running_loop();
    if (n == 0)
        return E_VALUE;
    if (async_current_task() == NULL)
        return E_RUNTIME;
    Race running = { tasks, n, 0, n, future_new(loop) };
    if (running.won == NULL)
        return ENOMEM;
    int err = run(&running, winner, result);
    future_release(running.won);
    return err;
}
