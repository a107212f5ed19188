/* Done callbacks: when they are called, in which order, and when they are not.
 *
 * Each appends a word to what was said. */
#include "../../code/03_futures/future.h"
#include "../check.h"

/* ---- Helpers ---- */
static const Value seven = { .i = 7 };
static char said[200];

static void say(Future *future, void *word)
{
    CHECK(future_done(future));
    strcat(said, word);
}

static void say_other(Future *future, void *word)
{
    say(future, word);
}

static void say_soon(void *word)
{
    strcat(said, word);
}

static void turn(Loop *loop)
{
    loop_stop(loop);
    CHECK_INT(loop_run_forever(loop), 0);
}

/* For tests whose point is the order. */
static Loop *ordered_loop(void)
{
    unsetenv("WEFT_SHUFFLE");
    return loop_new();
}

static void add(Future *future, char *word)
{
    CHECK_INT(future_add_done_callback(future, say, word), 0);
}

/* ---- When ---- */
TEST(completing_calls_nobody_the_next_turn_does)    /* F2 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    add(future, "called");
    turn(loop);
    CHECK_STR(said, "");
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK_STR(said, "");
    turn(loop);
    CHECK_STR(said, "called");
    turn(loop);
    CHECK_STR(said, "called");
    future_release(future);
    loop_free(loop);
}

TEST(an_error_and_a_cancellation_call_them_too)    /* F2 */
{
    Loop *loop = loop_new();
    Future *failed = future_new(loop), *cancelled = future_new(loop);
    add(failed, "x");
    add(cancelled, "x");
    CHECK_INT(future_set_error(failed, EPIPE, seven), 0);
    CHECK(future_cancel(cancelled));
    CHECK_STR(said, "");
    turn(loop);
    CHECK_STR(said, "xx");
    CHECK_INT(future_error(failed), EPIPE);
    future_release(failed);
    future_release(cancelled);
    loop_free(loop);
}

TEST(one_that_is_added_late_is_called_in_the_next_turn)    /* F2 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    CHECK_INT(future_set_result(future, seven), 0);
    turn(loop);
    add(future, "late");
    CHECK_STR(said, "");
    turn(loop);
    CHECK_STR(said, "late");
    future_release(future);
    loop_free(loop);
}

static void complete(void *future)
{
    CHECK_INT(future_set_result(future, seven), 0);
}

TEST(what_completes_in_a_turn_is_told_in_the_next)    /* F2 L2 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    add(future, "told");
    CHECK(loop_call_soon(loop, complete, future) != 0);
    turn(loop);
    CHECK(future_done(future));
    CHECK_STR(said, "");
    turn(loop);
    CHECK_STR(said, "told");
    future_release(future);
    loop_free(loop);
}

static void check_given(Future *future, void *arg)
{
    Future **wanted = arg;
    CHECK_PTR(future, *wanted);
    strcat(said, "given");
}

TEST(they_get_the_future_and_their_arg)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    CHECK_INT(future_add_done_callback(future, check_given, &future), 0);
    CHECK_INT(future_set_result(future, seven), 0);
    turn(loop);
    CHECK_STR(said, "given");
    future_release(future);
    loop_free(loop);
}

/* ---- Order ---- */
TEST(they_are_called_in_the_order_of_adding)    /* F2 */
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    add(future, "a");
    add(future, "b");
    CHECK_INT(future_add_done_callback(future, say_other, "c"), 0);
    add(future, "d");
    CHECK_INT(future_set_result(future, seven), 0);
    add(future, "e");
    turn(loop);
    CHECK_STR(said, "abcde");
    future_release(future);
    loop_free(loop);
}

TEST(they_queue_with_everything_that_is_called_soon)    /* F2 L1 */
{
    Loop *loop = ordered_loop();
    Future *first = future_new(loop), *second = future_new(loop);
    add(second, "c");
    add(first, "a");
    CHECK(loop_call_soon(loop, say_soon, "0") != 0);
    CHECK_INT(future_set_result(first, seven), 0);
    CHECK(loop_call_soon(loop, say_soon, "b") != 0);
    CHECK(future_cancel(second));
    CHECK(loop_call_soon(loop, say_soon, "d") != 0);
    add(first, "e");
    turn(loop);
    CHECK_STR(said, "0abcde");
    future_release(first);
    future_release(second);
    loop_free(loop);
}

