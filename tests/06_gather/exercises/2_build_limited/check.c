/* Time is virtual. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/06_gather/exercises/2_build_limited/limited.h"

#include <math.h>

/* ---- What is called ---- */
enum { MANY = 200 };

/* Call i takes times[i] seconds and ends with errors[i] and i + 1. */
static struct {
    double times[MANY], began[MANY];
    int errors[MANY];
    double cleanup;              /* seconds, when it is cancelled */
    bool keeps_quiet;            /* returns 0 then */
    int begun, ended, running, most;
    size_t most_tasks;
} seen;

static Loop *loop;
static Outcome outcomes[MANY];

static void look(void)
{
    size_t tasks = async_all_tasks(loop, NULL, 0);
    if (seen.running > seen.most)
        seen.most = seen.running;
    if (tasks > seen.most_tasks)
        seen.most_tasks = tasks;
}

static int call(void *arg, Value *result)
{
    int i = (int)((double *)arg - seen.times);
    CHECK_INT(i, seen.begun);    /* in order */
    CHECK_PTR(result->p, NULL);
    seen.began[seen.begun++] = loop_time(loop);
    seen.running++;
    look();
    int err = async_sleep(seen.times[i]);
    if (err != 0)
        CHECK_INT(async_sleep(seen.cleanup), 0);
    seen.running--;
    seen.ended++;
    result->i = i + 1;
    return err != 0 && !seen.keeps_quiet ? err : seen.errors[i];
}

/* ---- Who calls ---- */
typedef struct Given {
    int n, limit;
} Given;

static Given given;

static int gather(void *arg, Value *result)
{
    Call calls[MANY];
    for (int i = 0; i < given.n; i++)
        calls[i] = (Call){ call, &seen.times[i] };
    return gather_limited(calls, (size_t)given.n, (size_t)given.limit,
                          outcomes);
}

static void set_up(int n, int limit)
{
    unsetenv("WEFT_SHUFFLE");    /* they begin in order */
    loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    memset(&seen, 0, sizeof seen);
    for (int i = 0; i < MANY; i++) {
        seen.times[i] = 1;
        outcomes[i] = (Outcome){ E_USER + 200, { .i = -1 } };
    }
    given = (Given){ n, limit };
}

static double run_and_cancel(int err, double when)
{
    Task *task = loop_create_task(loop, gather, NULL);
    CHECK(task != NULL);
    CHECK(loop_call_at(loop, when, future_cancel_callback, task) != 0);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), err);
    task_release(task);
    CHECK_INT(seen.running, 0);
    CHECK_INT(seen.ended, seen.begun);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
    return loop_time(loop);
}

static double run(int err)
{
    return run_and_cancel(err, INFINITY);
}

static void check_outcome(int i, int error, int value)
{
    CHECK_INT(outcomes[i].error, error);
    CHECK_INT(outcomes[i].value.i, value);
}

static void tear_down(void)
{
    CHECK_INT(loop->users, 1);
    loop_free(loop);
}

/* ---- The tests ---- */
TEST_FOR(1, the_outcomes_are_in_the_order_of_the_calls)
{
    HINT("which call a worker makes decides which outcome is written");
    set_up(9, 3);
    for (int i = 0; i < 9; i++)
        seen.times[i] = 9 - i;
    run(0);
    for (int i = 0; i < 9; i++)
        check_outcome(i, 0, i + 1);
    check_outcome(9, E_USER + 200, -1);
    tear_down();
}

TEST_FOR(1, the_next_begins_when_one_has_ended)
{
    HINT("who is free takes the next call, whoever made the last one");
    static const double times[] = { 10, 1, 2, 3, 1, 1, 1 };
    static const double began[] = { 0, 0, 1, 3, 6, 7, 8 };
    set_up(7, 2);
    memcpy(seen.times, times, sizeof times);
    CHECK_DOUBLE(run(0), 10, 0.01);
    for (int i = 0; i < 7; i++)
        CHECK_DOUBLE(seen.began[i], began[i], 0.01);
    CHECK_INT(seen.most, 2);
    tear_down();

    set_up(MANY, 4);
    CHECK_DOUBLE(run(0), MANY / 4, 0.01);
    CHECK_INT(seen.most, 4);
    CHECK(seen.most_tasks <= 4 + 1);    /* and the one that called */
    tear_down();

    set_up(3, 1000000);
    CHECK_DOUBLE(run(0), 1, 0.01);
    CHECK(seen.most_tasks <= 3 + 1);
    tear_down();
}

TEST_FOR(1, what_one_returns_does_not_matter_to_the_others)
{
    HINT("E_CANCELLED from a call is no reason to stop; being cancelled is");
    set_up(20, 2);
    for (int i = 0; i < 20; i++)
        seen.errors[i] = i % 3 == 0 ? 0 : i % 3 == 1 ? E_USER + i : E_CANCELLED;
    CHECK_DOUBLE(run(0), 10, 0.01);
    CHECK_INT(seen.begun, 20);
    for (int i = 0; i < 20; i++)
        check_outcome(i, seen.errors[i], i + 1);
    tear_down();
}

TEST_FOR(1, who_is_cancelled_begins_no_more_and_waits_for_the_rest)
{
    HINT("task_cancelling() tells a worker what its call may have kept back");
    for (int quiet = 0; quiet < 2; quiet++) {
        set_up(10, 3);
        seen.times[2] = 0.5;
        seen.cleanup = 2;
        seen.keeps_quiet = quiet;
        double ended = run_and_cancel(E_CANCELLED, 0.7);
        CHECK_DOUBLE(ended, 2.7, 0.01);
        CHECK_INT(seen.begun, 4);
        for (int i = 0; i < 4; i++)
            check_outcome(i, i == 2 || quiet ? 0 : E_CANCELLED, i + 1);
        for (int i = 4; i < 10; i++)
            check_outcome(i, E_CANCELLED, 0);
        tear_down();
    }
    set_up(10, 3);    /* before the first has begun */
    run_and_cancel(E_CANCELLED, 0);
    CHECK_INT(seen.begun, seen.ended);
    CHECK(seen.begun <= 3);
    for (int i = 0; i < 10; i++)
        CHECK_INT(outcomes[i].error, E_CANCELLED);
    tear_down();
}

TEST_FOR(1, what_makes_no_sense_is_refused)
{
    HINT("no calls: that is success, at once");
    set_up(3, 0);
    run(E_VALUE);
    CHECK_INT(seen.begun, 0);
    given = (Given){ 0, 3 };
    run(0);
    const Call one = { call, seen.times };
    CHECK_INT(gather_limited(&one, 1, 1, outcomes), E_RUNTIME);
    CHECK_INT(seen.begun, 0);
    tear_down();
}
