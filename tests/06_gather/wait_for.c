/* wait_for(): a future or a coroutine with a limit, whatever it does when that
 * is over.  And limits that are moved: timeout_reschedule(). */
#include "../../code/06_gather/timeout.h"
#include "../05_tasks/tasks.h"

/* ---- Helpers ---- */
static void set_seven(void *future)
{
    CHECK_INT(future_set_result(future, seven), 0);
}

static void cancel_task(void *task)
{
    CHECK(task_cancel(task));
}

static void call_at(double when, Callback *callback, void *arg)
{
    CHECK(loop_call_at(async_get_running_loop(), when, callback, arg) != 0);
}

/* A task that takes what it is told to when it is cancelled. */
typedef struct Reaction {
    double cleanup;
    int error;
    bool has_ended;
} Reaction;

static int react(void *arg, Value *result)
{
    Reaction *reaction = arg;
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    rest(reaction->cleanup);
    reaction->has_ended = true;
    *result = seven;
    return reaction->error;
}

/* ---- A future ---- */
static int wait_for_result(void *arg, Value *result)
{
    Future *future = new_future();
    Value value = nothing;
    call_at(1, set_seven, future);
    CHECK_INT(async_wait_for(future, 2, &value), 0);
    CHECK_INT(value.i, 7);
    CHECK_DOUBLE(now(), 1, 0);
    const double limits[] = { 0, -1, 5, INFINITY };
    tell_soon("turn");
    for (int i = 0; i < 4; i++) {    /* done: at once */
        value = nothing;
        CHECK_INT(async_wait_for(future, limits[i], &value), 0);
        CHECK_INT(value.i, 7);
    }
    CHECK_STR(story, "");
    CHECK_INT(async_sleep(5), 0);
    future_release(future);
    return 0;
}

TEST(in_time_it_is_an_await)    /* W2 */
{
    play(wait_for_result, NULL);
}

static int wait_for_ever(void *arg, Value *result)
{
    Future *future = new_future();
    call_at(1e6, set_seven, future);
    CHECK_INT(async_wait_for(future, INFINITY, result), 0);
    future_release(future);
    return result->i == 7 ? 0 : EPIPE;
}

TEST(with_infinity_it_is_a_plain_await)    /* W2 */
{
    play(wait_for_ever, NULL);
}

static int wait_too_long(void *arg, Value *result)
{
    Future *future = new_future();
    Value value = seven;
    CHECK_INT(async_wait_for(future, 1, &value), E_TIMEOUT);
    CHECK(future_cancelled(future));
    CHECK_DOUBLE(now(), 1, 0);
    CHECK_PTR(value.p, NULL);
    CHECK_INT(task_cancelling(async_current_task()), 0);
    CHECK_INT(async_sleep(1), 0);
    CHECK_INT(async_wait_for(future, 1, NULL), E_CANCELLED);
    future_release(future);
    return 0;
}

TEST(too_long_it_is_cancelled)    /* W1 */
{
    play(wait_too_long, NULL);
}

/* ---- A task that ends in its own way ---- */
static void wait_for_reaction(double limit, Reaction reaction, int wanted)
{
    Value value = nothing;
    double start = now();
    Task *task = begin(react, &reaction);
    pause_turns(1);
    CHECK_INT(async_wait_for(task, limit, &value), wanted);
    CHECK(reaction.has_ended);
    CHECK_DOUBLE(now(), start + (limit > 0 ? limit : 0) + reaction.cleanup,
                 1e-9);
    CHECK_INT(value.i, reaction.error == E_CANCELLED ? 0 : 7);
    CHECK_INT(task_cancelling(async_current_task()), 0);
    task_release(task);
}

static int wait_for_each_reaction(void *arg, Value *result)
{
    for (double limit = 0; limit < 2; limit++) {
        wait_for_reaction(limit, (Reaction){ 3, E_CANCELLED, false },
                          E_TIMEOUT);
        wait_for_reaction(limit, (Reaction){ 3, EPIPE, false }, EPIPE);
        wait_for_reaction(limit, (Reaction){ 3, 0, false }, 0);
        wait_for_reaction(limit, (Reaction){ 0, 0, false }, 0);
        wait_for_reaction(limit, (Reaction){ 1, E_TIMEOUT, false },
                          E_TIMEOUT);
    }
    return 0;
}

