/* Generators and tasks: what is awaited inside suspends who asks; and who asks
 * may be one task after the other, but not two at once. */
#include "generators.h"

#include "../../code/06_gather/gather.h"

/* ---- While one waits ---- */
static int tick(void *arg, Value *result)
{
    for (int i = 0; i < 3; i++) {
        rest(1);
        tell("tick");
    }
    return 0;
}

static int take_slowly(void *arg, Value *result)
{
    Numbers numbers = { .count = 2, .delay = 1.5 };
    AsyncGenerator *generator = new_count(&numbers);
    Task *clock = begin(tick, NULL);
    for (int i = 1; i <= 2; i++) {
        CHECK_INT(next_of(generator), i);
        CHECK_DOUBLE(now(), 1.5 * i, 0);
        tell("value");
    }
    CHECK_INT(end_of(generator), E_STOP_ITERATION);
    async_generator_free(generator);
    return task_join(clock, NULL);
}

TEST(while_it_awaits_other_tasks_run)
{
    play(take_slowly, NULL);
    CHECK(strcmp(story, "tick value tick tick value") == 0 ||
          strcmp(story, "tick value tick value tick") == 0);
}

static int never_suspend(void *arg, Value *result)
{
    tell_soon("turn");
    AsyncGenerator *generator = new_count(&(Numbers){ .count = 100 });
    for (int i = 1; i <= 100; i++)
        CHECK_INT(next_of(generator), i);
    CHECK_INT(async_generator_aclose(generator), 0);
    check_story("");
    async_generator_free(generator);
    pause_turns(1);
    check_story("turn");
    return 0;
}

TEST(one_that_awaits_nothing_takes_no_turn)
{
    play(never_suspend, NULL);
}

/* ---- Inside it is the task that asks ---- */
static const ContextVar user = { .name = "user" };

static int yield_whoever_asks(void *arg, Value *result)
{
    int err = 0;
    while (err == 0) {
        Value value = nothing;
        CHECK_PTR(async_current_task(), *(Task **)arg);
        CHECK_INT(contextvar_get(&user, &value), 0);
        pause_turns(2);
        CHECK_PTR(async_current_task(), *(Task **)arg);
        CHECK_INT(contextvar_set(&user, number(value.i + 1)), 0);
        err = async_yield(value, NULL);
    }
    return err;
}

typedef struct Asker {
    AsyncGenerator *generator;
    Task **who;
    int first;
} Asker;

static int ask_twice(void *arg, Value *result)
{
    const Asker *asker = arg;
    *asker->who = async_current_task();
    CHECK_INT(contextvar_set(&user, number(asker->first)), 0);
    CHECK_INT(next_of(asker->generator), asker->first);
    CHECK_INT(next_of(asker->generator), asker->first + 1);
    Value value = nothing;
    CHECK_INT(contextvar_get(&user, &value), 0);
    CHECK_INT(value.i, asker->first + 2);
    return 0;
}

static int hand_it_round(void *arg, Value *result)
{
    Task *who = NULL;
    AsyncGenerator *generator = new_generator(yield_whoever_asks, &who);
    for (int i = 0; i < 3; i++) {
        Asker asker = { generator, &who, 100 * i };
        CHECK_INT(task_join(begin(ask_twice, &asker), NULL), 0);
    }
    who = async_current_task();
    CHECK_INT(async_generator_aclose(generator), 0);
    async_generator_free(generator);
    return 0;
}

TEST(one_task_after_the_other_may_ask_and_its_variables_are_seen)
{
    play(hand_it_round, NULL);
}

/* ---- Two at once ---- */
static int ask_what_runs(void *arg, Value *result)
{
    Numbers numbers = { .count = 2, .delay = 1, .name = "in", .ends = KEEP };
    AsyncGenerator *generator = new_count(&numbers);
    Task *first = begin(ask, generator);
    pause_turns(1);
    CHECK_INT(end_of(generator), E_RUNTIME);
    CHECK_INT(async_generator_send(generator, seven, NULL), E_RUNTIME);
    CHECK_INT(end_by(generator, E_FIRST), E_RUNTIME);
    CHECK_INT(end_by(generator, 0), E_RUNTIME);
    CHECK_INT(async_generator_aclose(generator), E_RUNTIME);
    Value value = nothing;
    CHECK_INT(task_join(first, &value), 0);
    CHECK_INT(value.i, 1);
    check_story("");    /* nothing was thrown */
    CHECK_INT(next_of(generator), 2);
    CHECK_INT(end_of(generator), E_STOP_ITERATION);
    async_generator_free(generator);
    return 0;
}

TEST(one_that_a_task_is_in_refuses_all_others)
{
    play(ask_what_runs, NULL);
}

static int close_twice(void *arg, Value *result)
{
    Numbers numbers = { .count = 2, .name = "in", .cleanup = 1, .ends = KEEP };
    AsyncGenerator *generator = new_count(&numbers);
    CHECK_INT(next_of(generator), 1);
    Task *first = begin(close_it, generator);
    Task *second = begin(close_it, generator);
    CHECK_INT(task_join(second, NULL), E_RUNTIME);
    CHECK(!task_done(first));
    CHECK_INT(task_join(first, NULL), 0);
    check_story("in out");
    check_ended(generator);
    async_generator_free(generator);
    return 0;
}

