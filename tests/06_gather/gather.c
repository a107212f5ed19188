/* async_gather(): results and errors in order, and what a cancellation of the
 * one who gathers does. */
#include "gathers.h"

/* ---- Results ---- */
static int gather_three(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 3, .value = 1 }, { .delay = 1, .value = 2 },
                         { .delay = 2, .value = 3 } };
    Task *tasks[3];
    Outcome outcomes[3];
    begin_all(tasks, workers, 3);
    CHECK_INT(async_gather(tasks, 3, outcomes, 0), 0);
    CHECK_DOUBLE(now(), 3, 0.001);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(outcomes[i].error, 0);
        CHECK_INT(outcomes[i].value.i, i + 1);
    }
    CHECK_INT(async_gather(FUTURES(tasks[2], tasks[0]), outcomes, 0), 0);
    CHECK_INT(outcomes[0].value.i, 3);
    CHECK_INT(outcomes[1].value.i, 1);
    release_all(tasks, 3);
    return 0;
}

TEST(results_come_in_the_order_of_the_arguments)    /* G1 */
{
    play(gather_three, NULL);
}

static int gather_none(void *arg, Value *result)
{
    tell_soon("turn");
    CHECK_INT(async_gather(NULL, 0, NULL, 0), 0);
    CHECK_INT(async_gather(NULL, 0, NULL, RETURN_EXCEPTIONS), 0);
    CHECK_STR(story, "");
    return 0;
}

TEST(who_gathers_nothing_does_not_wait)    /* G1 */
{
    play(gather_none, NULL);
}

static int gather_twice_the_same(void *arg, Value *result)
{
    Worker one = { .delay = 1, .value = 1 }, two = { .delay = 2, .value = 2 };
    Task *a = begin(work, &one), *b = begin(work, &two);
    Outcome outcomes[5];
    CHECK_INT(async_gather(FUTURES(a, b, a, b, a), outcomes, 0), 0);
    for (int i = 0; i < 5; i++) {
        CHECK_INT(outcomes[i].error, 0);
        CHECK_INT(outcomes[i].value.i, 1 + i % 2);
    }
    CHECK_DOUBLE(now(), 2, 0.001);
    task_release(a);
    task_release(b);
    return 0;
}

TEST(a_future_that_is_named_twice_has_its_result_twice)    /* G6 */
{
    play(gather_twice_the_same, NULL);
}

/* ---- Those that are done before ---- */
static int gather_done(void *arg, Value *result)
{
    Future *futures[3];
    Outcome outcomes[3];
    new_futures(futures, 3);
    for (int i = 0; i < 3; i++)
        CHECK_INT(future_set_result(futures[i], (Value){ .i = i }), 0);
    tell_soon("turn");
    CHECK_INT(async_gather(futures, 3, outcomes, 0), 0);
    CHECK_STR(story, "");
    for (int i = 0; i < 3; i++)
        CHECK_INT(outcomes[i].value.i, i);
    release_all(futures, 3);
    return 0;
}

TEST(if_all_are_done_it_returns_at_once)    /* F4 */
{
    play(gather_done, NULL);
}

static int gather_some_done(void *arg, Value *result)
{
    Worker child = { .delay = 2, .value = 5 };
    Future *futures[3];
    Outcome outcomes[3];
    new_futures(futures, 2);
    futures[2] = begin(work, &child);
    CHECK_INT(future_set_result(futures[0], seven), 0);
    CHECK(loop_call_later(async_get_running_loop(), 1, future_cancel_callback,
                          futures[1]) != 0);
    CHECK_INT(async_gather(futures, 3, outcomes, RETURN_EXCEPTIONS), 0);
    CHECK_DOUBLE(now(), 2, 0.001);
    CHECK_INT(outcomes[0].value.i, 7);
    CHECK_INT(outcomes[1].error, E_CANCELLED);
    CHECK_INT(outcomes[1].value.i, 0);
    CHECK_INT(outcomes[2].value.i, 5);
    release_all(futures, 3);
    return 0;
}

TEST(it_waits_for_those_that_are_not_done)
{
    play(gather_some_done, NULL);
}

