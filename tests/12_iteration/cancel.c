/* Who asks a generator is cancelled, or has only so much time: the error comes
 * to the innermost that waits, and out of whatever does not stop it. */
#include "generators.h"

#include "../../code/06_gather/timeout.h"

/* ---- Cancelled ---- */
static int ask_and_tell(void *generator, Value *result)
{
    int err = async_generator_next(generator, result);
    tell(err == E_CANCELLED ? "cancelled" : err == 0 ? "value" : "error");
    return err;
}

static Task *begin_asking(AsyncGenerator *generator)
{
    Task *task = begin(ask_and_tell, generator);
    pause_turns(1);
    return task;
}

static int cancel_who_asks(void *arg, Value *result)
{
    Numbers numbers = { .count = 2, .delay = 1, .name = "in", .cleanup = 1,
                        .ends = KEEP };
    AsyncGenerator *generator = new_count(&numbers);
    Task *task = begin_asking(generator);
    CHECK(task_cancel(task));
    pause_turns(2);
    check_story("in");
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK_DOUBLE(now(), 1, 0);    /* it was waited for */
    check_story("out cancelled");
    check_ended(generator);
    async_generator_free(generator);
    return 0;
}

TEST(a_cancellation_comes_out_of_next_after_the_cleanup)
{
    play(cancel_who_asks, NULL);
}

/* Swallowed inside, it goes on, and the task has its value. */
static int wait_undisturbed(void *arg, Value *result)
{
    for (int i = 1; ; i++) {
        int err = async_sleep(1);
        if (err == E_CANCELLED)
            tell("swallowed");
        err = async_yield(number(i), NULL);
        if (err != 0)
            return err;
    }
}

static int cancel_in_vain(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(wait_undisturbed, NULL);
    Value value = nothing;
    Task *task = begin_asking(generator);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, &value), 0);
    CHECK_INT(value.i, 1);
    CHECK_DOUBLE(now(), 0, 0);
    check_story("swallowed value");
    CHECK_INT(next_of(generator), 2);
    CHECK_DOUBLE(now(), 1, 0);
    CHECK_INT(async_generator_aclose(generator), 0);
    async_generator_free(generator);
    return 0;
}

TEST(one_that_swallows_a_cancellation_goes_on)
{
    play(cancel_in_vain, NULL);
}

static int cancel_with_message(void *arg, Value *result)
{
    Numbers numbers = { .count = 2, .delay = 1, .ends = KEEP };
    AsyncGenerator *generator = new_count(&numbers);
    Task *task = begin_asking(generator);
    CHECK(task_cancel_with(task, "enough"));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK_STR(future_cancel_message(task), "enough");
    task_release(task);
    async_generator_free(generator);
    return 0;
}

TEST(the_message_comes_through)
{
    play(cancel_with_message, NULL);
}

static int cancel_the_cleanup(void *arg, Value *result)
{
    Numbers numbers = { .count = 2, .delay = 1, .name = "in", .cleanup = 1,
                        .ends = KEEP };
    AsyncGenerator *generator = new_count(&numbers);
    CHECK_INT(next_of(generator), 1);
    Task *task = begin(close_it, generator);
    pause_turns(1);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), 0);    /* it swallowed that */
    check_story("in interrupted out");
    check_ended(generator);
    async_generator_free(generator);
    return 0;
}

TEST(who_closes_can_be_cancelled_too)
{
    play(cancel_the_cleanup, NULL);
}

/* It awaits a future, and that is what is cancelled. */
static int await_one(void *future, Value *result)
{
    Value value = nothing;
    int err = await(future, &value);
    return err != 0 ? err : async_yield(value, NULL);
}

static int cancel_what_it_awaits(void *arg, Value *result)
{
    Future *future = new_future();
    AsyncGenerator *generator = new_generator(await_one, future);
    Task *task = begin_asking(generator);
    CHECK(task_cancel(task));
    CHECK(future_cancelled(future));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    async_generator_free(generator);
    generator = new_generator(await_one, future);    /* and once more */
    CHECK_INT(end_of(generator), E_CANCELLED);
    CHECK_INT(task_cancelling(async_current_task()), 0);
    async_generator_free(generator);
    future_release(future);
    return 0;
}

TEST(what_it_awaits_is_cancelled)
{
    play(cancel_what_it_awaits, NULL);
}

