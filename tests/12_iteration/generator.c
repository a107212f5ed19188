/* Generators, asked by one task: values, what is sent and thrown, and every way
 * to end. */
#include "generators.h"

/* ---- Values ---- */
static int take_values(void *arg, Value *result)
{
    AsyncGenerator *generator = new_count(&(Numbers){ .count = 3 });
    for (int i = 1; i <= 3; i++)
        CHECK_INT(next_of(generator), i);
    CHECK_INT(end_of(generator), E_STOP_ITERATION);
    check_ended(generator);
    async_generator_free(generator);
    return 0;
}

TEST(values_come_in_order_and_then_it_has_ended)    /* AG2 */
{
    play(take_values, NULL);
}

static int take_none(void *arg, Value *result)
{
    AsyncGenerator *generator = new_count(&(Numbers){ .count = 0 });
    CHECK_INT(end_of(generator), E_STOP_ITERATION);
    check_ended(generator);
    async_generator_free(generator);
    return 0;
}

TEST(one_without_values_ends_at_once)
{
    play(take_none, NULL);
}

static int drop_values(void *arg, Value *result)
{
    AsyncGenerator *generator = new_count(&(Numbers){ .count = 2 });
    CHECK_INT(async_generator_next(generator, NULL), 0);
    CHECK_INT(async_generator_send(generator, seven, NULL), 0);
    CHECK_INT(async_generator_next(generator, NULL), E_STOP_ITERATION);
    CHECK_INT(async_generator_throw(generator, E_FIRST, NULL),
              E_STOP_ITERATION);
    async_generator_free(generator);
    return 0;
}

TEST(nobody_need_want_the_value)
{
    play(drop_values, NULL);
}

static int tell_arg(void *arg, Value *result)
{
    CHECK_INT(result->i, 0);
    tell(arg);
    return 0;
}

static int begin_late(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(tell_arg, "begun");
    pause_turns(3);
    check_story("");
    CHECK_INT(end_of(generator), E_STOP_ITERATION);
    check_story("begun");
    async_generator_free(generator);
    return 0;
}

TEST(it_begins_when_the_first_value_is_asked_for)
{
    play(begin_late, NULL);
}

TEST(one_without_a_function_is_refused)
{
    errno = 0;
    CHECK_PTR(async_generator_new(NULL, NULL), NULL);
    CHECK_INT(errno, EINVAL);
}

/* ---- Sending ---- */
static int echo(void *arg, Value *result)
{
    Value sent = seven;
    int err = async_yield(number(100), &sent);
    while (err == 0)
        err = async_yield(sent, &sent);
    return err;
}

static int send_values(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(echo, NULL);
    CHECK_INT(next_of(generator), 100);
    CHECK_INT(send_to(generator, 5), 5);
    CHECK_INT(send_to(generator, -6), -6);
    CHECK_INT(next_of(generator), 0);    /* None */
    CHECK_INT(send_to(generator, 8), 8);
    CHECK_INT(async_generator_aclose(generator), 0);
    async_generator_free(generator);
    return 0;
}

TEST(what_is_sent_comes_out_of_yield)
{
    play(send_values, NULL);
}

static int send_too_early(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(echo, NULL);
    Value value = seven;
    CHECK_INT(async_generator_send(generator, seven, &value), E_VALUE);
    CHECK_INT(value.i, 0);
    CHECK_INT(async_generator_send(generator, nothing, &value), 0);
    CHECK_INT(value.i, 100);
    CHECK_INT(send_to(generator, 7), 7);
    CHECK_INT(async_generator_aclose(generator), 0);
    async_generator_free(generator);
    return 0;
}

TEST(one_that_has_not_begun_can_be_sent_nothing)
{
    play(send_too_early, NULL);
}

/* ---- Throwing ---- */
/* Says what it was thrown, and goes on: E_SECOND ends it. */
static int catch_errors(void *arg, Value *result)
{
    int err = 0;
    Value sent = seven;
    while (err != E_SECOND) {
        err = async_yield(number(err), &sent);
        if (err != 0)
            CHECK_INT(sent.i, 0);
        if (err == E_GENERATOR_EXIT)
            return err;
    }
    return arg != NULL ? *(int *)arg : err;
}

static int throw_and_go_on(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(catch_errors, NULL);
    CHECK_INT(next_of(generator), 0);
    CHECK_INT(throw_at(generator, E_FIRST), E_FIRST);
    CHECK_INT(throw_at(generator, EPIPE), EPIPE);
    CHECK_INT(next_of(generator), 0);    /* it was thrown once */
    CHECK_INT(throw_at(generator, E_CANCELLED), E_CANCELLED);
    CHECK_INT(throw_at(generator, E_STOP_ITERATION), E_STOP_ITERATION);
    CHECK_INT(end_by(generator, E_SECOND), E_SECOND);
    check_ended(generator);
    async_generator_free(generator);
    return 0;
}

TEST(what_is_thrown_comes_out_of_yield)
{
    play(throw_and_go_on, NULL);
}

/* Caught, it ends with 0, or another error. */
static int throw_and_end(void *arg, Value *result)
{
    static const int ends[][2] = { { 0, E_STOP_ITERATION }, { EPIPE, EPIPE },
                                   { E_STOP_ITERATION, E_RUNTIME },
                                   { E_CANCELLED, E_CANCELLED },
                                   { E_GENERATOR_EXIT, E_GENERATOR_EXIT } };
    for (int i = 0; i < 5; i++) {
        int end = ends[i][0];
        AsyncGenerator *generator = new_generator(catch_errors, &end);
        CHECK_INT(next_of(generator), 0);
        CHECK_INT(end_by(generator, E_SECOND), ends[i][1]);
        check_ended(generator);
        async_generator_free(generator);
    }
    return 0;
}