TEST(two_tasks_close_it_once)
{
    play(close_twice, NULL);
}

static int ask_oneself(void *arg, Value *result)
{
    AsyncGenerator *self = *(AsyncGenerator **)arg;
    CHECK_INT(end_of(self), E_RUNTIME);
    CHECK_INT(end_by(self, E_FIRST), E_RUNTIME);
    CHECK_INT(async_generator_aclose(self), E_RUNTIME);
    return async_yield(seven, NULL);
}

static int ask_one_that_asks_itself(void *arg, Value *result)
{
    AsyncGenerator *generator = NULL;
    generator = new_generator(ask_oneself, &generator);
    CHECK_INT(next_of(generator), 7);
    CHECK_INT(end_of(generator), E_STOP_ITERATION);
    async_generator_free(generator);
    return 0;
}

TEST(it_cannot_ask_itself)
{
    play(ask_one_that_asks_itself, NULL);
}

/* ---- One in the other ---- */
/* async for value in inner: yield value + 1 */
static int add_one(void *arg, Value *result)
{
    AsyncGenerator *inner = arg;
    Value value;
    int err;
    while ((err = async_generator_next(inner, &value)) == 0) {
        if (async_sleep(0) != 0)
            tell("interrupted");
        err = async_yield(number(value.i + 1), NULL);
        if (err != 0)
            break;
    }
    int closed = async_generator_aclose(inner);
    async_generator_free(inner);
    return err != E_STOP_ITERATION ? err : closed;
}

static AsyncGenerator *new_chain(Numbers *numbers, int length)
{
    AsyncGenerator *generator = new_count(numbers);
    while (length-- > 0)
        generator = new_generator(add_one, generator);
    return generator;
}

static int take_through_three(void *arg, Value *result)
{
    Numbers numbers = { .count = 3, .delay = 1 };
    AsyncGenerator *generator = new_chain(&numbers, 2);
    for (int i = 1; i <= 3; i++) {
        CHECK_INT(next_of(generator), i + 2);
        CHECK_DOUBLE(now(), i, 0);
    }
    CHECK_INT(end_of(generator), E_STOP_ITERATION);
    async_generator_free(generator);
    return 0;
}

TEST(three_in_each_other_that_all_await)
{
    play(take_through_three, NULL);
}

static int take_through_hundred(void *arg, Value *result)
{
    Numbers numbers = { .count = 3, .delay = 1, .name = "in", .cleanup = 1,
                        .ends = KEEP };
    AsyncGenerator *generator = new_chain(&numbers, 100);
    CHECK_INT(next_of(generator), 101);
    CHECK_INT(next_of(generator), 102);
    CHECK_INT(async_generator_aclose(generator), 0);
    check_story("in out");    /* the innermost */
    CHECK_DOUBLE(now(), 3, 0);
    async_generator_free(generator);
    return 0;
}

TEST(a_hundred_in_each_other_are_closed_inside_out)
{
    play(take_through_hundred, NULL);
}

static int cancel_through_hundred(void *arg, Value *result)
{
    Numbers numbers = { .count = 3, .delay = 1, .name = "in", .ends = KEEP };
    AsyncGenerator *generator = new_chain(&numbers, 100);
    Task *task = begin(ask, generator);
    pause_turns(1);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    check_story("in out");
    check_ended(generator);
    async_generator_free(generator);
    return 0;
}

TEST(a_cancellation_comes_out_of_a_hundred)
{
    play(cancel_through_hundred, NULL);
}

/* ---- A coroutine inside ---- */
static int yield_wrongly(void *arg, Value *result)
{
    Value sent = seven;
    CHECK_INT(async_yield(seven, &sent), E_RUNTIME);
    CHECK_INT(sent.i, 7);
    CHECK_INT(coro_yield(number(5)).i, 6);    /* its own yield works */
    rest(1);
    return 0;
}

static SUSPENDS int yield_in_a_function(int value)
{
    return async_yield(number(value), NULL);
}

static int yield_from_below(void *arg, Value *result)
{
    Coro *coro = coro_new(yield_wrongly, NULL, 0);
    Value value = nothing;
    CHECK(coro != NULL);
    CHECK(coro_resume(coro, nothing, &value));
    CHECK_INT(value.i, 5);
    CHECK_INT(yield_in_a_function(1), 0);
    CHECK(!coro_resume(coro, number(6), &value));
    CHECK(coro_done(coro));
    coro_free(coro);
    return yield_in_a_function(2);
}

static int take_from_below(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(yield_from_below, NULL);
    CHECK_INT(async_yield(seven, NULL), E_RUNTIME);    /* here, too */
    CHECK_INT(next_of(generator), 1);
    CHECK_DOUBLE(now(), 0, 0);
    CHECK_INT(next_of(generator), 2);
    CHECK_DOUBLE(now(), 1, 0);
    CHECK_INT(end_of(generator), E_STOP_ITERATION);
    async_generator_free(generator);
    return 0;
}

TEST(it_yields_in_its_functions_but_not_in_a_coroutine_or_outside)
{
    CHECK_INT(async_yield(seven, NULL), E_RUNTIME);
    play(take_from_below, NULL);
}