TEST(its_end_is_awaited_and_counts)    /* W1 W3 W4 */
{
    play(wait_for_each_reaction, NULL);
}

static int fail_in_time(void *arg, Value *result)
{
    const int errors[] = { EPIPE, E_TIMEOUT, E_CANCELLED };
    for (int i = 0; i < 3; i++) {
        Future *future = new_future();
        if (errors[i] == E_CANCELLED)
            CHECK(future_cancel(future));
        else
            CHECK_INT(future_set_error(future, errors[i], seven), 0);
        CHECK_INT(async_wait_for(future, 1, NULL), errors[i]);
        CHECK_INT(async_wait_for(future, 0, NULL), errors[i]);
        future_release(future);
    }
    return 0;
}

TEST(its_errors_pass_unchanged)    /* W3 */
{
    play(fail_in_time, NULL);
}

/* ---- Cancelled ourselves ---- */
static int be_cancelled(void *arg, Value *result)
{
    Reaction reaction = { 2, E_CANCELLED, false };
    Task *task = begin(react, &reaction);
    call_at(1, cancel_task, async_current_task());
    CHECK_INT(async_wait_for(task, 10, NULL), E_CANCELLED);
    CHECK(reaction.has_ended);
    CHECK_DOUBLE(now(), 3, 0);
    CHECK_INT(task_cancelling(async_current_task()), 1);
    return task_join(task, NULL) == E_CANCELLED ? 0 : EPIPE;
}

TEST(if_we_are_cancelled_so_is_it_and_we_wait)    /* W5 */
{
    play(be_cancelled, NULL);
}

static int be_cancelled_at_zero(void *arg, Value *result)
{
    Reaction reaction = { 5, E_CANCELLED, false };
    Task *task = begin(react, &reaction);
    pause_turns(1);
    call_at(1, cancel_task, async_current_task());
    CHECK_INT(async_wait_for(task, 0, NULL), E_CANCELLED);
    CHECK_DOUBLE(now(), 1, 0);
    CHECK(!reaction.has_ended);    /* it was cancelled already, by us */
    return task_join(task, NULL) == E_CANCELLED ? 0 : EPIPE;
}

TEST(also_while_it_ends_because_there_was_no_time)    /* W5 W2 */
{
    play(be_cancelled_at_zero, NULL);
}

static int sleep_nine(void *arg, Value *result)
{
    return async_sleep(9);
}

static int be_cancelled_together(void *arg, Value *result)
{
    bool is_cancelled_first = arg != NULL;
    call_at(is_cancelled_first ? 1 : 1.5, cancel_task, async_current_task());
    int err = async_wait_for_call(sleep_nine, NULL, 1, NULL);
    CHECK_INT(err, is_cancelled_first ? E_CANCELLED : E_TIMEOUT);
    CHECK_INT(task_cancelling(async_current_task()), is_cancelled_first);
    CHECK_INT(async_sleep(9), is_cancelled_first ? 0 : E_CANCELLED);
    return 0;
}

TEST(a_cancellation_of_the_same_turn_beats_the_limit)    /* M3 W5 */
{
    play(be_cancelled_together, NULL);
    play(be_cancelled_together, (void *)&seven);
}

/* Both in one turn, in each order. */
static int have_a_result_too(void *arg, Value *result)
{
    bool is_cancelled_first = arg != NULL;
    Task *self = async_current_task();
    Future *future = new_future();
    if (is_cancelled_first) {
        call_at(1, cancel_task, self);
    } else {
        call_at(1, set_seven, future);
        call_at(1, cancel_task, self);
    }
    Value value = seven;
    CHECK_INT(async_wait_for(future, 2, &value), E_CANCELLED);
    CHECK_PTR(value.p, NULL);
    CHECK_INT(future_error(future), is_cancelled_first ? E_CANCELLED : 0);
    CHECK_INT(async_sleep(9), 0);
    future_release(future);
    return 0;
}