TEST(thrown_an_error_it_may_end_with_another)
{
    play(throw_and_end, NULL);
}

static int throw_into_sleep(void *arg, Value *result)
{
    Numbers slow = { .count = 2, .name = "in", .cleanup = 2, .ends = KEEP };
    AsyncGenerator *generator = new_count(&slow);
    CHECK_INT(next_of(generator), 1);
    CHECK_INT(end_by(generator, EPIPE), EPIPE);
    CHECK_DOUBLE(now(), 2, 0);
    check_story("in out");
    async_generator_free(generator);
    return 0;
}

TEST(who_throws_waits_for_the_cleanup)
{
    play(throw_into_sleep, NULL);
}

static int throw_too_early(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(tell_arg, "never");
    CHECK_INT(end_by(generator, E_FIRST), E_FIRST);
    check_ended(generator);
    async_generator_free(generator);
    check_story("");
    return 0;
}

TEST(thrown_an_error_before_its_beginning_it_never_begins)
{
    play(throw_too_early, NULL);
}

static int throw_nothing(void *arg, Value *result)
{
    AsyncGenerator *generator = new_count(&(Numbers){ .count = 2 });
    CHECK_INT(end_by(generator, 0), E_VALUE);
    CHECK_INT(next_of(generator), 1);
    CHECK_INT(end_by(generator, 0), E_VALUE);
    CHECK_INT(next_of(generator), 2);
    CHECK_INT(end_of(generator), E_STOP_ITERATION);
    CHECK_INT(end_by(generator, 0), E_VALUE);
    async_generator_free(generator);
    return 0;
}

TEST(no_error_cannot_be_thrown)
{
    play(throw_nothing, NULL);
}

/* ---- Ending with an error ---- */
static int end_with_each(void *arg, Value *result)
{
    static const int ends[][2] = { { E_FIRST, E_FIRST }, { EPIPE, EPIPE },
                                   { E_STOP_ITERATION, E_RUNTIME },
                                   { E_GENERATOR_EXIT, E_GENERATOR_EXIT },
                                   { E_CANCELLED, E_CANCELLED } };
    for (int i = 0; i < 5; i++) {
        Numbers numbers = { .count = 1, .error = ends[i][0] };
        AsyncGenerator *generator = new_count(&numbers);
        CHECK_INT(next_of(generator), 1);
        CHECK_INT(end_of(generator), ends[i][1]);
        check_ended(generator);
        async_generator_free(generator);
    }
    CHECK(!task_cancelled(async_current_task()));
    CHECK_INT(task_cancelling(async_current_task()), 0);
    return 0;
}

TEST(an_error_inside_comes_out_once)
{
    play(end_with_each, NULL);
}

/* ---- Closing ---- */
static int close_fresh(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(tell_arg, "never");
    CHECK_INT(async_generator_aclose(generator), 0);
    CHECK_INT(async_generator_aclose(generator), 0);
    check_ended(generator);
    async_generator_free(generator);
    check_story("");
    return 0;
}

TEST(closed_before_its_beginning_it_never_begins)
{
    play(close_fresh, NULL);
}

static int close_in_the_middle(void *arg, Value *result)
{
    static const int ends[][2] = { { KEEP, 0 }, { 0, 0 }, { EPIPE, EPIPE },
                                   { E_CANCELLED, E_CANCELLED },
                                   { E_STOP_ITERATION, E_RUNTIME } };
    for (int i = 0; i < 5; i++) {
        Numbers numbers = { .count = 3, .name = "in", .cleanup = 1,
                            .ends = ends[i][0] };
        AsyncGenerator *generator = new_count(&numbers);
        CHECK_INT(next_of(generator), 1);
        CHECK_INT(async_generator_aclose(generator), ends[i][1]);
        CHECK_DOUBLE(now(), i + 1, 0);
        check_story("in out");
        check_ended(generator);
        async_generator_free(generator);
    }
    check_story("");
    return 0;
}

TEST(closing_waits_for_the_cleanup_and_tells_of_its_error)    /* AG1 */
{
    play(close_in_the_middle, NULL);
}

static int close_one_that_refuses(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(catch_errors, NULL);
    AsyncGenerator *stubborn = new_generator(refuse_to_end, NULL);
    CHECK_INT(next_of(generator), 0);
    CHECK_INT(next_of(stubborn), 0);
    CHECK_INT(async_generator_aclose(generator), 0);
    CHECK_INT(async_generator_aclose(stubborn), E_RUNTIME);
    CHECK_INT(async_generator_aclose(stubborn), E_RUNTIME);
    CHECK_INT(next_of(stubborn), 0);    /* it lives */
    CHECK_INT(throw_at(stubborn, E_FIRST), E_FIRST);
    async_generator_free(generator);
    Seen seen = { 0 };
    loop_set_exception_handler(async_get_running_loop(), see, &seen);
    async_generator_free(stubborn);
    pause_turns(3);
    CHECK(seen.count >= 1);
    CHECK_INT(seen.last.error, E_RUNTIME);
    loop_set_exception_handler(async_get_running_loop(), NULL, NULL);
    return 0;
}

TEST(one_that_yields_once_more_is_not_closed)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, close_one_that_refuses, NULL), 0);
    loop_free(loop);
}
