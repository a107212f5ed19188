/* Futures: their states, how they are completed and asked, their references. */
#include "../../code/03_futures/future.h"
#include "../check.h"

/* ---- Helpers ---- */
static const Value seven = { .i = 7 };

static void turn(Loop *loop)
{
    loop_stop(loop);
    CHECK_INT(loop_run_forever(loop), 0);
}

static void check_pending(Future *future)
{
    Value value = { .i = 99 };
    CHECK(!future_done(future));
    CHECK(!future_cancelled(future));
    CHECK_INT(future_result(future, &value), E_INVALID_STATE);
    CHECK_INT(value.i, 99);
    CHECK_INT(future_error(future), E_INVALID_STATE);
    CHECK_STR(future_cancel_message(future), NULL);
}

static void check_finished(Future *future, int error, long long i)
{
    Value value = { .i = 99 };
    CHECK(future_done(future));
    CHECK(!future_cancelled(future));
    CHECK_INT(future_result(future, &value), error);
    CHECK_INT(value.i, i);
    CHECK_INT(future_error(future), error);
    CHECK_STR(future_cancel_message(future), NULL);
}

static void check_cancelled(Future *future, const char *message)
{
    CHECK(future_done(future));
    CHECK(future_cancelled(future));
    CHECK_INT(future_result(future, NULL), E_CANCELLED);
    CHECK_INT(future_error(future), E_CANCELLED);
    CHECK_STR(future_cancel_message(future), message);
}

/* ---- Three states ---- */
TEST(a_new_future_is_pending)    /* F1 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    check_pending(future);
    CHECK_PTR(future_get_loop(future), loop);
    future_release(future);
    loop_free(loop);
}

TEST(a_result_finishes_it)    /* F1 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    CHECK_INT(future_set_result(future, seven), 0);
    check_finished(future, 0, 7);
    future_release(future);
    loop_free(loop);
}

TEST(an_error_finishes_it_and_has_a_detail)    /* F1 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    CHECK_INT(future_set_error(future, EPIPE, seven), 0);
    check_finished(future, EPIPE, 7);
    future_release(future);
    loop_free(loop);
}

TEST(a_cancelled_one_is_done_and_has_no_result)    /* F1 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    CHECK(future_cancel(future));
    check_cancelled(future, NULL);
    future_release(future);
    loop_free(loop);
}

/* F1, F7: who completes a future asks first whether it is done. */
static void check_unchangeable(Future *future)
{
    Value other = { .i = 8 };
    CHECK_INT(future_set_result(future, other), E_INVALID_STATE);
    CHECK_INT(future_set_error(future, ENOENT, other), E_INVALID_STATE);
    CHECK_INT(future_set_error(future, 0, other), E_INVALID_STATE);
    CHECK_INT(future_set_error(future, E_CANCELLED, other), E_INVALID_STATE);
    CHECK(!future_cancel(future));
    CHECK(!future_cancel_with(future, "too late"));
    future_cancel_callback(future);
}

TEST(it_changes_once)    /* F1 F7 */
{
    Loop *loop = loop_new();
    Future *futures[3];
    for (int i = 0; i < 3; i++)
        futures[i] = future_new(loop);
    CHECK_INT(future_set_result(futures[0], seven), 0);
    CHECK_INT(future_set_error(futures[1], EPIPE, seven), 0);
    CHECK(future_cancel_with(futures[2], "in time"));
    for (int i = 0; i < 3; i++)
        check_unchangeable(futures[i]);
    check_finished(futures[0], 0, 7);
    check_finished(futures[1], EPIPE, 7);
    check_cancelled(futures[2], "in time");
    for (int i = 0; i < 3; i++)
        future_release(futures[i]);
    loop_free(loop);
}

TEST(it_stays_as_it_is_when_the_loop_runs)    /* F1 */
{
    Loop *loop = loop_new();
    Future *done = future_new(loop), *pending = future_new(loop);
    CHECK_INT(future_set_result(done, seven), 0);
    turn(loop);
    check_finished(done, 0, 7);
    check_pending(pending);
    future_release(done);
    future_release(pending);
    loop_free(loop);
}

/* ---- Completing ---- */
TEST(an_error_is_neither_0_nor_E_CANCELLED)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    CHECK_INT(future_set_error(future, 0, seven), E_VALUE);
    CHECK_INT(future_set_error(future, E_CANCELLED, seven), E_VALUE);
    check_pending(future);
    future_release(future);
    loop_free(loop);
}

TEST(an_error_can_be_one_of_the_programs_own)
{
    Loop *loop = loop_new();
    int errors[] = { 1, E_TIMEOUT, E_INVALID_STATE, E_USER, -5, INT_MAX };
    for (int i = 0; i < 6; i++) {
        Future *future = future_new(loop);
        CHECK_INT(future_set_error(future, errors[i], seven), 0);
        check_finished(future, errors[i], 7);
        future_release(future);
    }
    loop_free(loop);
}