TEST(one_that_is_added_twice_is_called_twice)    /* F2 */
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    char a[] = "a";
    add(future, a);
    add(future, "b");
    add(future, a);
    CHECK_INT(future_set_result(future, seven), 0);
    turn(loop);
    CHECK_STR(said, "aba");
    future_release(future);
    loop_free(loop);
}

/* ---- Refusals ---- */
TEST(a_callback_is_needed)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    CHECK_INT(future_add_done_callback(future, NULL, "x"), E_VALUE);
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK_INT(future_add_done_callback(future, NULL, "x"), E_VALUE);
    turn(loop);
    future_release(future);
    loop_free(loop);
}

TEST(a_closed_loop_takes_none)
{
    Loop *loop = loop_new();
    Future *pending = future_new(loop), *done = future_new(loop);
    CHECK_INT(future_set_result(done, seven), 0);
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(future_add_done_callback(pending, say, "x"), E_RUNTIME);
    CHECK_INT(future_add_done_callback(done, say, "x"), E_RUNTIME);
    CHECK_INT(future_set_result(pending, seven), 0);
    future_release(pending);
    future_release(done);
    loop_free(loop);
    CHECK_STR(said, "");
}

/* ---- Removing ---- */
TEST(removing_takes_all_equal_ones_and_counts_them)    /* F3 */
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    char a[] = "a", b[] = "b";
    add(future, a);
    add(future, b);
    add(future, a);
    CHECK_INT(future_add_done_callback(future, say_other, a), 0);
    add(future, a);
    CHECK_INT(future_remove_done_callback(future, say, a), 3);
    CHECK_INT(future_remove_done_callback(future, say, a), 0);
    CHECK_INT(future_remove_done_callback(future, say_other, b), 0);
    CHECK_INT(future_set_result(future, seven), 0);
    turn(loop);
    CHECK_STR(said, "ba");
    future_release(future);
    loop_free(loop);
}

TEST(one_can_be_added_again_after_removing)    /* F3 */
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    char a[] = "a", b[] = "b";
    add(future, a);
    add(future, b);
    CHECK_INT(future_remove_done_callback(future, say, a), 1);
    add(future, a);
    CHECK(future_cancel(future));
    turn(loop);
    CHECK_STR(said, "ba");
    future_release(future);
    loop_free(loop);
}

TEST(once_done_none_is_removed_and_all_are_called)    /* F3 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    char a[] = "a";
    add(future, a);
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK_INT(future_remove_done_callback(future, say, a), 0);
    add(future, a);
    CHECK_INT(future_remove_done_callback(future, say, a), 0);
    turn(loop);
    CHECK_STR(said, "aa");
    future_release(future);
    loop_free(loop);
}

TEST(they_can_be_removed_on_a_closed_loop)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    char a[] = "a";
    add(future, a);
    add(future, a);
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(future_remove_done_callback(future, say, a), 2);
    CHECK_INT(future_remove_done_callback(future, say, a), 0);
    future_release(future);
    loop_free(loop);
}

TEST(once_done_on_a_closed_loop_none_is_removed_either)    /* F3 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    char a[] = "a";
    add(future, a);
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK_INT(future_remove_done_callback(future, say, a), 0);
    future_release(future);
    loop_free(loop);
    CHECK_STR(said, "");
}

/* ---- Behind what was posted ---- */
static Future *shared;

static void post_then_complete(void *loop)
{
    CHECK_INT(loop_call_soon_threadsafe(loop, say_soon, "posted "), 0);
    CHECK_INT(future_set_result(shared, seven), 0);
}

static void post_then_add(void *loop)
{
    CHECK_INT(loop_call_soon_threadsafe(loop, say_soon, "posted "), 0);
    add(shared, "added");
}

static void run_two_turns(Loop *loop, Callback *callback)
{
    CHECK(loop_call_soon(loop, callback, loop) != 0);
    turn(loop);
    turn(loop);
    future_release(shared);
    loop_free(loop);
}

TEST(completing_does_not_overtake_what_was_posted)    /* L1 L11 F2 */
{
    Loop *loop = ordered_loop();
    shared = future_new(loop);
    add(shared, "done");
    run_two_turns(loop, post_then_complete);
    CHECK_STR(said, "posted done");
}

TEST(adding_to_a_done_one_does_not_overtake_what_was_posted)
{
    Loop *loop = ordered_loop();
    shared = future_new(loop);
    CHECK_INT(future_set_result(shared, seven), 0);
    run_two_turns(loop, post_then_add);
    CHECK_STR(said, "posted added");
}
