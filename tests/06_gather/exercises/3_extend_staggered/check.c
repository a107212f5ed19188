/* Time is virtual. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/03_futures/report.h"
#include "../../../../code/06_gather/exercises/3_extend_staggered/staggered.h"

#include <math.h>

/* ---- What is called ---- */
enum { CALLS = 5 };

typedef struct Plan {
    double time;         /* seconds that it takes */
    int error;           /* that it ends with */
    double cleanup;      /* when it is cancelled; then it returns E_CANCELLED */
    bool is_stubborn;    /* or 0 */
    double began, ended;
    int begun, cancelled;    /* how often */
} Plan;

static Loop *loop;
static Plan plans[CALLS];
static int running, reports;

/* Sleeps to the end of its cleanup, also if it is cancelled once more. */
static void clean_up(Plan *plan)
{
    double end = loop_time(loop) + plan->cleanup;
    while (loop_time(loop) < end - 0.001)
        if (async_sleep(end - loop_time(loop)) != 0)
            plan->cancelled++;
}

static int call(void *arg, Value *result)
{
    Plan *plan = arg;
    plan->begun++;
    plan->began = loop_time(loop);
    running++;
    int err = async_sleep(plan->time);
    if (err != 0) {
        plan->cancelled++;
        clean_up(plan);
    }
    running--;
    plan->ended = loop_time(loop);
    result->i = plan - plans + 1;
    return err != 0 && !plan->is_stubborn ? err : plan->error;
}

/* ---- Who races ---- */
typedef struct Race {
    size_t n;
    double delay;
    size_t winner;
    double ended;
} Race;

static Race race;
static Outcome outcomes[CALLS];

static int run_race(void *arg, Value *result)
{
    Call calls[CALLS];
    for (int i = 0; i < CALLS; i++)
        calls[i] = (Call){ call, &plans[i] };
    int err = staggered_race(calls, race.n, race.delay, &race.winner,
                             outcomes);
    race.ended = loop_time(loop);
    CHECK_INT(running, 0);
    return err;
}

static void count_report(Loop *of, const ErrorContext *context, void *arg)
{
    reports++;
}

/* Each takes a second and succeeds. */
static void set_up(size_t n, double delay)
{
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    loop_set_exception_handler(loop, count_report, NULL);
    for (int i = 0; i < CALLS; i++)
        plans[i] = (Plan){ .time = 1 };
    race = (Race){ n, delay, 99, 0 };
    running = reports = 0;
}

/* Cancelled at each of two times. */
static void run_and_cancel(int err, double first, double second)
{
    Task *task = loop_create_task(loop, run_race, NULL);
    CHECK(task != NULL);
    CHECK(loop_call_at(loop, first, future_cancel_callback, task) != 0);
    CHECK(loop_call_at(loop, second, future_cancel_callback, task) != 0);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), err);
    task_release(task);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
}

static void run(int err)
{
    run_and_cancel(err, INFINITY, INFINITY);
}

/* The first `begun` of the n began, the last of them at this time. */
static void check_race(size_t winner, int begun, double last, double ended)
{
    CHECK_INT(race.winner, winner);
    CHECK_DOUBLE(race.ended, ended, 0.01);
    for (int i = 0; i < (int)race.n; i++) {
        CHECK_INT(plans[i].begun, i < begun);
        if (i >= begun)
            CHECK_INT(outcomes[i].error, E_INVALID_STATE);
    }
    CHECK_DOUBLE(plans[begun - 1].began, last, 0.01);
    CHECK_INT(reports, 0);
    CHECK_INT(loop->users, 1);
    loop_free(loop);
}

static void check_outcome(int i, int error)
{
    CHECK_INT(outcomes[i].error, error);
    if (error != E_CANCELLED)
        CHECK_INT(outcomes[i].value.i, i + 1);
}

/* ---- The tests ---- */
TEST_FOR(1, another_one_begins_after_the_delay)
{
    HINT("wait for the first that ends, but not longer than until the next");
    set_up(3, 2);    /* nobody else is needed */
    run(0);
    check_outcome(0, 0);
    check_race(0, 1, 0, 1);

    set_up(5, 0.25);    /* they begin at 0, 0.25, 0.5; the third one answers */
    plans[0].time = plans[1].time = 9;
    plans[2].time = 0.2;
    run(0);
    check_outcome(2, 0);
    check_outcome(1, E_CANCELLED);
    CHECK_DOUBLE(plans[1].began, 0.25, 0.01);
    check_race(2, 3, 0.5, 0.7);

    set_up(2, INFINITY);
    plans[0].time = 1000;
    run(0);
    check_race(0, 1, 0, 1000);
}

