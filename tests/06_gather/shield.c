/* async_shield(): await(), but what cancels us does not reach the future. */
#include "gathers.h"

/* ---- Helpers ---- */
typedef struct Shielding {
    Future *future;
    int error;
    Value value;
    double ended;
} Shielding;

static int shield(void *arg, Value *result)
{
    Shielding *shielding = arg;
    shielding->value = (Value){ .i = -1 };
    shielding->error = async_shield(shielding->future, &shielding->value);
    shielding->ended = now();
    return shielding->error;
}

/* ---- What it ended with ---- */
static int pass_through(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 1, .value = 1 },
                         { .delay = 1, .value = 2, .error = EPIPE },
                         { .delay = 1, .error = E_CANCELLED } };
    for (int i = 0; i < 3; i++) {
        Task *task = begin(work, &workers[i]);
        double start = now();
        Value value = seven;
        CHECK_INT(async_shield(task, &value), workers[i].error);
        CHECK_INT(value.i, workers[i].value);
        CHECK_DOUBLE(now() - start, 1, 0.001);
        CHECK_INT(task_cancelling(async_current_task()), 0);
        task_release(task);
    }
    return 0;
}

TEST(result_error_and_cancellation_pass_through)    /* H2 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, pass_through, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

static int shield_done(void *arg, Value *result)
{
    Future *futures[3];
    new_futures(futures, 3);
    CHECK_INT(future_set_result(futures[0], seven), 0);
    CHECK_INT(future_set_error(futures[1], EPIPE, seven), 0);
    CHECK(future_cancel_with(futures[2], "why"));
    tell_soon("turn");
    int errors[] = { 0, EPIPE, E_CANCELLED };
    for (int i = 0; i < 3; i++) {
        Value value = nothing;
        CHECK_INT(async_shield(futures[i], &value), errors[i]);
        CHECK_INT(value.i, i < 2 ? 7 : 0);
        CHECK_INT(async_shield(futures[i], NULL), errors[i]);
    }
    CHECK_STR(story, "");
    release_all(futures, 3);
    return 0;
}

TEST(a_done_future_is_taken_at_once)    /* H2 F4 */
{
    play(shield_done, NULL);
}

static int shield_without_result(void *arg, Value *result)
{
    Worker worker = { .delay = 1, .error = EPIPE };
    Task *task = begin(work, &worker);
    CHECK_INT(async_shield(task, NULL), EPIPE);
    task_release(task);
    return 0;
}

TEST(nobody_has_to_want_the_result)
{
    play(shield_without_result, NULL);
}

static int shield_what_others_release(void *arg, Value *result)
{
    Worker worker = { .delay = 1, .value = 3 };
    Task *task = begin(work, &worker);
    task_release(task);
    CHECK_INT(async_shield(task, result), 0);
    CHECK_INT(result->i, 3);
    return 0;
}

TEST(a_shield_holds_its_future)
{
    play(shield_what_others_release, NULL);
}

static int cancel_inner(void *arg, Value *result)
{
    Worker worker = { .delay = 9, .cancelled = E_CANCELLED, .cleanup = 1,
                      .name = "a" };
    Shielding shielding = { .future = begin(work, &worker) };
    Task *task = begin(shield, &shielding);
    pause_turns(2);
    CHECK(task_cancel(shielding.future));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK_INT(task_cancelling(task), 0);
    CHECK_DOUBLE(now(), 1, 0.001);    /* it waits for the cleanup */
    CHECK_INT(shielding.value.i, 0);
    task_release(shielding.future);
    task_release(task);
    return 0;
}

TEST(if_the_future_itself_is_cancelled_so_is_who_awaits)    /* H2 */
{
    play(cancel_inner, NULL);
}

/* ---- Who awaits is cancelled ---- */
static int cancel_outer(void *arg, Value *result)
{
    Worker worker = { .delay = 3, .value = 5, .name = "cancelled" };
    Shielding shielding = { .future = begin(work, &worker) };
    Task *task = begin(shield, &shielding);
    rest(1);
    CHECK(task_cancel_with(task, "enough"));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK_DOUBLE(shielding.ended, 1, 0.001);
    CHECK_INT(shielding.value.i, 0);
    CHECK_STR(future_cancel_message(task), "enough");
    CHECK_INT(task_cancelling(shielding.future), 0);
    CHECK_INT(task_join(shielding.future, result), 0);
    CHECK_INT(result->i, 5);
    CHECK_STR(story, "");
    task_release(task);
    return 0;
}

TEST(a_cancellation_does_not_reach_the_future)    /* H1 */
{
    play(cancel_outer, NULL);
}

static int shield_again(void *task, Value *result)
{
    int count = 0, err;
    while ((err = async_shield(task, result)) == E_CANCELLED && count < 9)
        count++;
    CHECK_INT(count, 3);
    return err;
}

static int cancel_again(void *arg, Value *result)
{
    Worker worker = { .delay = 9, .value = 5, .name = "cancelled" };
    Task *inner = begin(work, &worker), *task = begin(shield_again, inner);
    for (int i = 0; i < 3; i++) {
        rest(1);
        CHECK(task_cancel(task));
    }
    CHECK_INT(task_join(task, result), 0);
    CHECK_INT(result->i, 5);
    task_release(inner);
    return 0;
}

TEST(who_was_cancelled_can_wait_on)    /* H1 T7 */
{
    play(cancel_again, NULL);
}