/* One is done with this, and the other is not. */
static void gather_half_done(int error)
{
    Future *futures[2];
    Outcome outcomes[2];
    new_futures(futures, 2);
    if (error == E_CANCELLED)
        CHECK(future_cancel_with(futures[1], "before"));
    else
        CHECK_INT(future_set_error(futures[1], error, seven), 0);
    tell_soon("turn");
    CHECK_INT(async_gather(futures, 2, outcomes, 0), error);
    CHECK_STR(story, "");
    CHECK_INT(outcomes[0].error, E_INVALID_STATE);
    CHECK_INT(outcomes[0].value.i, 0);
    CHECK_INT(outcomes[1].error, error);
    CHECK(!future_done(futures[0]));
    pause_turns(1);
    story[0] = '\0';
    CHECK_INT(future_set_error(futures[0], EIO, nothing), 0);
    release_all(futures, 2);
}

static int gather_halves(void *arg, Value *result)
{
    gather_half_done(EPIPE);
    gather_half_done(E_CANCELLED);
    return 0;
}

TEST(if_one_has_failed_before_it_returns_at_once)    /* G2 G5 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, gather_halves, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

/* ---- Errors ---- */
static int gather_failing(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 9, .value = 1 },
                         { .delay = 1, .error = EPIPE, .value = 7 },
                         { .delay = 1, .error = EIO },
                         { .delay = 2, .error = ENOENT } };
    Task *tasks[4];
    Outcome outcomes[4];
    begin_all(tasks, workers, 4);
    CHECK_INT(async_gather(tasks, 4, outcomes, 0), EPIPE);
    CHECK_DOUBLE(now(), 1, 0.001);
    CHECK_INT(outcomes[0].error, E_INVALID_STATE);
    CHECK_INT(outcomes[1].error, EPIPE);
    CHECK_INT(outcomes[1].value.i, 7);
    CHECK_INT(outcomes[3].error, E_INVALID_STATE);
    CHECK_INT(await(tasks[0], result), 0);    /* it runs on */
    CHECK_INT(result->i, 1);
    CHECK_INT(task_cancelling(tasks[0]), 0);
    CHECK(task_done(tasks[3]));
    release_all(tasks, 4);
    return 0;
}

TEST(the_first_error_returns_at_once_and_later_ones_are_silent)    /* G2 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, gather_failing, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

static int gather_all_errors(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 2, .error = EPIPE, .value = 7 },
                         { .delay = 3, .value = 1 }, { .delay = 9 } };
    workers[2].cancelled = E_CANCELLED;
    Task *tasks[3];
    Outcome outcomes[3];
    begin_all(tasks, workers, 3);
    CHECK(loop_call_later(async_get_running_loop(), 1, future_cancel_callback,
                          tasks[2]) != 0);
    CHECK_INT(async_gather(tasks, 3, outcomes, RETURN_EXCEPTIONS), 0);
    CHECK_DOUBLE(now(), 3, 0.001);
    CHECK_INT(outcomes[0].error, EPIPE);
    CHECK_INT(outcomes[0].value.i, 7);
    CHECK_INT(outcomes[1].error, 0);
    CHECK_INT(outcomes[1].value.i, 1);
    CHECK_INT(outcomes[2].error, E_CANCELLED);
    release_all(tasks, 3);
    return 0;
}

TEST(with_return_exceptions_errors_are_outcomes)    /* G3 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, gather_all_errors, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

static int gather_without_outcomes(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 1, .error = EPIPE }, { .delay = 2 } };
    Task *tasks[2];
    begin_all(tasks, workers, 2);
    CHECK_INT(async_gather(tasks, 2, NULL, RETURN_EXCEPTIONS), 0);
    CHECK_INT(async_gather(tasks, 2, NULL, 0), EPIPE);
    release_all(tasks, 2);
    return 0;
}

TEST(who_wants_no_outcomes_hears_of_the_error_all_the_same)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, gather_without_outcomes, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

/* ---- A child is cancelled ---- */
static int gather_cancelled_child(void *arg, Value *result)
{
    Future *futures[2];
    new_futures(futures, 2);
    Gathering gathering = { .futures = futures, .n = 2 };
    Task *task = begin(gather, &gathering);
    pause_turns(1);
    CHECK(future_cancel_with(futures[1], "why"));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK_INT(task_cancelling(task), 0);
    CHECK_STR(future_cancel_message(task), "why");
    CHECK(!future_done(futures[0]));
    release_all(futures, 2);
    task_release(task);
    return 0;
}

