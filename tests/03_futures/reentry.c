/* What a done callback may do, to its own future and to others; and what
 * becomes of one that is never called. */
#include "../../code/03_futures/future.h"
#include "../../code/03_futures/report.h"
#include "../check.h"

/* ---- Helpers ---- */
static const Value seven = { .i = 7 };
static char said[200];

static void say(Future *future, void *word)
{
    strcat(said, word);
}

static void turn(Loop *loop)
{
    loop_stop(loop);
    CHECK_INT(loop_run_forever(loop), 0);
}

static Loop *ordered_loop(void)
{
    unsetenv("WEFT_SHUFFLE");
    return loop_new();
}

static void add(Future *future, DoneCallback *callback, void *arg)
{
    CHECK_INT(future_add_done_callback(future, callback, arg), 0);
}

static Future *done_future(Loop *loop)
{
    Future *future = future_new(loop);
    CHECK_INT(future_set_result(future, seven), 0);
    return future;
}

/* ---- The list ---- */
static void remove_say(Future *future, void *word)
{
    CHECK_INT(future_remove_done_callback(future, say, word), 0);
    strcat(said, "-");
}

TEST(one_that_removes_another_comes_too_late)    /* F3 */
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    char a[] = "a";
    add(future, remove_say, a);
    add(future, say, a);
    add(future, say, a);
    CHECK_INT(future_set_result(future, seven), 0);
    turn(loop);
    CHECK_STR(said, "-aa");
    future_release(future);
    loop_free(loop);
}

static void add_say(Future *future, void *word)
{
    add(future, say, word);
    strcat(said, "+");
}

TEST(one_that_adds_another_has_it_called_in_the_next_turn)    /* F2 L2 */
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    add(future, add_say, "a");
    add(future, say, "b");
    CHECK_INT(future_set_result(future, seven), 0);
    turn(loop);
    CHECK_STR(said, "+b");
    turn(loop);
    CHECK_STR(said, "+ba");
    future_release(future);
    loop_free(loop);
}

/* ---- References ---- */
static void check_alive(Future *future, void *arg)
{
    Value value;
    CHECK_INT(future_result(future, &value), 0);
    CHECK_INT(value.i, 7);
    strcat(said, "alive");
}

TEST(one_that_is_scheduled_holds_the_future)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop), *late = done_future(loop);
    add(future, check_alive, NULL);
    add(late, check_alive, NULL);
    CHECK_INT(future_set_result(future, seven), 0);
    future_release(future);
    future_release(late);
    turn(loop);
    CHECK_STR(said, "alivealive");
    loop_free(loop);
}

static void give_up(Future *future, void *arg)
{
    future_release(future);
    check_alive(future, NULL);
}

TEST(one_may_release_the_last_reference_of_the_program)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    add(future, give_up, NULL);
    CHECK_INT(future_set_result(future, seven), 0);
    turn(loop);
    CHECK_STR(said, "alive");
    loop_free(loop);
}

static void keep(Future *future, void *arg)
{
    *(Future **)arg = future_retain(future);
}

TEST(one_may_keep_the_future)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop), *kept = NULL;
    add(future, keep, &kept);
    CHECK_INT(future_set_result(future, seven), 0);
    future_release(future);
    turn(loop);
    CHECK_PTR(kept, future);
    check_alive(kept, NULL);
    future_release(kept);
    loop_free(loop);
}

/* ---- Completing ---- */
static void cancel(Future *future, void *arg)
{
    CHECK(!future_cancel(future));
    CHECK_INT(future_set_result(future, seven), E_INVALID_STATE);
    check_alive(future, NULL);
}

