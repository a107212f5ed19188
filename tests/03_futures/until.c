/* loop_run_until_complete(): what it returns, and when it does not run. */
#include "../../code/03_futures/future.h"
#include "../../code/03_futures/future_inside.h"
#include "../check.h"

/* ---- Helpers ---- */
static const Value seven = { .i = 7 };
static int calls;

static void count(void *arg)
{
    calls++;
}

static void complete(void *future)
{
    CHECK_INT(future_set_result(future, seven), 0);
}

static void fail(void *future)
{
    CHECK_INT(future_set_error(future, EPIPE, seven), 0);
}

static void soon(Loop *loop, Callback *callback, void *arg)
{
    CHECK(loop_call_soon(loop, callback, arg) != 0);
}

static Loop *virtual_loop(void)
{
    Loop *loop = loop_new();
    CHECK_INT(loop_use_virtual_time(loop), 0);
    return loop;
}

static void finish(Loop *loop, Future *future)
{
    future_release(future);
    loop_free(loop);
}

/* ---- What it returns ---- */
TEST(it_returns_the_result)    /* L8 */
{
    Loop *loop = virtual_loop();
    Future *future = future_new(loop);
    Value value = { .i = 0 };
    CHECK(loop_call_later(loop, 30, complete, future) != 0);
    CHECK_INT(loop_run_until_complete(loop, future, &value), 0);
    CHECK_INT(value.i, 7);
    CHECK_DOUBLE(loop_time(loop), 30, 1e-9);
    CHECK(!loop_is_running(loop));
    finish(loop, future);
}

TEST(it_returns_the_error_with_its_detail)    /* L8 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    Value value = { .i = 0 };
    soon(loop, fail, future);
    CHECK_INT(loop_run_until_complete(loop, future, &value), EPIPE);
    CHECK_INT(value.i, 7);
    finish(loop, future);
}

TEST(it_returns_that_it_was_cancelled)    /* L8 F6 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    soon(loop, future_cancel_callback, future);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), E_CANCELLED);
    finish(loop, future);
}

TEST(the_result_need_not_be_asked_for)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    soon(loop, complete, future);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    finish(loop, future);
}

/* ---- How long it runs ---- */
TEST(one_that_is_done_still_runs_one_turn)    /* L8 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    Value value = { .i = 0 };
    complete(future);
    soon(loop, count, NULL);
    CHECK_INT(loop_run_until_complete(loop, future, &value), 0);
    CHECK_INT(calls, 1);
    CHECK_INT(value.i, 7);
    finish(loop, future);
}

static void complete_and_go_on(void *future)
{
    Loop *loop = future_get_loop(future);
    complete(future);
    soon(loop, count, NULL);
}

static void count_on(void *loop)
{
    calls++;
    soon(loop, count_on, loop);
}

/* It stops by being told that the future is done, in the turn after. */
TEST(the_turn_after_the_completion_is_the_last)    /* L8 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    soon(loop, complete_and_go_on, future);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    CHECK_INT(calls, 1);
    soon(loop, count_on, loop);
    Future *next = future_new(loop);
    soon(loop, complete, next);
    CHECK_INT(loop_run_until_complete(loop, next, NULL), 0);
    CHECK_INT(calls, 3);    /* one turn to complete it, one to be told */
    future_release(next);
    finish(loop, future);
}

static void check_first(Future *future, void *arg)
{
    CHECK_INT(calls++, 0);
}

TEST(done_callbacks_have_run_when_it_returns)    /* L8 F2 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    CHECK_INT(future_add_done_callback(future, check_first, NULL), 0);
    soon(loop, complete, future);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    CHECK_INT(calls, 1);
    finish(loop, future);
}

TEST(it_can_be_called_again_and_again)
{
    Loop *loop = loop_new();
    for (int i = 0; i < 1000; i++) {
        Future *future = future_new(loop);
        soon(loop, complete, future);
        CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
        CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
        future_release(future);
    }
    loop_free(loop);
}

/* ---- Stopped before ---- */
TEST(stopped_early_it_can_be_run_again)    /* L8 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    Value value = { .i = 99 };
    for (int i = 0; i < 3; i++) {
        soon(loop, loop_stop_callback, loop);
        CHECK_INT(loop_run_until_complete(loop, future, &value), E_RUNTIME);
        CHECK_INT(value.i, 99);
        CHECK(!future_done(future));
    }
    soon(loop, complete, future);
    CHECK_INT(loop_run_until_complete(loop, future, &value), 0);
    CHECK_INT(value.i, 7);
    finish(loop, future);
}

static void stop_and_count(void *loop)
{
    loop_stop(loop);
    calls++;
}

/* Nothing of the first run is left that would stop the second. */
TEST(after_an_early_stop_the_future_stops_no_loop)    /* L8 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    loop_stop(loop);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), E_RUNTIME);
    complete(future);
    CHECK(loop_call_later(loop, 0.01, stop_and_count, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
    CHECK_INT(calls, 1);
    finish(loop, future);
}

static void complete_and_stop(void *future)
{
    complete(future);
    loop_stop(future_get_loop(future));
}

TEST(completed_and_stopped_in_one_turn_is_complete)    /* L8 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    Value value = { .i = 0 };
    soon(loop, complete_and_stop, future);
    CHECK_INT(loop_run_until_complete(loop, future, &value), 0);
    CHECK_INT(value.i, 7);
    CHECK(loop_call_later(loop, 0.01, stop_and_count, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
    CHECK_INT(calls, 1);
    finish(loop, future);
}

/* ---- Refusals ---- */
TEST(the_future_of_another_loop_is_a_wrong_value)
{
    Loop *loop = loop_new(), *other = loop_new();
    Future *future = future_new(other);
    soon(loop, count, NULL);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), E_VALUE);
    CHECK_INT(calls, 0);
    CHECK(!future_done(future));
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), E_RUNTIME);
    loop_free(other);
    finish(loop, future);
}

