/* What worked before the bug was found still has to: that test gives nothing.
 * Debug mode reports each use of a future that was freed. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/03_futures/exercises/1_fix_shared/lookup.h"
#include "../../../../code/03_futures/report.h"

static Loop *loop;
static Lookup *lookup;

/* ---- Around each test ---- */
static void on_report(Loop *reporting, const ErrorContext *context, void *arg)
{
    CHECK_STR(context->message, "(no report)");
}

static void set_up(void)
{
    loop = loop_new();
    CHECK(loop != NULL);
    loop_set_debug(loop, true);
    loop_set_exception_handler(loop, on_report, NULL);
    lookup = lookup_new(loop);
    CHECK(lookup != NULL);
}

static void run_a_turn(void)
{
    CHECK(loop_call_soon(loop, loop_stop_callback, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
}

/* Each future that is not freed keeps the loop: so they can be counted. */
static void tear_down(int futures)
{
    lookup_free(lookup);
    run_a_turn();
    CHECK_INT(loop->users, 1 + futures);
    loop_free(loop);
}

/* ---- Those who ask ---- */
static Future *ask(const char *name)
{
    Future *future = lookup_ask(lookup, name);
    CHECK(future != NULL);
    CHECK(!future_done(future));
    return future;
}

static void check_number(Future *future, long long number)
{
    Value value = { .i = 0 };
    CHECK_INT(future_result(future, &value), 0);
    CHECK_INT(value.i, number);
}

static long long sum;

/* Asked once, and leaves when it is told. */
static void on_answer(Future *future, void *arg)
{
    Value value = { .i = 0 };
    CHECK_INT(future_result(future, &value), 0);
    sum += value.i;
    future_release(future);
}

static void ask_and_be_told(const char *name)
{
    CHECK_INT(future_add_done_callback(ask(name), on_answer, NULL), 0);
}

/* ---- The tests ---- */
TEST(one_who_asks_for_each_name_is_answered)
{
    set_up();
    Future *ada = ask("Ada"), *alan = ask("Alan"), *grace = ask("Grace");
    CHECK(!lookup_answer(lookup, "Edsger", 4));
    CHECK(lookup_answer(lookup, "Alan", 2));
    CHECK(!lookup_answer(lookup, "Alan", 2));
    CHECK(lookup_answer(lookup, "Ada", 1));
    check_number(ada, 1);
    check_number(alan, 2);
    future_release(ada);
    future_release(alan);
    ada = ask("Ada");    /* a new question */
    CHECK(lookup_answer(lookup, "Ada", 3));
    check_number(ada, 3);
    future_release(ada);
    lookup_free(lookup);
    CHECK(future_cancelled(grace));
    future_release(grace);
    lookup = lookup_new(loop);
    tear_down(0);
}

TEST_FOR(1, all_who_ask_are_answered)
{
    HINT("how many references are given up, and how many were there?");
    for (int askers = 1; askers <= 4; askers++) {
        set_up();
        sum = 0;
        for (int i = 0; i < askers; i++)
            ask_and_be_told("Ada");
        Future *last = ask("Ada");
        CHECK(lookup_answer(lookup, "Ada", 10));
        CHECK(!lookup_answer(lookup, "Ada", 10));
        run_a_turn();
        CHECK_INT(sum, 10 * askers);
        check_number(last, 10);
        future_release(last);
        tear_down(0);
    }
}

TEST_FOR(1, who_leaves_early_takes_nothing_from_the_others)
{
    HINT("whose reference is it that the second who asks releases?");
    set_up();
    Future *first = ask("Ada"), *second = ask("Ada");
    future_release(second);
    future_release(first);
    Future *third = ask("Ada"), *fourth = ask("Ada");
    future_release(fourth);
    CHECK(lookup_answer(lookup, "Ada", 7));
    check_number(third, 7);
    future_release(third);
    Future *open = ask("Ada"), *also_open = ask("Ada");
    tear_down(1);
    CHECK(future_cancelled(open));
    CHECK(future_cancelled(also_open));
    future_release(open);
    future_release(also_open);
}