TEST_FOR(1, who_fails_makes_the_next_one_begin)
{
    HINT("at once; and the delay then runs from that beginning");
    set_up(4, 2);
    plans[0].error = ECONNREFUSED;    /* at 1 */
    plans[1].time = 9;                /* so the third one begins at 3 */
    plans[2].time = 0.5;
    run(0);
    CHECK_DOUBLE(plans[1].began, 1, 0.01);
    check_outcome(0, ECONNREFUSED);
    check_outcome(1, E_CANCELLED);
    check_race(2, 3, 3, 3.5);

    set_up(5, 0.75);    /* the first two fail at 1, and two others begin */
    plans[0].error = plans[1].error = EPIPE;
    plans[1].time = 0.25;
    plans[2].time = plans[3].time = 0.4;
    run(0);
    CHECK_DOUBLE(plans[2].began, 1, 0.01);
    check_race(2, 4, 1, 1.4);

    set_up(2, INFINITY);
    plans[0].error = E_CANCELLED;    /* as good as any other */
    run(0);
    check_outcome(0, E_CANCELLED);
    check_race(1, 2, 1, 2);
}

TEST_FOR(1, those_that_have_lost_are_cancelled_and_waited_for)
{
    HINT("has won: the first that succeeds, not the last that could not stop");
    set_up(4, 0.25);
    plans[0].time = plans[2].time = 9;
    plans[0].cleanup = 3;
    plans[0].is_stubborn = true;
    plans[1].time = 0.5;
    plans[2].cleanup = 2;
    run(0);
    check_outcome(0, 0);
    check_outcome(1, 0);
    check_outcome(2, E_CANCELLED);
    CHECK_INT(plans[0].cancelled, 1);
    CHECK_INT(plans[2].cancelled, 1);
    check_race(1, 3, 0.5, 3.75);

    set_up(2, 0.25);    /* one that has lost fails: nobody need know */
    plans[0].time = 9;
    plans[0].error = EPIPE;
    plans[0].is_stubborn = true;
    run(0);
    check_outcome(0, EPIPE);
    check_race(1, 2, 0.25, 1.25);
}

TEST_FOR(1, if_all_fail_all_errors_are_told)
{
    HINT("E_GROUP, when nobody runs any more and nobody is left to begin");
    set_up(3, 0.25);
    for (int i = 0; i < 3; i++)
        plans[i].error = E_USER + i;
    plans[0].time = 5;
    run(E_GROUP);
    for (int i = 0; i < 3; i++)
        check_outcome(i, E_USER + i);
    check_race(3, 3, 0.5, 5);

    set_up(1, 0);
    plans[0].error = E_USER;
    run(E_GROUP);
    check_race(1, 1, 0, 1);
}

TEST_FOR(1, who_is_cancelled_cancels_those_that_run)
{
    HINT("cancel them once, then wait as often as you are woken");
    set_up(4, 0.25);
    plans[0].time = plans[1].time = 9;
    plans[0].cleanup = plans[1].cleanup = 3;
    run_and_cancel(E_CANCELLED, 0.4, 2);
    check_outcome(0, E_CANCELLED);
    CHECK_INT(plans[0].cancelled, 1);
    CHECK_INT(plans[1].cancelled, 1);
    check_race(4, 2, 0.25, 3.4);

    set_up(4, 0.25);    /* one finishes its work nevertheless */
    plans[0].is_stubborn = true;
    run_and_cancel(E_CANCELLED, 0.1, INFINITY);
    check_outcome(0, 0);
    check_race(4, 1, 0, 0.1);
}

TEST_FOR(1, who_is_cancelled_when_one_has_won_is_told_so)
{
    HINT("0 means that nobody has cancelled you");
    set_up(2, 0.25);
    plans[0].time = 9;
    plans[0].cleanup = 3;    /* the other one has won at 1.25 */
    run_and_cancel(E_CANCELLED, 2, 3);
    check_outcome(1, 0);
    CHECK_INT(plans[0].cancelled, 1);
    check_race(2, 2, 0.25, 4.25);
}

TEST(what_makes_no_sense_is_refused)
{
    const Call one = { call, plans };
    static const double delays[] = { -1, NAN };
    CHECK_INT(staggered_race(&one, 1, 1, &race.winner, outcomes), E_RUNTIME);
    for (int i = 0; i < 3; i++) {
        set_up(i < 2 ? 1 : 0, i < 2 ? delays[i] : 1);
        run(E_VALUE);
        CHECK_INT(plans[0].begun, 0);
        loop_free(loop);
    }
}
