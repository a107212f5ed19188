/* Virtual time.  What worked before the bug was found still has to: that test
 * gives nothing. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/exercises/1_fix_watchdog/watchdog.h"

/* ---- A loop and a watchdog ---- */
static Loop *loop;
static Watchdog watchdog;
static int bites;
static double bitten;

static void bite(void *arg)
{
    CHECK_PTR(arg, &bites);
    bites++;
    bitten = loop_time(loop);
}

static void pat(void *arg)
{
    CHECK_INT(watchdog_pat(&watchdog), 0);
}

/* Its owner frees the memory, and somebody else uses it. */
static void stop(void *arg)
{
    watchdog_stop(&watchdog);
    watchdog_stop(&watchdog);
    memset(&watchdog, 0xee, sizeof watchdog);
}

static void set_up(void)
{
    unsetenv("WEFT_SHUFFLE");    /* some of it is about order */
    loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
}

static void start(double patience)
{
    CHECK_INT(watchdog_start(&watchdog, loop, patience, bite, &bites), 0);
}

static void at(double when, Callback *callback)
{
    CHECK(loop_call_at(loop, when, callback, NULL) != 0);
}

static void run_until(double when)
{
    CHECK(loop_call_at(loop, when, loop_stop_callback, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
}

/* ---- What works ---- */
TEST(without_a_pat_it_bites_once)
{
    set_up();
    start(5);
    at(7, pat);
    run_until(30);
    CHECK_INT(bites, 1);
    CHECK_DOUBLE(bitten, 5, 1e-9);
    loop_free(loop);
}

TEST(one_that_is_stopped_does_not_bite_and_can_start_again)
{
    set_up();
    start(5);
    at(4, stop);
    run_until(30);
    CHECK_INT(bites, 0);
    start(5);
    run_until(60);
    CHECK_INT(bites, 1);
    CHECK_DOUBLE(bitten, 35, 1e-9);
    loop_free(loop);
}

/* ---- What does not ---- */
TEST_FOR(1, a_pat_puts_off_the_bite)
{
    HINT("what becomes of the timer of before?");
    set_up();
    start(5);
    for (int i = 1; i <= 4; i++)
        at(3 * i, pat);
    run_until(60);
    CHECK_INT(bites, 1);
    CHECK_DOUBLE(bitten, 17, 1e-9);
    loop_free(loop);
}

/* The time is up, run_out() is in the queue, and before it comes the pat. */
TEST_FOR(1, a_pat_at_the_last_moment_counts)
{
    HINT("a timer that is due, and has not run, can be cancelled, too");
    set_up();
    at(5, pat);
    start(5);
    run_until(60);
    CHECK_INT(bites, 1);
    CHECK_DOUBLE(bitten, 10, 1e-9);
    loop_free(loop);
}

TEST_FOR(1, once_stopped_it_leaves_its_memory_alone)
{
    HINT("watchdog_stop() cancels one timer: is there another?");
    set_up();
    start(5);
    for (int i = 1; i <= 3; i++)
        at(i, pat);
    at(4, stop);
    run_until(60);
    CHECK_INT(bites, 0);
    loop_free(loop);
}
