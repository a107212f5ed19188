/* Time is virtual. */
#include "../../../check.h"
#include "../../../../code/13_runtime/exercises/3_extend_supervisor/supervise.h"

enum { MOST = 3, RUNS = 16, E_DOWN = E_USER, E_DIRTY };

static Loop *loop;

static double now(void)
{
    return loop_time(loop);
}

/* ---- Services ---- */
/* Each run takes times[i] seconds, or the last one that is not 0, and ends with
 * that error; after `fails` failures it ends with 0. */
typedef struct Plan {
    double times[RUNS];
    int error, fails;
    double cleanup;         /* when it is cancelled */
    int cleanup_error;      /* 0: E_CANCELLED */
    int runs, cancelled;
    double starts[RUNS], ended;
    bool runs_now;
} Plan;

static Plan plans[MOST];
static Service services[MOST];
static const char *const names[MOST] = { "server", "client", "cleaner" };

static int serve(void *arg, Value *result)
{
    Plan *plan = arg;
    int i = plan->runs++;
    CHECK(!plan->runs_now && plan->runs < RUNS);
    CHECK_INT(result->i, 0);
    CHECK_STR(task_get_name(async_current_task()), names[plan - plans]);
    result->i = 7;
    plan->runs_now = true;
    plan->starts[i] = now();
    while (plan->times[i] <= 0)
        i--;
    int err = async_sleep(plan->times[i]);
    if (err != 0) {
        plan->cancelled++;
        CHECK_INT(async_sleep(plan->cleanup), 0);
        err = plan->cleanup_error != 0 ? plan->cleanup_error : err;
    } else if (plan->runs <= plan->fails) {
        err = plan->error;
    }
    plan->runs_now = false;
    plan->ended = now();
    return err;
}

/* ---- Who supervises them ---- */
static struct {
    Policy policy;
    size_t n;
    Task *task;            /* retained */
    const Service *culprit;
    int err;
    double ended;
    size_t tasks;
    double cancels[3];     /* when; 0: no more */
} boss;

static struct {
    int count;
    const Service *service[RUNS];
    int error[RUNS];
    double pause[RUNS];
} told;

static void tell(const Service *service, int error, double pause, void *arg)
{
    CHECK_PTR(arg, &told);
    CHECK(told.count < RUNS);
    told.service[told.count] = service;
    told.error[told.count] = error;
    told.pause[told.count++] = pause;
}

static int oversee(void *arg, Value *result)
{
    loop = async_get_running_loop();
    boss.task = async_current_task();
    for (int i = 0; i < 3 && boss.cancels[i] > 0; i++)
        CHECK(loop_call_later(loop, boss.cancels[i], future_cancel_callback,
                              boss.task) != 0);
    double begun = now();
    boss.culprit = &services[MOST - 1];
    boss.err = supervise(services, boss.n, &boss.policy, &boss.culprit);
    boss.ended = now() - begun;
    boss.tasks = async_all_tasks(loop, NULL, 0);
    return 0;
}

/* ---- Around each test ---- */
/* Each runs for ever: a hundred thousand seconds. */
static void set_up(size_t n)
{
    unsetenv("WEFT_SHUFFLE");
    memset(&boss, 0, sizeof boss);
    memset(&told, 0, sizeof told);
    memset(plans, 0, sizeof plans);
    boss.n = n;
    boss.policy = (Policy){ 1, 10, 100, 4, tell, &told };
    for (int i = 0; i < MOST; i++) {
        plans[i].times[0] = 1e5;
        plans[i].error = E_DOWN;
        services[i] = (Service){ names[i], serve, &plans[i] };
    }
}

static void run(int err, const Service *culprit, double ended)
{
    RunOptions options = { .virtual_time = true };
    CHECK_INT(async_run_with(oversee, NULL, NULL, &options), 0);
    CHECK_INT(boss.err, err);
    CHECK_PTR(boss.culprit, culprit);
    CHECK_DOUBLE(boss.ended, ended, 0.05);
    CHECK_INT(boss.tasks, 1);
}

static void check_starts(const Plan *plan, const double *starts, int runs)
{
    CHECK_INT(plan->runs, runs);
    for (int i = 0; i < runs; i++)
        CHECK_DOUBLE(plan->starts[i] - plan->starts[0], starts[i], 0.05);
}

