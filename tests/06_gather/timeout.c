/* timeout(): a limit for a block, which can be moved, and what becomes of one
 * that is left open. */
#include "../../code/06_gather/timeout.h"
#include "../05_tasks/tasks.h"

/* ---- Helpers ---- */
static void enter(Timeout *timeout, double delay)
{
    CHECK_INT(timeout_enter(timeout, delay), 0);
}

static int sleep_within(double limit, double delay)
{
    Timeout timeout;
    enter(&timeout, limit);
    return timeout_exit(&timeout, async_sleep(delay));
}

static int cancelling(void)
{
    return task_cancelling(async_current_task());
}

/* ---- In time, or not ---- */
static int take_too_long(void *arg, Value *result)
{
    CHECK_INT(sleep_within(1, 2), E_TIMEOUT);
    CHECK_DOUBLE(now(), 1, 0);
    CHECK_INT(cancelling(), 0);
    CHECK_INT(async_sleep(5), 0);
    return 0;
}

TEST(too_long_is_a_timeout_and_the_task_is_not_cancelled)    /* M1 */
{
    play(take_too_long, NULL);
}

static int be_in_time(void *arg, Value *result)
{
    CHECK_INT(sleep_within(2, 1), 0);
    CHECK_INT(sleep_within(INFINITY, 1), 0);
    CHECK_DOUBLE(now(), 2, 0);
    CHECK_INT(async_sleep(5), 0);    /* no timer is left behind */
    return 0;
}

TEST(in_time_nothing_happens_then_or_later)    /* M1 */
{
    play(be_in_time, NULL);
}

static int await_within(void *arg, Value *result)
{
    Timeout timeout;
    Future *future = new_future();
    enter(&timeout, 1);
    int err = await(future, NULL);
    CHECK_INT(err, E_CANCELLED);
    CHECK(future_cancelled(future));
    CHECK(timeout_expired(&timeout));
    CHECK_INT(cancelling(), 1);
    CHECK_INT(timeout_exit(&timeout, err), E_TIMEOUT);
    CHECK(timeout_expired(&timeout));
    CHECK_INT(timeout_exit(&timeout, EPIPE), EPIPE);    /* it is over */
    CHECK_INT(cancelling(), 0);
    future_release(future);
    return 0;
}

TEST(what_the_block_awaits_is_cancelled)    /* M1 T5 */
{
    play(await_within, NULL);
}

static int enter_at(void *arg, Value *result)
{
    Timeout timeout;
    rest(3);
    CHECK_INT(timeout_enter_at(&timeout, 5), 0);
    CHECK_DOUBLE(timeout_when(&timeout), 5, 0);
    CHECK_INT(timeout_exit(&timeout, async_sleep(9)), E_TIMEOUT);
    CHECK_DOUBLE(now(), 5, 0);
    CHECK_DOUBLE(timeout_when(&timeout), 5, 0);
    enter(&timeout, 2);
    CHECK_DOUBLE(timeout_when(&timeout), 7, 0);
    CHECK_INT(timeout_exit(&timeout, 0), 0);
    CHECK_INT(timeout_enter_at(&timeout, INFINITY), 0);
    CHECK(isinf(timeout_when(&timeout)));
    CHECK_INT(timeout_exit(&timeout, async_sleep(9)), 0);
    return 0;
}

TEST(it_ends_at_a_time_of_the_clock_of_its_loop)    /* M1 */
{
    play(enter_at, NULL);
}

/* ---- No time at all ---- */
static int have_no_time(void *arg, Value *result)
{
    const double limits[] = { 0, -1, -INFINITY };
    Timeout timeout;
    for (int i = 0; i < 3; i++) {
        CHECK_INT(sleep_within(limits[i], 0), E_TIMEOUT);
        CHECK_INT(sleep_within(limits[i], 1), E_TIMEOUT);
        CHECK_DOUBLE(now(), 0, 0);
        enter(&timeout, limits[i]);
        CHECK(!timeout_expired(&timeout));
        CHECK_INT(timeout_exit(&timeout, 0), 0);
        CHECK(!timeout_expired(&timeout));
        enter(&timeout, limits[i]);
        CHECK_INT(timeout_exit(&timeout, EPIPE), EPIPE);
        CHECK_INT(async_sleep(0), 0);
    }
    return 0;
}