TEST(a_cancellation_beats_a_result_of_the_same_turn)    /* W6 */
{
    play(have_a_result_too, NULL);
    play(have_a_result_too, (void *)&seven);
}

static int come_in_the_last_turn(void *arg, Value *result)
{
    Future *future = new_future();
    Value value = seven;
    call_at(1, set_seven, future);
    CHECK_INT(async_wait_for(future, 1, &value), E_TIMEOUT);
    CHECK_PTR(value.p, NULL);
    CHECK_INT(future_result(future, &value), 0);    /* it keeps it */
    CHECK_INT(value.i, 7);
    CHECK_INT(async_sleep(9), 0);
    future_release(future);
    return 0;
}

TEST(a_timeout_beats_a_result_of_the_same_turn)    /* W7 */
{
    play(come_in_the_last_turn, NULL);
}

/* ---- A coroutine ---- */
static int see_the_task(void *task, Value *result)
{
    CHECK_PTR(async_current_task(), task);
    tell("begun");
    int err = async_sleep(1);
    *result = seven;
    return err;
}

static int call_with_limit(void *arg, Value *result)
{
    Value value = nothing;
    Task *self = async_current_task();
    CHECK_INT(async_wait_for_call(see_the_task, self, 2, &value), 0);
    CHECK_INT(value.i, 7);
    CHECK_INT(async_wait_for_call(see_the_task, self, 0.5, &value), E_TIMEOUT);
    CHECK_INT(async_wait_for_call(fail_with_seven, NULL, 1, &value), EPIPE);
    CHECK_INT(value.i, 7);
    CHECK_INT(async_wait_for_call(fail_with_seven, NULL, 1, NULL), EPIPE);
    CHECK_STR(story, "begun begun");
    return 0;
}

TEST(a_coroutine_runs_in_the_task_that_calls)    /* W6 */
{
    play(call_with_limit, NULL);
}

static int call_without_time(void *arg, Value *result)
{
    Task *self = async_current_task();
    tell_soon("turn");
    CHECK_INT(async_wait_for_call(tell_word, "body", 0, result), E_TIMEOUT);
    CHECK_STR(story, "turn");    /* others run meanwhile */
    CHECK_INT(async_wait_for_call(tell_word, "body", -1, NULL), E_TIMEOUT);
    CHECK(task_cancel(self));
    CHECK_INT(async_wait_for_call(tell_word, "body", 0, NULL), E_CANCELLED);
    CHECK_STR(story, "turn");
    return 0;
}

TEST(without_time_a_coroutine_does_not_begin)    /* W2 */
{
    play(call_without_time, NULL);
}

/* ---- Refusals ---- */
static int be_refused(void *arg, Value *result)
{
    Future *future = new_future();
    Task *self = async_current_task();
    CHECK_INT(async_wait_for(NULL, 1, NULL), E_VALUE);
    CHECK_INT(async_wait_for(self, 1, NULL), E_RUNTIME);
    CHECK_INT(async_wait_for(self, 0, NULL), E_RUNTIME);
    CHECK_INT(async_wait_for(future, NAN, NULL), E_VALUE);
    CHECK_INT(async_wait_for_call(tell_word, "body", NAN, NULL), E_VALUE);
    CHECK(!future_done(future));
    CHECK_STR(story, "");
    future_release(future);
    return 0;
}

TEST(what_cannot_be_awaited_is_refused_at_once)
{
    play(be_refused, NULL);
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    CHECK_INT(async_wait_for(future, 1, NULL), E_RUNTIME);
    CHECK_INT(async_wait_for(future, 0, NULL), E_RUNTIME);
    CHECK_INT(async_wait_for_call(tell_word, "body", 1, NULL), E_RUNTIME);
    CHECK_INT(async_wait_for_call(tell_word, "body", 0, NULL), E_RUNTIME);
    CHECK_STR(story, "");
    future_release(future);
    loop_free(loop);
}