/* ---- The tests ---- */
TEST_FOR(1, who_has_done_his_work_is_not_started_again)
{
    HINT("a task for each; it returns when the last one does");
    set_up(3);
    plans[0].times[0] = 3;
    plans[1].times[0] = 9;
    plans[2].times[0] = 6;
    run(0, NULL, 9);
    for (int i = 0; i < 3; i++)
        CHECK_INT(plans[i].runs, 1);
    CHECK_INT(told.count, 0);
    set_up(0);
    run(0, NULL, 0);
}

TEST_FOR(1, who_fails_is_started_again_and_later_each_time)
{
    HINT("1, 2, 4, 8, and no longer than the longest");
    static const double starts[] = { 0, 6, 13, 22, 35, 50, 65 };
    static const double pauses[] = { 1, 2, 4, 8, 10, 10 };
    set_up(2);
    boss.policy.most = 9;
    plans[0].times[0] = 5;
    plans[0].fails = 6;
    plans[1].times[0] = 12;
    run(0, NULL, 70);
    check_starts(&plans[0], starts, 7);
    CHECK_INT(plans[1].runs, 1);
    CHECK_INT(told.count, 6);
    for (int i = 0; i < 6; i++) {
        CHECK_PTR(told.service[i], &services[0]);
        CHECK_INT(told.error[i], E_DOWN);
        CHECK_DOUBLE(told.pause[i], pauses[i], 0.01);
    }
}

TEST_FOR(1, who_was_healthy_begins_anew)
{
    HINT("how long was the run that has failed?");
    static const double starts[] = { 0, 6, 13, 214, 220, 225, 277, 315, 376 };
    set_up(1);
    boss.policy.failed = NULL;
    Plan *plan = &plans[0];
    double times[] = { 5, 5, 200, 4, 1, 51, 36, 60, 1 };
    memcpy(plan->times, times, sizeof times);
    boss.policy.healthy = 50;
    plan->fails = 8;
    run(0, NULL, 377);
    check_starts(plan, starts, 9);
}

TEST_FOR(1, who_fails_too_often_ends_all)
{
    HINT("a group ends the others; the error is the one that was given up");
    set_up(3);
    plans[1].times[0] = 1;
    plans[1].fails = RUNS;
    plans[0].cleanup = 5;
    plans[2].cleanup = 3;
    plans[2].cleanup_error = E_DIRTY;
    run(E_DOWN, &services[1], 25);    /* 5 runs, pauses of 15, a cleanup */
    CHECK_INT(plans[1].runs, 5);
    CHECK_INT(plans[0].cancelled, 1);
    CHECK_INT(plans[2].cancelled, 1);
    CHECK_INT(told.count, 5);
    CHECK(told.pause[4] < 0);
    set_up(2);
    boss.policy.most = 0;
    plans[1].times[0] = 1;
    plans[1].fails = 1;
    run(E_DOWN, &services[1], 1);
}

TEST_FOR(1, who_is_cancelled_starts_nobody_again)
{
    HINT("neither whom it has cancelled, nor who waits for his next start");
    set_up(3);
    plans[0].cleanup = 5;
    plans[0].cleanup_error = E_DIRTY;    /* which is no failure any more */
    plans[1].times[0] = 1;
    plans[1].fails = RUNS;
    boss.cancels[0] = 3.5;    /* client waits */
    boss.cancels[1] = 4;
    boss.cancels[2] = 5;
    run(E_CANCELLED, NULL, 8.5);
    CHECK_INT(plans[0].runs, 1);
    CHECK_INT(plans[0].cancelled, 1);
    CHECK_INT(plans[1].runs, 2);
    CHECK_INT(plans[2].cancelled, 1);
    CHECK_INT(told.count, 2);
}

TEST_FOR(1, a_cancellation_of_its_own_is_a_failure)
{
    HINT("task_cancelling() of its task is 0 then; a group overlooks it");
    static const double starts[] = { 0, 2, 5, 10 };
    set_up(1);
    plans[0].times[0] = 1;
    plans[0].error = E_CANCELLED;
    plans[0].fails = 3;
    run(0, NULL, 11);
    check_starts(&plans[0], starts, 4);
    set_up(2);
    plans[1].times[0] = 1;
    plans[1].error = E_CANCELLED;
    plans[1].fails = RUNS;
    run(E_CANCELLED, &services[1], 20);
    CHECK_INT(plans[0].cancelled, 1);
}