TEST(without_time_it_expires_at_the_first_suspension)    /* M5 */
{
    play(have_no_time, NULL);
}

/* ---- One in the other ---- */
static int nest(double outer, double inner, int wanted_inner)
{
    Timeout timeout;
    enter(&timeout, outer);
    int err = sleep_within(inner, 9);
    CHECK_INT(err, wanted_inner);
    return timeout_exit(&timeout, err);
}

static int nest_both_ways(void *arg, Value *result)
{
    CHECK_INT(nest(2, 1, E_TIMEOUT), E_TIMEOUT);    /* it passes through */
    CHECK_DOUBLE(now(), 1, 0);
    CHECK_INT(nest(1, 2, E_CANCELLED), E_TIMEOUT);
    CHECK_DOUBLE(now(), 2, 0);
    CHECK_INT(nest(1, 1, E_CANCELLED), E_TIMEOUT);  /* in the same turn */
    CHECK_INT(nest(0, 0, E_CANCELLED), E_TIMEOUT);
    CHECK_INT(cancelling(), 0);
    CHECK_INT(async_sleep(9), 0);
    return 0;
}

TEST(nested_each_converts_only_its_own)    /* M2 */
{
    play(nest_both_ways, NULL);
}

/* ---- What the block makes of it ---- */
static int do_otherwise(void *arg, Value *result)
{
    const int errors[] = { 0, EPIPE, E_TIMEOUT, E_GROUP };
    Timeout timeout;
    for (int i = 0; i < 4; i++) {
        enter(&timeout, 1);
        CHECK_INT(async_sleep(9), E_CANCELLED);
        CHECK_INT(timeout_exit(&timeout, errors[i]), errors[i]);
        CHECK(timeout_expired(&timeout));
        CHECK_INT(cancelling(), 0);
        CHECK_INT(async_sleep(9), 0);
    }
    return 0;
}

TEST(a_swallowed_expiry_is_no_error_and_another_error_passes)    /* M6 */
{
    play(do_otherwise, NULL);
}

static int expire_between(void *arg, Value *result)
{
    Timeout timeout;
    Future *future = new_future();
    enter(&timeout, 0);
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK_INT(await(future, NULL), 0);    /* no suspension */
    CHECK(!timeout_expired(&timeout));
    CHECK_INT(async_sleep(1), E_CANCELLED);
    CHECK_INT(await(future, NULL), 0);
    CHECK_INT(async_sleep(1), 0);
    CHECK_INT(timeout_exit(&timeout, 0), 0);
    future_release(future);
    return 0;
}

TEST(it_expires_once)    /* M5 M6 */
{
    play(expire_between, NULL);
}

/* ---- Where there can be none ---- */
TEST(outside_a_task_there_is_no_limit)    /* M7 */
{
    Timeout timeout;
    Loop *loop = ordered_loop();
    CHECK_INT(timeout_enter(&timeout, 1), E_RUNTIME);
    CHECK_INT(timeout_enter_at(&timeout, NAN), E_RUNTIME);
    CHECK_INT(timeout_reschedule(&timeout, 1), E_RUNTIME);
    CHECK(!timeout_expired(&timeout));
    CHECK_INT(timeout_exit(&timeout, EPIPE), EPIPE);
    CHECK_INT(timeout_exit(&timeout, E_CANCELLED), E_CANCELLED);
    loop_free(loop);
}

static int enter_nan(void *arg, Value *result)
{
    Timeout timeout;
    CHECK_INT(timeout_enter(&timeout, NAN), E_VALUE);
    CHECK_INT(timeout_enter_at(&timeout, NAN), E_VALUE);
    CHECK_INT(timeout_reschedule(&timeout, 1), E_RUNTIME);
    CHECK_INT(timeout_exit(&timeout, E_CANCELLED), E_CANCELLED);
    CHECK(!timeout_expired(&timeout));
    return 0;
}

TEST(no_number_is_no_limit)
{
    play(enter_nan, NULL);
}

