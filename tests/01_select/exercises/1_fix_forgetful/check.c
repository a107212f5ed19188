/* What worked before the bug was found still has to: that test gives nothing.
 * The pipes are empty, or hold one byte. */
#include "../../../check.h"
#include "../../../../code/01_select/exercises/1_fix_forgetful/watch.h"

#include <sys/resource.h>

static int pipes[2][2];
static Watch watch;

static void set_up(void)
{
    CHECK_INT(pipe(pipes[0]), 0);
    CHECK_INT(pipe(pipes[1]), 0);
    watch_init(&watch, pipes[0][0], pipes[1][0]);
}

static void fill(int i)
{
    CHECK_INT(write(pipes[i][1], "x", 1), 1);
}

static void drain(int i)
{
    char byte;
    CHECK_INT(read(pipes[i][0], &byte, 1), 1);
}

static void tear_down(void)
{
    for (int i = 0; i < 4; i++)
        close(pipes[i / 2][i % 2]);
}

TEST(the_first_look_finds_what_is_there)
{
    set_up();
    fill(1);
    CHECK_INT(watch_look(&watch), pipes[1][0]);
    tear_down();
    set_up();
    CHECK_INT(watch_look(&watch), -1);
    tear_down();
    set_up();
    fill(0);
    fill(1);
    CHECK_INT(watch_look(&watch), pipes[0][0]);
    tear_down();
}

TEST_FOR(1, a_look_that_finds_nothing_is_not_the_last)
{
    HINT("print the set before and after select()");
    set_up();
    CHECK_INT(watch_look(&watch), -1);
    fill(0);
    CHECK_INT(watch_look(&watch), pipes[0][0]);
    tear_down();
}

TEST_FOR(1, one_descriptor_does_not_make_it_forget_the_other)
{
    HINT("which descriptors are in the set when only one was ready?");
    set_up();
    for (int i = 0; i < 6; i++) {
        fill(i % 2);
        CHECK_INT(watch_look(&watch), pipes[i % 2][0]);
        drain(i % 2);
    }
    tear_down();
}