TEST(a_closed_loop_cannot_run)    /* L12 */
{
    Loop *loop = loop_new();
    Future *pending = future_new(loop), *done = future_new(loop);
    complete(done);
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(loop_run_until_complete(loop, pending, NULL), E_RUNTIME);
    CHECK_INT(loop_run_until_complete(loop, done, NULL), E_RUNTIME);
    future_release(pending);
    finish(loop, done);
}

static void run_inside(void *future)
{
    CHECK_INT(loop_run_until_complete(future_get_loop(future), future, NULL),
              E_RUNTIME);
    calls++;
}

TEST(it_cannot_be_nested)    /* R4 */
{
    Loop *loop = loop_new(), *other = loop_new();
    Future *future = future_new(loop), *others = future_new(other);
    soon(loop, run_inside, future);
    soon(loop, run_inside, others);
    soon(loop, complete, future);
    soon(loop, run_inside, future);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    CHECK_INT(calls, 3);
    soon(other, complete, others);
    CHECK_INT(loop_run_until_complete(other, others, NULL), 0);
    future_release(others);
    loop_free(other);
    finish(loop, future);
}

static void *run_in_a_thread(void *future)
{
    run_inside(future);
    return NULL;
}

static void run_elsewhere(void *future)
{
    Ready *ready = &future_get_loop(future)->ready;
    size_t reserved = ready->reserved;
    uint64_t tail = ready->tail;
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, run_in_a_thread, future), 0);
    CHECK_INT(pthread_join(thread, NULL), 0);
    CHECK_INT(ready->reserved, reserved);
    CHECK_INT(ready->tail, tail);    /* nothing was put into the queue */
}

TEST(a_loop_that_runs_in_another_thread_is_left_alone)    /* R4 */
{
    Loop *loop = loop_new();
    Future *pending = future_new(loop), *done = future_new(loop);
    complete(done);
    soon(loop, run_elsewhere, pending);
    soon(loop, run_elsewhere, done);
    loop_stop(loop);
    CHECK_INT(loop_run_forever(loop), 0);
    CHECK_INT(calls, 2);
    future_release(pending);
    finish(loop, done);
}

/* ---- What it holds ---- */
static void complete_and_release(void *future)
{
    complete(future);
    future_release(future);
}

TEST(the_future_may_be_released_while_it_runs)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop), *other = future_new(loop);
    Value value = { .i = 0 };
    soon(loop, complete_and_release, future);
    CHECK_INT(loop_run_until_complete(loop, future, &value), 0);
    CHECK_INT(value.i, 7);
    soon(loop, loop_stop_callback, loop);
    CHECK_INT(loop_run_until_complete(loop, other, NULL), E_RUNTIME);
    finish(loop, other);
}

TEST(its_place_in_the_queue_is_given_back)
{
    Loop *loop = loop_new(), *other = loop_new();
    Future *future = future_new(loop);
    size_t before = loop->ready.reserved;
    CHECK_INT(loop_run_until_complete(other, future, NULL), E_VALUE);
    soon(loop, loop_stop_callback, loop);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), E_RUNTIME);
    CHECK_INT(loop->ready.reserved, before);
    soon(loop, complete_and_stop, future);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    CHECK_INT(loop->ready.reserved, before);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    CHECK_INT(loop->ready.reserved, before);
    loop_free(other);
    finish(loop, future);
}

static void ignore(Future *future, void *arg)
{
}

TEST(done_callbacks_give_their_places_back_too)
{
    Loop *loop = loop_new();
    size_t before = loop->ready.reserved;
    for (int way = 0; way < 3; way++) {
        Future *future = future_new(loop);
        for (int i = 0; i < 10; i++)
            CHECK_INT(future_add_done_callback(future, ignore, NULL), 0);
        CHECK_INT(loop->ready.reserved, before + 10);
        if (way == 0)
            CHECK_INT(future_remove_done_callback(future, ignore, NULL), 10);
        if (way <= 1)
            complete(future);
        if (way == 1)
            CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
        future_release(future);
        CHECK_INT(loop->ready.reserved, before);
    }
    loop_free(loop);
}