TEST(one_cannot_cancel_its_own_future)    /* F1 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    add(future, cancel, NULL);
    CHECK_INT(future_set_result(future, seven), 0);
    turn(loop);
    CHECK(!future_cancelled(future));
    CHECK_STR(said, "alive");
    future_release(future);
    loop_free(loop);
}

enum { MANY = 100000 };
static Future *futures[MANY];
static int called;

static void complete_next(Future *future, void *arg)
{
    CHECK_PTR(future, futures[called++]);
    if (called < MANY)
        CHECK_INT(future_set_result(futures[called], seven), 0);
    else
        loop_stop(future_get_loop(future));
    future_release(future);
}

/* Each in a turn of its own: were one called by the other, the stack would not
 * do. */
TEST_LIMIT(60, a_chain_of_a_hundred_thousand_needs_no_stack)    /* F2 */
{
    Loop *loop = loop_new();
    for (int i = 0; i < MANY; i++) {
        futures[i] = future_new(loop);
        add(futures[i], complete_next, NULL);
    }
    CHECK_INT(future_set_result(futures[0], seven), 0);
    CHECK_INT(loop_run_forever(loop), 0);
    CHECK_INT(called, MANY);
    loop_free(loop);
}

static void check_next(Future *future, void *arg)
{
    CHECK_PTR(future, futures[called++]);
    future_release(future);
}

static void complete_all(void *arg)
{
    for (int i = 0; i < MANY; i++)
        CHECK_INT(future_set_result(futures[i], seven), 0);
}

TEST_LIMIT(60, a_hundred_thousand_complete_in_one_turn)    /* F2 */
{
    Loop *loop = ordered_loop();
    for (int i = 0; i < MANY; i++) {
        futures[i] = future_new(loop);
        add(futures[i], check_next, NULL);
    }
    CHECK(loop_call_soon(loop, complete_all, NULL) != 0);
    turn(loop);
    CHECK_INT(called, 0);
    turn(loop);
    CHECK_INT(called, MANY);
    loop_free(loop);
}

/* ---- Never called ---- */
TEST(with_the_last_reference_those_of_a_pending_one_go)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop), *other = future_new(loop);
    for (int i = 0; i < 100; i++)
        add(future, say, "x");
    add(other, say, "other");
    future_release(future);
    CHECK_INT(future_set_result(other, seven), 0);
    turn(loop);
    turn(loop);
    CHECK_STR(said, "other");
    future_release(other);
    loop_free(loop);
}

TEST(a_closed_loop_calls_nobody)    /* L12 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop), *other = future_new(loop);
    add(future, say, "x");
    add(other, say, "y");
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK(future_cancel(other));
    CHECK(future_done(future) && future_cancelled(other));
    CHECK_INT(loop_run_forever(loop), E_RUNTIME);
    future_release(future);
    loop_free(loop);
    future_release(other);    /* the last user of the loop's memory */
    CHECK_STR(said, "");
}

static void count(Loop *loop, const ErrorContext *context, void *arg)
{
    CHECK_INT(context->error, EPIPE);
    ++*(int *)arg;
}

/* That it is reported shows that the future goes with its last reference. */
TEST(what_was_scheduled_when_the_loop_closes_gives_its_reference_back)
{
    Loop *loop = loop_new();
    int reports = 0;
    loop_set_exception_handler(loop, count, &reports);
    Future *future = future_new(loop), *kept = future_new(loop);
    add(future, say, "x");
    add(future, say, "y");
    add(kept, say, "z");
    CHECK_INT(future_set_error(future, EPIPE, seven), 0);
    CHECK_INT(future_set_error(kept, EPIPE, seven), 0);
    future_release(future);
    CHECK_INT(reports, 0);
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(reports, 1);
    CHECK_INT(future_error(kept), EPIPE);
    future_release(kept);
    loop_free(loop);
    CHECK_STR(said, "");
    CHECK_INT(reports, 1);
}

TEST(the_loop_may_be_freed_with_callbacks_scheduled)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop), *pending = future_new(loop);
    add(future, say, "x");
    add(pending, say, "y");
    CHECK_INT(future_set_result(future, seven), 0);
    loop_free(loop);
    future_release(future);
    CHECK_INT(future_set_result(pending, seven), 0);
    future_release(pending);
    CHECK_STR(said, "");
}