static int be_cancelled_first(void *generator, Value *result)
{
    task_cancel(async_current_task());
    CHECK_INT(next_of(generator), 1);    /* no suspension, no cancellation */
    CHECK_INT(next_of(generator), 2);
    return async_sleep(0);
}

static int cancel_and_ask(void *arg, Value *result)
{
    AsyncGenerator *generator = new_count(&(Numbers){ .count = 3 });
    CHECK_INT(task_join(begin(be_cancelled_first, generator), NULL),
              E_CANCELLED);
    CHECK_INT(next_of(generator), 3);
    CHECK_INT(end_of(generator), E_STOP_ITERATION);
    async_generator_free(generator);
    return 0;
}

TEST(a_value_that_needs_no_waiting_is_no_suspension)
{
    play(cancel_and_ask, NULL);
}

/* ---- Timeouts ---- */
static int next_within(AsyncGenerator *generator, double limit, Value *value)
{
    Timeout timeout;
    CHECK_INT(timeout_enter(&timeout, limit), 0);
    return timeout_exit(&timeout, async_generator_next(generator, value));
}

static int limit_next(void *arg, Value *result)
{
    Numbers numbers = { .count = 2, .delay = 2, .name = "in", .cleanup = 1,
                        .ends = KEEP };
    AsyncGenerator *generator = new_count(&numbers);
    Value value = nothing;
    CHECK_INT(next_within(generator, 3, &value), 0);
    CHECK_INT(value.i, 1);
    CHECK_INT(next_within(generator, 1, &value), E_TIMEOUT);
    CHECK_INT(value.i, 0);
    CHECK_DOUBLE(now(), 4, 0);    /* 2, 1, and the cleanup */
    check_story("in out");
    check_ended(generator);
    async_generator_free(generator);
    return 0;
}

TEST(a_timeout_around_next_ends_the_generator)
{
    play(limit_next, NULL);
}

static int limit_inside(void *arg, Value *result)
{
    int err = 0;
    for (int i = 1; err == 0; i++) {
        Timeout timeout;
        CHECK_INT(timeout_enter(&timeout, 1), 0);
        int late = timeout_exit(&timeout, async_sleep(i == 2 ? 9 : 0.5));
        err = async_yield(number(late), NULL);
    }
    return err;
}

static int take_limited(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(limit_inside, NULL);
    CHECK_INT(next_of(generator), 0);
    CHECK_INT(next_of(generator), E_TIMEOUT);
    CHECK_DOUBLE(now(), 1.5, 0);
    CHECK_INT(next_of(generator), 0);
    CHECK_INT(async_generator_aclose(generator), 0);
    async_generator_free(generator);
    return 0;
}

TEST(a_timeout_inside_is_its_own_affair)
{
    play(take_limited, NULL);
}

/* Also the frames of a block and of who waits lie on two stacks. */
static int limit_both(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(limit_inside, NULL);
    Value value = nothing;
    CHECK_INT(next_within(generator, 1, &value), 0);
    CHECK_INT(next_within(generator, 2, &value), 0);
    CHECK_INT(value.i, E_TIMEOUT);
    CHECK_INT(next_within(generator, 0.25, &value), 0);
    CHECK_INT(value.i, E_CANCELLED);    /* ours was, it had taken it */
    CHECK_INT(async_generator_aclose(generator), 0);
    async_generator_free(generator);
    return 0;
}

TEST(timeouts_inside_and_around_and_debug_mode_has_no_complaint)
{
    for (int debug = 0; debug < 2; debug++) {
        Seen seen;
        Loop *loop = watched_loop(&seen);
        loop_set_debug(loop, debug);
        CHECK_INT(run(loop, limit_both, NULL), 0);
        loop_free(loop);
        CHECK_INT(seen.count, 0);
    }
}

static int limit_waiting(void *arg, Value *result)
{
    Numbers numbers = { .count = 9, .delay = 1, .name = "in", .ends = KEEP };
    AsyncGenerator *generator = new_count(&numbers);
    Value value;
    Timeout timeout;
    CHECK_INT(timeout_enter(&timeout, 3.5), 0);
    int err = 0, n = 0;
    while (err == 0) {
        err = async_generator_next(generator, &value);
        n += err == 0;
    }
    CHECK_INT(timeout_exit(&timeout, err), E_TIMEOUT);
    CHECK_INT(n, 3);
    check_story("in out");
    async_generator_free(generator);
    return 0;
}

TEST(a_timeout_around_the_whole_loop)
{
    play(limit_waiting, NULL);
}
