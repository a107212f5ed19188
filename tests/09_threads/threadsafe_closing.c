/* run_coroutine_threadsafe(), and a loop that closes before the coroutine has
 * ended: whoever waits for it goes on. */
#include "askers.h"

/* ---- When ---- */
TEST(a_loop_closes_before_it_has_begun)
{
    Loop *loop = ordered_loop();
    ConcurrentFuture *future = run_coroutine(loop, tell_word, "ran");
    loop_free(loop);
    CHECK_INT(result_of(future, NULL), E_CANCELLED);
    CHECK_STR(story, "");
}

TEST(a_loop_closes_while_it_runs)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    ConcurrentFuture *future = run_coroutine(loop, sleep_forever, NULL);
    run_turns(loop, 3);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 1);
    CHECK_INT(loop_close(loop), 0);
    CHECK(concurrent_future_cancelled(future));
    CHECK(concurrent_future_cancel(future));
    loop_free(loop);
    CHECK_INT(result_of(future, NULL), E_CANCELLED);
    CHECK_INT(seen.count, 1);    /* a task that was pending */
}

TEST(a_loop_closes_while_the_thread_waits)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    Asker asker = { .loop = loop, .function = sleep_forever,
                    .timeout = INFINITY, .error = -1 };
    loop_retain(loop);    /* the thread calls it once more */
    begin_asker(&asker);
    while (async_all_tasks(loop, NULL, 0) == 0) {
        run_turns(loop, 1);
        yield_processor();
    }
    loop_free(loop);
    join_thread(asker.thread);
    CHECK_INT(asker.error, E_CANCELLED);
    loop_release(loop);
}

TEST(a_loop_closes_after_it_was_cancelled_and_before_it_knows)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    ConcurrentFuture *future = run_coroutine(loop, sleep_forever, NULL);
    run_turns(loop, 3);
    CHECK(concurrent_future_cancel(future));
    loop_free(loop);
    CHECK_INT(result_of(future, NULL), E_CANCELLED);
    CHECK_INT(seen.count, 1);
}

TEST(a_loop_closes_before_it_has_begun_and_cancelled)
{
    Loop *loop = ordered_loop();
    ConcurrentFuture *future = run_coroutine(loop, sleep_forever, NULL);
    CHECK(concurrent_future_cancel(future));
    loop_free(loop);
    CHECK_INT(result_of(future, NULL), E_CANCELLED);
}

static ConcurrentFuture *own;

static void cancel_and_stop(void *loop)
{
    CHECK(concurrent_future_cancel(own));
    loop_stop(loop);
}

/* The task has ended, but nobody knows yet. */
static int end_before_that(void *loop, Value *result)
{
    CHECK(loop_call_soon(loop, cancel_and_stop, loop) != 0);
    return 0;
}

static void check_stopping(CoroFn *function, bool begins)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    if (!begins)
        CHECK(loop_call_soon(loop, cancel_and_stop, loop) != 0);
    own = run_coroutine(loop, function, loop);
    CHECK_INT(loop_run_forever(loop), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);    /* no task was pending */
    CHECK_INT(result_of(own, NULL), E_CANCELLED);
    own = NULL;    /* so that it is seen if it is left */
}

TEST(a_loop_closes_in_the_turn_in_which_it_was_cancelled)
{
    check_stopping(end_before_that, true);
    check_stopping(end_before_that, false);
}
