/* gathers.h - what the tests of gather, wait, as_completed and shield share:
 * workers that sleep and then end as they were told, and who waits for them. */
#ifndef GATHERS_H
#define GATHERS_H

#include "../../code/02_callbacks/loop_inside.h"
#include "../../code/06_gather/gather.h"
#include "../../code/06_gather/wait.h"
#include "../05_tasks/tasks.h"

/* ---- Workers ---- */
/* Sleeps, and returns `value` or fails with it.  If it is cancelled, it tells
 * its name, cleans up and ends with `cancelled`; 0: it swallows that. */
typedef struct Worker {
    double delay;
    int error;
    int value;
    int cancelled;
    double cleanup;
    const char *name;
} Worker;

static inline int work(void *arg, Value *result)
{
    Worker *worker = arg;
    int err = async_sleep(worker->delay);
    result->i = worker->value;
    if (err == 0)
        return worker->error;
    CHECK_INT(err, E_CANCELLED);
    if (worker->name != NULL)
        tell(worker->name);
    if (worker->cleanup > 0 && async_sleep(worker->cleanup) != 0)
        tell("interrupted");
    return worker->cancelled;
}

static inline void begin_all(Task *tasks[], Worker workers[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        tasks[i] = begin(work, &workers[i]);
}

static inline void new_futures(Future *futures[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        futures[i] = new_future();
}

static inline void release_all(Future *futures[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        future_release(futures[i]);
}

/* ---- A task that gathers ---- */
typedef struct Gathering {
    Future **futures;
    size_t n;
    Outcome *outcomes;
    int flags;
    int error;       /* what it returned, and when */
    double ended;
} Gathering;

static inline int gather(void *arg, Value *result)
{
    Gathering *gathering = arg;
    gathering->error = async_gather(gathering->futures, gathering->n,
                                    gathering->outcomes, gathering->flags);
    gathering->ended = now();
    return gathering->error;
}

/* ---- What is kept ---- */
/* Places in the ready queue that the running loop has promised: to each timer,
 * and to whoever may be woken. */
static inline size_t promised(void)
{
    return async_get_running_loop()->ready.reserved;
}

/* ---- Turns ---- */
typedef struct Turns {
    int count;
    bool is_over;
} Turns;

static inline void count_turn(void *arg)
{
    Turns *turns = arg;
    turns->count++;
    if (!turns->is_over)
        CHECK(loop_call_soon(async_get_running_loop(), count_turn, turns) != 0);
}

/* Counts from the next turn on. */
static inline void count_turns(Turns *turns)
{
    *turns = (Turns){ 0 };
    CHECK(loop_call_soon(async_get_running_loop(), count_turn, turns) != 0);
}

static inline int turns_passed(Turns *turns)
{
    turns->is_over = true;
    int count = turns->count;
    pause_turns(2);    /* now nobody points to it */
    return count;
}

#endif