TEST(a_value_is_a_pointer_a_text_or_a_number)
{
    Loop *loop = loop_new();
    static const char text[] = "text";
    Value values[] = { { .p = loop }, { .s = text }, { .i = LLONG_MIN },
                       { .d = 0.5 } };
    Value got[4];
    for (int i = 0; i < 4; i++) {
        Future *future = future_new(loop);
        CHECK_INT(future_set_result(future, values[i]), 0);
        CHECK_INT(future_result(future, &got[i]), 0);
        future_release(future);
    }
    CHECK_PTR(got[0].p, loop);
    CHECK_PTR(got[1].s, text);    /* borrowed, not copied */
    CHECK_INT(got[2].i, LLONG_MIN);
    CHECK_DOUBLE(got[3].d, 0.5, 0);
    loop_free(loop);
}

/* ---- Cancelling ---- */
TEST(a_message_is_copied)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    char message[] = "no time";
    CHECK(future_cancel_with(future, message));
    memset(message, 'x', 7);
    check_cancelled(future, "no time");
    future_release(future);
    loop_free(loop);
}

TEST(a_message_may_be_empty_or_missing)
{
    Loop *loop = loop_new();
    Future *empty = future_new(loop), *missing = future_new(loop);
    CHECK(future_cancel_with(empty, ""));
    CHECK(future_cancel_with(missing, NULL));
    check_cancelled(empty, "");
    check_cancelled(missing, NULL);
    future_release(empty);
    future_release(missing);
    loop_free(loop);
}

TEST(only_the_first_cancel_counts)    /* F1 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    CHECK(future_cancel_with(future, "first"));
    CHECK(!future_cancel_with(future, "second"));
    CHECK(!future_cancel(future));
    check_cancelled(future, "first");
    future_release(future);
    loop_free(loop);
}

TEST(the_loop_can_cancel_it_as_a_callback)
{
    Loop *loop = loop_new();
    CHECK_INT(loop_use_virtual_time(loop), 0);
    Future *future = future_new(loop);
    CHECK(loop_call_later(loop, 5, future_cancel_callback, future) != 0);
    turn(loop);
    CHECK(!future_done(future));
    CHECK_INT(loop_run_until_complete(loop, future, NULL), E_CANCELLED);
    CHECK_DOUBLE(loop_time(loop), 5, 1e-9);
    check_cancelled(future, NULL);
    future_release(future);
    loop_free(loop);
}

/* ---- References ---- */
TEST(retaining_returns_the_future)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    CHECK_PTR(future_retain(future), future);
    future_release(future);
    future_release(future);
    loop_free(loop);
}

TEST(it_lives_until_its_last_reference_goes)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    for (int i = 0; i < 1000; i++)
        future_retain(future);
    for (int i = 0; i < 1000; i++)
        future_release(future);
    check_pending(future);
    CHECK_INT(future_set_result(future, seven), 0);
    check_finished(future, 0, 7);
    future_release(future);
    loop_free(loop);
}

TEST(releasing_none_is_nothing)
{
    future_release(NULL);
}

TEST(the_last_reference_may_go_in_any_state)
{
    Loop *loop = loop_new();
    Future *futures[4];
    for (int i = 0; i < 4; i++)
        futures[i] = future_new(loop);
    CHECK_INT(future_set_result(futures[1], seven), 0);
    CHECK_INT(future_set_error(futures[2], EPIPE, seven), 0);
    CHECK(future_cancel_with(futures[3], "with a message"));
    CHECK_INT(future_error(futures[2]), EPIPE);
    for (int i = 0; i < 4; i++)
        future_release(futures[i]);
    loop_free(loop);
}

/* ---- The loop has gone ---- */
TEST(a_closed_loop_leaves_its_futures_as_they_are)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop), *other = future_new(loop);
    CHECK_INT(loop_close(loop), 0);
    check_pending(future);
    CHECK_INT(future_set_result(future, seven), 0);
    check_finished(future, 0, 7);
    check_unchangeable(future);
    CHECK(future_cancel_with(other, "closed"));
    check_cancelled(other, "closed");
    future_release(future);
    future_release(other);
    loop_free(loop);
}

TEST(a_future_keeps_the_memory_of_its_loop)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop), *other = future_new(loop);
    loop_free(loop);
    CHECK_PTR(future_get_loop(future), loop);
    CHECK(loop_is_closed(future_get_loop(future)));
    CHECK_INT(future_set_result(future, seven), 0);
    check_finished(future, 0, 7);
    future_release(future);
    check_pending(other);
    CHECK(future_cancel(other));
    future_release(other);
}

TEST(a_closed_loop_still_makes_futures)
{
    Loop *loop = loop_new();
    CHECK_INT(loop_close(loop), 0);
    Future *future = future_new(loop);
    check_pending(future);
    CHECK_INT(future_set_error(future, EPIPE, seven), 0);
    check_finished(future, EPIPE, 7);
    future_release(future);
    loop_free(loop);
}