TEST(a_cancelled_child_counts_as_an_error)    /* G5 */
{
    play(gather_cancelled_child, NULL);
}

static int gather_two_cancelled(void *arg, Value *result)
{
    Future *futures[3];
    Outcome outcomes[3];
    new_futures(futures, 3);
    Gathering gathering = { futures, 3, outcomes, 0, -1, -1 };
    Task *task = begin(gather, &gathering);
    pause_turns(1);
    CHECK(future_cancel_with(futures[2], "first"));
    CHECK_INT(future_set_error(futures[0], EPIPE, nothing), 0);
    CHECK(future_cancel_with(futures[1], "second"));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK_STR(future_cancel_message(task), "first");
    CHECK_INT(outcomes[0].error, EPIPE);
    release_all(futures, 3);
    task_release(task);
    return 0;
}

TEST(of_several_in_one_turn_the_first_to_end_counts)    /* G2 G5 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, gather_two_cancelled, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

/* ---- Who gathers is cancelled ---- */
static Task *begin_gathering(Gathering *gathering, Task *tasks[],
                             Worker workers[], Outcome outcomes[], size_t n,
                             int flags)
{
    begin_all(tasks, workers, n);
    *gathering = (Gathering){ tasks, n, outcomes, flags, -1, -1 };
    Task *task = begin(gather, gathering);
    pause_turns(1);
    return task;
}

static Worker obedient[] = {
    { .delay = 9, .cancelled = E_CANCELLED, .cleanup = 3, .name = "a" },
    { .delay = 9, .cancelled = E_CANCELLED, .cleanup = 1, .name = "b" },
    { .delay = 9, .cancelled = E_CANCELLED, .cleanup = 2, .name = "c" }
};

static int cancel_gather(void *arg, Value *result)
{
    Gathering gathering;
    Outcome outcomes[3];
    Task *tasks[3], *task = begin_gathering(&gathering, tasks, obedient,
                                            outcomes, 3, 0);
    rest(1);
    CHECK(task_cancel_with(task, "enough"));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK_STR(story, "a b c");
    CHECK_DOUBLE(gathering.ended, 2, 0.001);
    CHECK_STR(future_cancel_message(task), "enough");
    CHECK_INT(task_cancelling(task), 1);
    CHECK_INT(outcomes[0].error, E_INVALID_STATE);
    CHECK_INT(outcomes[1].error, E_CANCELLED);
    CHECK(!task_done(tasks[0]) && !task_done(tasks[2]));
    for (int i = 0; i < 3; i++) {
        CHECK_INT(task_cancelling(tasks[i]), 1);
        CHECK_INT(task_join(tasks[i], NULL), E_CANCELLED);
    }
    CHECK_DOUBLE(now(), 4, 0.001);    /* the cleanups ran to their end */
    CHECK_STR(story, "a b c");
    task_release(task);
    return 0;
}

TEST(all_are_cancelled_in_order_and_the_first_to_end_returns)    /* G4 */
{
    play(cancel_gather, NULL);
}

static int cancel_patient(void *arg, Value *result)
{
    Gathering gathering;
    Outcome outcomes[3];
    Task *tasks[3], *task = begin_gathering(&gathering, tasks, obedient,
                                            outcomes, 3, RETURN_EXCEPTIONS);
    CHECK(task_cancel_with(task, "enough"));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK_STR(story, "a b c");
    CHECK_DOUBLE(gathering.ended, 3, 0.001);
    CHECK_STR(future_cancel_message(task), "enough");
    for (int i = 0; i < 3; i++)
        CHECK_INT(outcomes[i].error, E_CANCELLED);
    release_all(tasks, 3);
    task_release(task);
    return 0;
}

TEST(with_return_exceptions_a_cancellation_returns_last)    /* G4 */
{
    play(cancel_patient, NULL);
}

