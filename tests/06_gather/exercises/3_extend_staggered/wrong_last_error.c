/* wrong: the error is that of the last, not E_GROUP */
#include "staggered.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* ---- A race ---- */
typedef struct Race {
    const Call *calls;
    size_t n, begun, winner;    /* n: none has won */
    Task **running;             /* so many */
    size_t *places;             /* where they stand among the calls */
    size_t count;
    Outcome *outcomes;
    double delay, next;         /* when another one begins, if none ends */
} Race;

/* ---- Beginning ---- */
static int begin_one(Race *race)
{
    const Call *call = &race->calls[race->begun];
    if (race->begun == race->n)
        return 0;
    Task *task = async_create_task(call->fn, call->arg);
    if (task == NULL)
        return errno;
    race->running[race->count] = task;
    race->places[race->count++] = race->begun++;
    race->next = loop_time(async_get_running_loop()) + race->delay;
    return 0;
}

/* ---- Ending ---- */
/* Takes one that is done out, and says how it ended. */
static int take(Race *race, size_t i)
{
    Task *task = race->running[i];
    Outcome *outcome = &race->outcomes[race->places[i]];
    outcome->error = task_result(task, &outcome->value);
    if (outcome->error == 0 && race->winner == race->n)
        race->winner = race->places[i];
    task_release(task);
    for (race->count--; i < race->count; i++) {
        race->running[i] = race->running[i + 1];
        race->places[i] = race->places[i + 1];
    }
    return outcome->error;
}

/* Each that has failed makes room for another one. */
static int take_those_done(Race *race)
{
    int err = 0;
    for (size_t i = 0; i < race->count; ) {
        if (!task_done(race->running[i]))
            i++;
        else if (take(race, i) != 0 && race->winner == race->n && err == 0)
            err = begin_one(race);
    }
    return err;
}

/* ---- Racing ---- */
static SUSPENDS int wait_for_news(Race *race)
{
    double left = INFINITY;
    if (race->begun < race->n)
        left = race->next - loop_time(async_get_running_loop());
    int err = async_wait(race->running, race->count, left, FIRST_COMPLETED);
    if (err == 0)
        err = take_those_done(race);
    return err;
}

static SUSPENDS int run(Race *race)
{
    Loop *loop = async_get_running_loop();
    int err = begin_one(race);
    while (err == 0 && race->count > 0 && race->winner == race->n) {
        err = wait_for_news(race);
        if (err == 0 && race->winner == race->n &&
            loop_time(loop) >= race->next)
            err = begin_one(race);
    }
    return err;
}

/* ---- Afterwards ---- */
/* 0, or E_CANCELLED if we were meanwhile.  Without memory to wait with, it
 * looks again a turn later. */
static SUSPENDS int end_all(Race *race)
{
    size_t winner = race->winner;
    int err = 0;
    for (size_t i = 0; i < race->count; i++)
        task_cancel(race->running[i]);
    while (race->count > 0) {
        int waited = async_wait(race->running, race->count, INFINITY,
                                ALL_COMPLETED);
        if (waited == ENOMEM)
            waited = async_sleep(0);
        if (waited == E_CANCELLED)
            err = E_CANCELLED;
        for (size_t i = race->count; i-- > 0; )
            if (task_done(race->running[i]))
                take(race, i);
    }
    race->winner = winner;
    return err;
}

static SUSPENDS int run_to_the_end(Race *race)
{
    int err = run(race);
    int ended = end_all(race);
    if (ended != 0)
        err = ended;
    if (err != 0)
        race->winner = race->n;
    else if (race->winner == race->n)
        err = race->outcomes[race->n - 1].error;
    return err;
}

/* ---- All of it ---- */
SUSPENDS int staggered_race(const Call calls[], size_t n, double delay,
                            size_t *winner, Outcome outcomes[])
{
    if (n == 0 || !(delay >= 0))
        return E_VALUE;
    if (async_current_task() == NULL)
        return E_RUNTIME;
    Race race = { calls, n, 0, n, calloc(n, sizeof *race.running),
                  calloc(n, sizeof *race.places), 0, outcomes, delay, 0 };
    for (size_t i = 0; i < n; i++)
        outcomes[i] = (Outcome){ .error = E_INVALID_STATE };
    int err = ENOMEM;
    if (race.running != NULL && race.places != NULL)
        err = run_to_the_end(&race);
    *winner = race.winner;
    free(race.running);
    free(race.places);
    return err;
}