/* ---- Moving it ---- */
static int move_it(void *arg, Value *result)
{
    Timeout timeout;
    const double moves[][4] = {    /* first limit, moved to, slept, ends at */
        { 9, 2, 5, 2 }, { 1, 6, 5, 5 }, { 1, INFINITY, 5, 5 },
        { INFINITY, 3, 5, 3 }, { 5, 0, 9, 0 }, { 5, -3, 9, 0 },
        { 0, 2, 9, 2 }, { 2, 2, 9, 2 }
    };
    for (int i = 0; i < 8; i++) {
        double start = now(), when = start + moves[i][1];
        enter(&timeout, moves[i][0]);
        CHECK_INT(timeout_reschedule(&timeout, when), 0);
        CHECK(timeout_when(&timeout) == when);
        int err = timeout_exit(&timeout, async_sleep(moves[i][2]));
        CHECK_INT(err, moves[i][3] < moves[i][2] ? E_TIMEOUT : 0);
        CHECK_DOUBLE(now(), start + moves[i][3], 0);
        CHECK_INT(async_sleep(20), 0);
    }
    return 0;
}

TEST(it_can_be_moved_before_it_expires)    /* M4 */
{
    play(move_it, NULL);
}

static void give_more_time(void *timeout)
{
    CHECK_INT(timeout_reschedule(timeout, timeout_when(timeout) + 2), 0);
}

static int be_given_more(void *arg, Value *result)
{
    Timeout timeout;
    Loop *loop = async_get_running_loop();
    CHECK(loop_call_at(loop, 1, give_more_time, &timeout) != 0);
    CHECK(loop_call_at(loop, 3, give_more_time, &timeout) != 0);
    enter(&timeout, 2);
    CHECK_INT(timeout_exit(&timeout, async_sleep(9)), E_TIMEOUT);
    CHECK_DOUBLE(now(), 6, 0);
    return 0;
}

TEST(others_can_move_it_meanwhile)    /* M4 */
{
    play(be_given_more, NULL);
}

static int move_it_too_late(void *arg, Value *result)
{
    Timeout timeout;
    enter(&timeout, 1);
    CHECK_INT(timeout_reschedule(&timeout, NAN), E_VALUE);
    CHECK_DOUBLE(timeout_when(&timeout), 1, 0);
    int err = async_sleep(9);
    CHECK_INT(timeout_reschedule(&timeout, 5), E_RUNTIME);    /* expiring */
    CHECK_INT(timeout_reschedule(&timeout, NAN), E_RUNTIME);
    CHECK_INT(timeout_exit(&timeout, err), E_TIMEOUT);
    CHECK_INT(timeout_reschedule(&timeout, 5), E_RUNTIME);    /* expired */
    CHECK_DOUBLE(timeout_when(&timeout), 1, 0);
    enter(&timeout, 1);
    CHECK_INT(timeout_exit(&timeout, 0), 0);
    CHECK_INT(timeout_reschedule(&timeout, 2), E_RUNTIME);    /* over */
    return async_sleep(9);
}

TEST(only_while_it_is_entered_and_has_not_expired)    /* M4 */
{
    play(move_it_too_late, NULL);
}

/* ---- In a coroutine inside a task ---- */
static int limit_in_coroutine(void *arg, Value *result)
{
    Timeout timeout;
    enter(&timeout, 3);
    CHECK_INT(async_sleep(2), 0);
    (void)coro_yield(seven);
    result->i = timeout_exit(&timeout, async_sleep(9));
    return 0;
}

static int resume_under_a_limit(void *arg, Value *result)
{
    Coro *coro = coro_new(limit_in_coroutine, NULL, 0);
    Timeout outer;
    Value value = nothing;
    enter(&outer, 9);
    CHECK(coro_resume(coro, nothing, &value));
    CHECK_INT(value.i, 7);
    CHECK_INT(async_sleep(0), 0);
    CHECK(!coro_resume(coro, nothing, NULL));
    CHECK_INT(coro_result(coro, &value), 0);
    CHECK_INT(value.i, E_TIMEOUT);
    CHECK_INT(timeout_exit(&outer, async_sleep(9)), E_TIMEOUT);
    CHECK_DOUBLE(now(), 9, 0);
    coro_free(coro);
    return 0;
}

TEST(a_coroutine_in_a_task_can_have_one_of_its_own)
{
    Seen seen;
    for (int debug = 0; debug < 2; debug++) {
        Loop *loop = watched_loop(&seen);
        loop_set_debug(loop, debug);
        CHECK_INT(run(loop, resume_under_a_limit, NULL), 0);
        loop_free(loop);
        CHECK_INT(seen.count, 0);
    }
}