static int cancel_swallowing(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 9, .value = 1, .cleanup = 2 },
                         { .delay = 9, .value = 2, .cleanup = 1 } };
    for (int flags = 0; flags <= RETURN_EXCEPTIONS; flags++) {
        Gathering gathering;
        Outcome outcomes[2];
        Task *tasks[2], *task = begin_gathering(&gathering, tasks, workers,
                                                outcomes, 2, flags);
        double before = now();
        CHECK(task_cancel(task));
        CHECK_INT(await(task, NULL), E_CANCELLED);
        CHECK_DOUBLE(now() - before, 2, 0.001);
        for (int i = 0; i < 2; i++) {
            CHECK_INT(outcomes[i].error, 0);
            CHECK_INT(outcomes[i].value.i, i + 1);
        }
        release_all(tasks, 2);
        task_release(task);
    }
    return 0;
}

TEST(if_the_children_swallow_it_the_gather_is_cancelled_all_the_same)   /* G4 */
{
    play(cancel_swallowing, NULL);
}

static int cancel_failing(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 9, .cancelled = E_CANCELLED, .cleanup = 2 },
                         { .delay = 9, .cancelled = EPIPE, .cleanup = 1 } };
    for (int flags = 0; flags <= RETURN_EXCEPTIONS; flags++) {
        Gathering gathering;
        Outcome outcomes[2];
        Task *tasks[2], *task = begin_gathering(&gathering, tasks, workers,
                                                outcomes, 2, flags);
        double before = now();
        CHECK(task_cancel(task));
        CHECK_INT(await(task, NULL), flags == 0 ? EPIPE : E_CANCELLED);
        CHECK_DOUBLE(now() - before, flags == 0 ? 1 : 2, 0.001);
        CHECK_INT(outcomes[0].error,
                  flags == 0 ? E_INVALID_STATE : E_CANCELLED);
        CHECK_INT(outcomes[1].error, EPIPE);
        rest(5);
        release_all(tasks, 2);
        task_release(task);
    }
    return 0;
}

TEST(a_child_that_fails_while_it_is_cancelled_is_the_first_error)    /* G4 */
{
    play(cancel_failing, NULL);
}

static int cancel_twice(void *arg, Value *result)
{
    for (int flags = 0; flags <= RETURN_EXCEPTIONS; flags++) {
        Gathering gathering;
        Task *tasks[3], *task = begin_gathering(&gathering, tasks, obedient,
                                                NULL, 3, flags);
        double before = now();
        story[0] = '\0';
        CHECK(task_cancel_with(task, "first"));
        rest(0.5);
        CHECK(!task_done(task));
        CHECK(task_cancel_with(task, "second"));
        CHECK_INT(await(task, NULL), E_CANCELLED);
        CHECK_STR(future_cancel_message(task), "second");
        CHECK_INT(task_cancelling(task), 2);
        CHECK_STR(story, "a b c interrupted interrupted interrupted");
        CHECK_DOUBLE(now() - before, 0.5, 0.001);
        for (int i = 0; i < 3; i++)
            CHECK_INT(task_cancelling(tasks[i]), 2);
        pause_turns(2);
        release_all(tasks, 3);
        task_release(task);
    }
    return 0;
}

TEST(a_second_cancellation_reaches_the_children_too)    /* G4 T11 */
{
    play(cancel_twice, NULL);
}

static int gather_twice(void *arg, Value *result)
{
    Future *futures[2];
    new_futures(futures, 2);
    Worker child = { .delay = 1, .value = 1 };
    Task *task = begin(work, &child);
    tell("begun");
    CHECK_INT(async_gather(futures, 2, NULL, 0), E_CANCELLED);
    CHECK(future_cancelled(futures[0]) && future_cancelled(futures[1]));
    CHECK_INT(async_gather(&task, 1, NULL, 0), 0);
    release_all(futures, 2);
    return task_join(task, result);
}

static int cancel_once(void *arg, Value *result)
{
    Task *task = begin(gather_twice, NULL);
    pause_turns(1);
    CHECK_STR(story, "begun");
    CHECK(task_cancel(task));
    CHECK_INT(await(task, result), 0);
    CHECK_INT(result->i, 1);
    CHECK_INT(task_cancelling(task), 1);
    task_release(task);
    return 0;
}

TEST(who_was_cancelled_once_can_gather_again)    /* T7 */
{
    play(cancel_once, NULL);
}

