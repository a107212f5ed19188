/* waiters.h - tasks that wait for one thing each and tell how it went: the
 * story has "a" for the first if it went on, "a!" if it was cancelled, "a~" if
 * its time was over, "a?" for any other error. */
#ifndef WAITERS_H
#define WAITERS_H

#include "../../code/06_gather/timeout.h"
#include "../05_tasks/tasks.h"

/* ---- One who waits ---- */
typedef int Wait(void *thing);

typedef struct One {
    Wait *wait;
    void *thing;
    double limit;    /* 0: none */
    int err;
    Task *task;
    char name[4];
} One;

enum { ONES_MAX = 26 };

static One ones[ONES_MAX];
static int one_count;

static inline int wait_and_tell(void *arg, Value *result)
{
    One *one = arg;
    Timeout timeout;
    if (one->limit > 0)
        CHECK_INT(timeout_enter(&timeout, one->limit), 0);
    int err = one->wait(one->thing);
    if (one->limit > 0)
        err = timeout_exit(&timeout, err);
    one->err = err;
    one->name[1] = err == 0 ? '\0' : err == E_CANCELLED ? '!'
                 : err == E_TIMEOUT ? '~' : '?';
    tell(one->name);
    return 0;
}

static inline One *new_one(Loop *loop, Wait *wait, void *thing, double limit)
{
    CHECK(one_count < ONES_MAX);
    One *one = &ones[one_count];
    *one = (One){ .wait = wait, .thing = thing, .limit = limit };
    one->name[0] = (char)('a' + one_count++);
    one->task = new_task(loop, wait_and_tell, one);
    return one;
}

/* ---- Several ---- */
/* In the running loop; afterwards they wait. */
static inline void let_wait(int count, Wait *wait, void *thing)
{
    while (count-- > 0)
        new_one(async_get_running_loop(), wait, thing, 0);
    pause_turns(2);
}

static inline void let_wait_for(double limit, Wait *wait, void *thing)
{
    new_one(async_get_running_loop(), wait, thing, limit);
    pause_turns(2);
}

/* Until all that can be told has been. */
static inline void settle(const char *wanted)
{
    pause_turns(8);
    CHECK_STR(story, wanted);
}

static inline void drop_ones(void)
{
    for (int i = 0; i < one_count; i++)
        task_release(ones[i].task);
    one_count = 0;
    story[0] = '\0';
}

/* All must have ended. */
static inline void end_ones(const char *wanted)
{
    settle(wanted);
    for (int i = 0; i < one_count; i++)
        CHECK(task_done(ones[i].task));
    drop_ones();
}

/* ---- Loops that close ---- */
static inline void say_nothing(Loop *loop, const ErrorContext *context,
                               void *arg)
{
}

/* Its tasks will fall when it closes. */
static inline Loop *silent_loop(void)
{
    Loop *loop = ordered_loop();
    loop_set_exception_handler(loop, say_nothing, NULL);
    return loop;
}

#endif