static int shield_while_cancelled(void *arg, Value *result)
{
    Future *future = new_future();
    CHECK(task_cancel(async_current_task()));
    CHECK_INT(async_shield(future, result), E_CANCELLED);
    CHECK(!future_done(future));
    CHECK(task_cancel(async_current_task()));
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK_INT(async_shield(future, result), 0);
    CHECK_INT(result->i, 7);
    CHECK_INT(async_sleep(0), E_CANCELLED);
    future_release(future);
    return 0;
}

TEST(a_request_from_before_does_not_reach_it_either)    /* T6 */
{
    play(shield_while_cancelled, NULL);
}

static int shield_twice(void *arg, Value *result)
{
    Future *future = new_future();
    Shielding shieldings[3];
    Task *tasks[3];
    for (int i = 0; i < 3; i++) {
        shieldings[i] = (Shielding){ .future = future };
        tasks[i] = begin(shield, &shieldings[i]);
    }
    pause_turns(1);
    CHECK(task_cancel(tasks[1]));
    pause_turns(1);
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK_INT(async_gather(tasks, 3, NULL, RETURN_EXCEPTIONS), 0);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(shieldings[i].error, i == 1 ? E_CANCELLED : 0);
        CHECK_INT(shieldings[i].value.i, i == 1 ? 0 : 7);
    }
    release_all(tasks, 3);
    future_release(future);
    return 0;
}

TEST(of_several_only_the_cancelled_one_leaves)
{
    play(shield_twice, NULL);
}

static int gather_shields(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 2, .value = 1 }, { .delay = 3 } };
    Shielding shieldings[2];
    Task *inner[2], *outer[2];
    begin_all(inner, workers, 2);
    for (int i = 0; i < 2; i++) {
        shieldings[i] = (Shielding){ .future = inner[i] };
        outer[i] = begin(shield, &shieldings[i]);
    }
    Gathering gathering = { .futures = outer, .n = 2 };
    Task *task = begin(gather, &gathering);
    rest(1);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK_DOUBLE(gathering.ended, 1, 0.001);
    CHECK_INT(async_gather(inner, 2, NULL, 0), 0);
    CHECK_DOUBLE(now(), 3, 0.001);
    release_all(inner, 2);
    release_all(outer, 2);
    return 0;
}

TEST(a_gather_of_shields_can_be_cancelled_and_they_run_on)    /* G4 H1 */
{
    play(gather_shields, NULL);
}

/* ---- In the same turn ---- */
static int cancel_at_the_end(void *arg, Value *result)
{
    for (int pauses = 0; pauses < 2; pauses++) {
        Shielding shielding = { .future = new_future() };
        Task *task = begin(shield, &shielding);
        pause_turns(1);
        CHECK_INT(future_set_result(shielding.future, seven), 0);
        pause_turns(pauses);
        CHECK(!task_done(task));
        CHECK(task_cancel(task));
        CHECK_INT(task_join(task, NULL), E_CANCELLED);
        CHECK_INT(shielding.value.i, 0);
        CHECK_INT(future_result(shielding.future, result), 0);
        CHECK_INT(result->i, 7);    /* the future keeps it */
        future_release(shielding.future);
    }
    return 0;
}

TEST(result_and_cancellation_in_one_turn_are_a_cancellation)    /* T8 */
{
    play(cancel_at_the_end, NULL);
}

static int cancel_both(void *arg, Value *result)
{
    Shielding shielding = { .future = new_future() };
    Task *task = begin(shield, &shielding);
    pause_turns(1);
    CHECK(task_cancel(task));
    CHECK(future_cancel(shielding.future));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    pause_turns(1);    /* nobody is told twice */
    task_release(task);
    future_release(shielding.future);
    return 0;
}

TEST(both_may_be_cancelled_in_one_turn)
{
    play(cancel_both, NULL);
}

/* ---- An error that comes later ---- */
static int fail_later(void *cancels, Value *result)
{
    Worker worker = { .delay = 2, .error = EPIPE };
    Shielding shielding = { .future = begin(work, &worker) };
    Task *task = begin(shield, &shielding);
    rest(1);
    if (cancels != NULL)
        CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), cancels != NULL ? E_CANCELLED : EPIPE);
    rest(2);
    CHECK(task_done(shielding.future));
    task_release(shielding.future);
    return 0;
}

TEST(what_fails_behind_a_shield_that_has_gone_is_reported_once)    /* H1 D1 */
{
    for (int cancels = 0; cancels < 2; cancels++) {
        Seen seen;
        Loop *loop = watched_loop(&seen);
        CHECK_INT(run(loop, fail_later, cancels ? "cancels" : NULL), 0);
        loop_free(loop);
        CHECK_INT(seen.count, cancels);
        CHECK_INT(seen.last.error, cancels ? EPIPE : 0);
    }
}

static int fail_and_cancel(void *arg, Value *result)
{
    Shielding shielding = { .future = new_future() };
    Task *task = begin(shield, &shielding);
    pause_turns(1);
    CHECK_INT(future_set_error(shielding.future, EPIPE, nothing), 0);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    if (arg != NULL)
        CHECK_INT(future_error(shielding.future), EPIPE);
    future_release(shielding.future);
    return 0;
}

TEST(an_error_in_the_turn_of_the_cancellation_is_reported_too)    /* H1 T8 */
{
    for (int asks = 0; asks < 2; asks++) {
        Seen seen;
        Loop *loop = watched_loop(&seen);
        CHECK_INT(run(loop, fail_and_cancel, asks ? "asks" : NULL), 0);
        loop_free(loop);
        CHECK_INT(seen.count, 1 - asks);
    }
}