/* ---- Just before, and just after ---- */
static int cancel_too_late(void *arg, Value *result)
{
    Future *futures[2];
    Outcome outcomes[2];
    for (int error = 0; error <= EPIPE; error += EPIPE) {
        new_futures(futures, 2);
        Gathering gathering = { futures, 2, outcomes, 0, -1, -1 };
        Task *task = begin(gather, &gathering);
        pause_turns(1);
        CHECK_INT(future_set_result(futures[0], seven), 0);
        if (error == 0)
            CHECK_INT(future_set_result(futures[1], seven), 0);
        else
            CHECK_INT(future_set_error(futures[1], error, seven), 0);
        if (arg != NULL)
            pause_turns(1);    /* now it knows */
        CHECK(!task_done(task));
        CHECK(task_cancel(task));
        CHECK_INT(await(task, NULL), E_CANCELLED);
        CHECK_INT(outcomes[0].value.i, 7);
        CHECK_INT(outcomes[1].error, error);
        CHECK_INT(outcomes[1].value.i, 7);
        release_all(futures, 2);
        task_release(task);
    }
    return 0;
}

TEST(cancelled_after_the_last_end_the_outcomes_are_there)    /* T8 */
{
    play(cancel_too_late, NULL);
}

TEST(cancelled_between_the_news_and_waking_the_outcomes_are_there)    /* T8 */
{
    play(cancel_too_late, "pauses");
}

static int cancel_after_error(void *arg, Value *result)
{
    Future *futures[3];
    new_futures(futures, 3);
    Gathering gathering = { futures, 3, NULL, 0, -1, -1 };
    Task *task = begin(gather, &gathering);
    pause_turns(1);
    CHECK_INT(future_set_error(futures[1], EPIPE, nothing), 0);
    pause_turns(1);
    CHECK(task_cancel(task));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK(!future_done(futures[0]) && !future_done(futures[2]));
    release_all(futures, 3);
    task_release(task);
    return 0;
}

TEST(after_an_error_a_cancellation_leaves_the_children_alone)    /* G7 */
{
    play(cancel_after_error, NULL);
}

static int gather_while_cancelled(void *arg, Value *result)
{
    Future *futures[2];
    new_futures(futures, 2);
    CHECK_INT(future_set_result(futures[0], seven), 0);
    CHECK(task_cancel_with(async_current_task(), "myself"));
    CHECK_INT(async_gather(&futures[0], 1, NULL, 0), 0);
    CHECK_INT(async_gather(futures, 2, NULL, 0), E_CANCELLED);
    CHECK(future_cancelled(futures[1]));
    CHECK_STR(future_cancel_message(futures[1]), "myself");
    pause_turns(1);    /* it was delivered */
    release_all(futures, 2);
    return 0;
}

TEST(a_request_from_before_cancels_the_children)    /* T6 */
{
    play(gather_while_cancelled, NULL);
}

/* ---- Many ---- */
enum { MANY = 10000 };

/* How many turns it takes to hear that so many have ended. */
static int turns_of(size_t n)
{
    Future **futures = calloc(n, sizeof *futures);
    CHECK(futures != NULL);
    new_futures(futures, n);
    Gathering gathering = { futures, n, NULL, 0, -1, -1 };
    Task *task = begin(gather, &gathering);
    pause_turns(1);
    Turns turns;
    count_turns(&turns);
    for (size_t i = n; i-- > 0; )
        CHECK_INT(future_set_result(futures[i], seven), 0);
    CHECK_INT(task_join(task, NULL), 0);
    int passed = turns_passed(&turns);
    release_all(futures, n);
    free(futures);
    return passed;
}

static int gather_many(void *arg, Value *result)
{
    CHECK_INT(turns_of(MANY), turns_of(2));
    return 0;
}

TEST(ten_thousand_take_no_more_turns_than_two)
{
    play(gather_many, NULL);
}

/* ---- Whose they are ---- */
static int gather_what_others_release(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 1, .value = 1 },
                         { .delay = 2, .value = 2 } };
    Task *tasks[2];
    Outcome outcomes[2];
    begin_all(tasks, workers, 2);
    release_all(tasks, 2);    /* the loop has them until they are done */
    CHECK_INT(async_gather(tasks, 2, outcomes, 0), 0);
    CHECK_INT(outcomes[0].value.i, 1);
    CHECK_INT(outcomes[1].value.i, 2);
    return 0;
}

TEST(it_holds_its_futures_until_it_has_their_outcomes)
{
    play(gather_what_others_release, NULL);
}
