/* Time is virtual.  What worked before the bugs were found still has to: that
 * test gives nothing. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/08_queues/exercises/1_fix_crew/crew.h"

enum { JOBS = 6 };

static Loop *loop;

/* ---- Jobs ---- */
typedef struct Plan {
    double time;         /* seconds that it takes */
    int error;
    double cleanup;      /* when it is cancelled */
    bool is_stubborn;    /* then it returns `error`, not E_CANCELLED */
    int begun, cancelled;
    double began;
} Plan;

static Plan plans[JOBS];
static Job jobs[JOBS];
static int running, most;

static int do_job(void *arg, Value *result)
{
    Plan *plan = arg;
    CHECK_PTR(result->p, NULL);
    result->i = 1;
    plan->begun++;
    plan->began = loop_time(loop);
    running++;
    most = running > most ? running : most;
    int err = async_sleep(plan->time);
    double end = loop_time(loop) + plan->cleanup;
    for (int again = err; again != 0; ) {
        plan->cancelled++;
        again = async_sleep(end - loop_time(loop));
    }
    running--;
    return err != 0 && !plan->is_stubborn ? err : plan->error;
}

/* ---- Who has them done ---- */
static struct {
    size_t n, workers, failed;
    int err, left;    /* tasks, when it returned */
    double ended;
    Task *task;
} crew;

static int run_crew(void *arg, Value *result)
{
    crew.err = crew_run(jobs, crew.n, crew.workers, &crew.failed);
    crew.left = (int)async_all_tasks(loop, NULL, 0) - 1;
    crew.ended = loop_time(loop);
    return 0;
}

/* Each takes a second. */
static void set_up(size_t n, size_t workers)
{
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    for (int i = 0; i < JOBS; i++) {
        plans[i] = (Plan){ .time = 1 };
        jobs[i] = (Job){ do_job, &plans[i], -1 };
    }
    running = most = 0;
    crew.n = n;
    crew.workers = workers;
    crew.failed = 99;
    crew.task = loop_create_task(loop, run_crew, NULL);
    CHECK(crew.task != NULL);
}

static void cancel_at(double when)
{
    CHECK(loop_call_at(loop, when, future_cancel_callback, crew.task) != 0);
}

static void finish(int err, size_t failed, double when)
{
    CHECK(loop_call_at(loop, 50, loop_stop_callback, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
    CHECK(task_done(crew.task));
    CHECK_INT(task_error(crew.task), 0);
    task_release(crew.task);
    CHECK_INT(crew.err, err);
    CHECK_INT(crew.failed, failed);
    CHECK_DOUBLE(crew.ended, when, 0.01);
    CHECK_INT(running, 0);
    CHECK_INT(loop->users, 1);
    loop_free(loop);
}

static void check_job(int i, int error, int begun, int cancelled)
{
    CHECK_INT(jobs[i].error, error);
    CHECK_INT(plans[i].begun, begun);
    CHECK_INT(plans[i].cancelled, cancelled);
}

/* ---- The tests ---- */
TEST(good_jobs_are_done_by_as_many_as_there_are)
{
    set_up(JOBS, 2);
    finish(0, 0, 3);
    for (int i = 0; i < JOBS; i++) {
        check_job(i, 0, 1, 0);
        CHECK_DOUBLE(plans[i].began, i / 2, 0.01);
    }
    CHECK_INT(most, 2);
    set_up(0, 3);
    finish(0, 0, 0);
    set_up(1, 0);
    crew.failed = 0;
    finish(E_VALUE, 0, 0);
}

TEST_FOR(1, a_job_that_fails_keeps_nobody_waiting)
{
    HINT("queue_task_done() for each value that came out, whatever came of it");
    set_up(JOBS, 3);
    plans[1].error = EPIPE;
    finish(0, 1, 2);
    for (int i = 0; i < JOBS; i++)
        check_job(i, i == 1 ? EPIPE : 0, 1, 0);
    CHECK_INT(crew.left, 0);    /* they have gone home */
}

TEST_FOR(1, a_worker_whose_job_fails_does_the_next)
{
    HINT("what a job returns is written down, and is no reason to go home");
    set_up(JOBS, 2);
    for (int i = 0; i < JOBS - 1; i++)
        plans[i].error = i % 2 ? E_CANCELLED : E_USER + i;
    finish(0, JOBS - 1, 3);
    for (int i = 0; i < JOBS; i++) {
        check_job(i, plans[i].error, 1, 0);
        CHECK_DOUBLE(plans[i].began, i / 2, 0.01);
    }
    CHECK_INT(crew.left, 0);
}

TEST_FOR(1, who_is_cancelled_leaves_nobody_behind)
{
    HINT("on both ways out: cancel all workers once, wait until they end");
    set_up(JOBS, 2);
    plans[2].time = plans[3].time = 9;
    plans[2].cleanup = 3;
    plans[3].cleanup = 1;
    plans[3].is_stubborn = true;
    cancel_at(1.5);
    cancel_at(2);
    cancel_at(3);
    finish(E_CANCELLED, 3, 4.5);
    check_job(0, 0, 1, 0);
    check_job(1, 0, 1, 0);
    check_job(2, E_CANCELLED, 1, 1);
    check_job(3, 0, 1, 1);    /* it would not stop */
    check_job(4, ECANCELED, 0, 0);
    check_job(5, ECANCELED, 0, 0);
    CHECK_INT(crew.left, 0);
}
