/* Time is virtual.  What worked before the bug was found still has to: that
 * test gives nothing. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/05_tasks/exercises/1_fix_printer/printer.h"

static Loop *loop;
static Printer printer;

/* ---- Around each test ---- */
static void set_up(int paper)
{
    unsetenv("WEFT_SHUFFLE");    /* the order within a turn is what we test */
    loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    printer = (Printer){ .paper = paper };
}

static void run_until(double when)
{
    CHECK(loop_call_at(loop, when, loop_stop_callback, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
}

static void tear_down(void)
{
    CHECK_INT(loop->users, 1);
    loop_free(loop);
}

/* ---- Who prints ---- */
typedef struct Job {
    int pages;
    Task *task;
    double ended;    /* when */
} Job;

static int run_job(void *arg, Value *result)
{
    Job *job = arg;
    int err = print(&printer, job->pages);
    job->ended = loop_time(loop);
    return err;
}

static Job *start(Job *job, int pages)
{
    *job = (Job){ pages, loop_create_task(loop, run_job, job), 0 };
    CHECK(job->task != NULL);
    return job;
}

static void check_ended(Job *job, int err, double when)
{
    CHECK(task_done(job->task));
    CHECK_INT(task_error(job->task), err);
    CHECK_DOUBLE(job->ended, when, 0.01);
    task_release(job->task);
}

static void check_printer(bool is_on, bool has_fan_on, int paper, int pages)
{
    CHECK_INT(printer.is_on, is_on);
    CHECK_INT(printer.has_fan_on, has_fan_on);
    CHECK_INT(printer.paper, paper);
    CHECK_INT(printer.pages, pages);
}

/* After all that has happened it prints for the next one. */
static void check_it_still_prints(void)
{
    Job job;
    double now = loop_time(loop);
    int paper = printer.paper = 10, pages = printer.pages;
    start(&job, 4);
    run_until(now + 20);
    check_ended(&job, 0, now + WARM_UP + 4 * PAGE + FAN);
    check_printer(false, false, paper - 4, pages + 4);
    tear_down();
}

/* ---- The tests ---- */
TEST(who_has_patience_gets_all_pages)
{
    Job first, second;
    set_up(5);
    start(&first, 4);
    start(&second, 1);
    run_until(4.5);
    check_printer(true, false, 5, 0);
    check_ended(&second, EBUSY, 0);
    run_until(7.5);
    check_printer(true, false, 3, 2);
    run_until(9.5);
    check_printer(true, true, 1, 4);
    run_until(13);
    check_ended(&first, 0, 12);
    check_printer(false, false, 1, 4);

    start(&first, 2);    /* there is paper for one */
    run_until(19.5);
    check_printer(true, true, 0, 5);
    run_until(30);
    check_ended(&first, ENOSPC, 13 + WARM_UP + PAGE + FAN);
    check_printer(false, false, 0, 5);
    start(&first, 0);
    run_until(40);
    check_ended(&first, 0, 30 + WARM_UP + FAN);
    check_it_still_prints();
}

TEST_FOR(1, cancelled_while_it_warms_up_it_is_off_at_once)
{
    HINT("nothing is warm yet: only one thing has to be given back");
    Job job, other;
    set_up(5);
    start(&job, 3);
    run_until(4);
    CHECK(task_cancel(job.task));
    run_until(4.5);
    check_ended(&job, E_CANCELLED, 4);
    check_printer(false, false, 5, 0);
    start(&job, 3);    /* EBUSY takes nothing, so it gives nothing back */
    start(&other, 3);
    run_until(6);
    check_ended(&other, EBUSY, 4.5);
    check_printer(true, false, 5, 0);
    CHECK(task_cancel(job.task));
    run_until(7);
    check_ended(&job, E_CANCELLED, 6);
    check_it_still_prints();
}

TEST_FOR(1, cancelled_while_it_prints_it_runs_the_fan)
{
    HINT("first clean up, then return what you were told before");
    Job job;
    set_up(5);
    start(&job, 3);
    run_until(6.5);
    CHECK(task_cancel(job.task));
    run_until(7);
    CHECK(!task_done(job.task));
    check_printer(true, true, 4, 1);
    run_until(9);
    check_printer(true, true, 4, 1);
    run_until(12);
    check_ended(&job, E_CANCELLED, 6.5 + FAN);
    check_printer(false, false, 4, 1);
    check_it_still_prints();
}

TEST_FOR(1, cancelled_while_the_fan_runs_it_is_off_at_once)
{
    HINT("the fan is switched off on each way, and the error is not lost");
    Job job;
    set_up(5);
    start(&job, 2);
    run_until(8);    /* all pages are there */
    check_printer(true, true, 3, 2);
    CHECK(task_cancel(job.task));
    run_until(9);
    check_ended(&job, E_CANCELLED, 8);
    check_printer(false, false, 3, 2);

    start(&job, 2);    /* cancelled twice: in a page, and in the fan */
    run_until(15.5);
    CHECK(task_cancel(job.task));
    run_until(16);
    check_printer(true, true, 2, 3);
    CHECK(task_cancel(job.task));
    run_until(17);
    check_ended(&job, E_CANCELLED, 16);
    check_printer(false, false, 2, 3);

    printer.paper = 0;    /* told of the paper, then cancelled */
    start(&job, 2);
    run_until(23);
    check_printer(true, true, 0, 3);
    CHECK(task_cancel(job.task));
    run_until(24);
    check_ended(&job, E_CANCELLED, 23);
    check_printer(false, false, 0, 3);
    check_it_still_prints();
}
