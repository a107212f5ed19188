/* async_generator_free() at each moment: what has begun is closed all the same,
 * in a task of its own. */
#include "generators.h"

/* ---- What needs no closing ---- */
static int never(void *arg, Value *result)
{
    tell("never");
    return 0;
}

TEST(null_and_one_that_has_not_begun)
{
    async_generator_free(NULL);
    async_generator_free(new_generator(never, NULL));    /* without a loop */
    check_story("");
}

static int free_at_once(void *arg, Value *result)
{
    async_generator_free(new_generator(never, NULL));
    AsyncGenerator *generator = new_count(&(Numbers){ .count = 1 });
    CHECK_INT(next_of(generator), 1);
    CHECK_INT(end_of(generator), E_STOP_ITERATION);
    async_generator_free(generator);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);    /* no task for these */
    return 0;
}

TEST(one_that_has_not_begun_or_has_ended_is_no_news)
{
    Seen seen;
    for (int debug = 0; debug < 2; debug++) {
        Loop *loop = watched_loop(&seen);
        loop_set_debug(loop, debug);
        CHECK_INT(run(loop, free_at_once, NULL), 0);
        loop_free(loop);
        CHECK_INT(seen.count, 0);
    }
    check_story("");
}

/* ---- Waiting ---- */
static Numbers careful = { .count = 3, .name = "in", .cleanup = 1,
                           .ends = KEEP };

static void free_waiting(Numbers *numbers)
{
    AsyncGenerator *generator = new_count(numbers);
    CHECK_INT(next_of(generator), 1);
    async_generator_free(generator);
    check_story("");
}

static int free_and_look(void *arg, Value *result)
{
    free_waiting(&careful);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 2);
    pause_turns(1);
    check_story("in");
    CHECK_DOUBLE(now(), 0, 0);
    rest(2);
    check_story("out");
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    return 0;
}

TEST(one_that_waits_cleans_up_later_in_a_task_of_its_own)    /* AG1 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, free_and_look, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

static int free_each(void *arg, Value *result)
{
    Seen *seen = arg;
    static const int ends[][2] = { { 0, 0 }, { KEEP, 0 }, { EPIPE, EPIPE },
                                   { E_STOP_ITERATION, E_RUNTIME },
                                   { E_CANCELLED, 0 } };
    for (int i = 0; i < 5; i++) {
        Numbers numbers = { .count = 2, .ends = ends[i][0] };
        *seen = (Seen){ 0 };
        free_waiting(&numbers);
        pause_turns(3);
        CHECK_INT(seen->count, ends[i][1] != 0);
        CHECK_INT(seen->last.error, ends[i][1]);
        if (ends[i][1] != 0)
            CHECK_STR(seen->last.message, "An error occurred during closing "
                                          "of an async generator");
    }
    *seen = (Seen){ 0 };
    return 0;
}

TEST(the_error_of_its_cleanup_is_reported)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, free_each, &seen), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

static int free_one_that_refuses(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(refuse_to_end, NULL);
    CHECK_INT(next_of(generator), 0);
    async_generator_free(generator);
    pause_turns(9);
    return 0;
}

TEST(one_that_yields_once_more_is_reported_once)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, free_one_that_refuses, NULL), 0);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 1);
    CHECK_INT(seen.last.error, E_RUNTIME);
}

/* ---- While it runs ---- */
static Numbers slow = { .count = 3, .delay = 1, .name = "in", .ends = KEEP };

static int free_running(void *arg, Value *result)
{
    AsyncGenerator *generator = new_count(&slow);
    Value value = nothing;
    Task *task = begin(ask, generator);
    pause_turns(1);
    async_generator_free(generator);
    CHECK_INT(task_join(task, &value), 0);
    CHECK_INT(value.i, 1);    /* who was in it has its value */
    pause_turns(2);
    check_story("in out");
    return 0;
}

TEST(one_that_runs_in_another_task_is_closed_when_it_stops)
{
    play(free_running, NULL);
}

static int wait_and_fail(void *arg, Value *result)
{
    rest(1);
    return EPIPE;
}

static int free_before_its_end(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(wait_and_fail, NULL);
    Task *task = begin(ask, generator);
    pause_turns(1);
    async_generator_free(generator);
    CHECK_INT(task_join(task, NULL), EPIPE);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    return 0;
}

TEST(one_that_ends_after_it_was_freed_is_gone)
{
    play(free_before_its_end, NULL);
}

static int cancel_and_free(void *arg, Value *result)
{
    AsyncGenerator *generator = new_count(&slow);
    Task *task = begin(ask, generator);
    pause_turns(1);
    task_cancel(task);
    async_generator_free(generator);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    check_story("in out");
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    return 0;
}

TEST(one_whose_task_is_cancelled_may_be_freed_meanwhile)
{
    play(cancel_and_free, NULL);
}

static int close_and_free(void *arg, Value *result)
{
    AsyncGenerator *generator = new_count(&careful);
    CHECK_INT(next_of(generator), 1);
    Task *task = begin(close_it, generator);
    pause_turns(1);
    check_story("in");
    async_generator_free(generator);
    CHECK_INT(task_join(task, NULL), 0);
    check_story("out");
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    return 0;
}

TEST(one_that_is_being_closed_is_not_closed_again)
{
    play(close_and_free, NULL);
}

/* ---- From inside ---- */
static int free_oneself(void *arg, Value *result)
{
    AsyncGenerator *self = *(AsyncGenerator **)arg;
    async_generator_free(self);
    int err = async_sleep(1);
    if (err == 0)
        err = async_yield(seven, NULL);
    tell(error_name(err));
    return err;
}

static int free_from_inside(void *arg, Value *result)
{
    AsyncGenerator *generator = NULL;
    generator = new_generator(free_oneself, &generator);
    CHECK_INT(next_of(generator), 7);
    check_story("");
    pause_turns(2);
    check_story("GeneratorExit");
    return 0;
}

TEST(it_may_free_itself_and_is_closed_when_it_stops)
{
    play(free_from_inside, NULL);
}

static int free_and_end(void *arg, Value *result)
{
    async_generator_free(*(AsyncGenerator **)arg);
    return EPIPE;
}

static int end_from_inside(void *arg, Value *result)
{
    AsyncGenerator *generator = NULL;
    generator = new_generator(free_and_end, &generator);
    CHECK_INT(end_of(generator), EPIPE);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    return 0;
}

TEST(it_may_free_itself_and_end)
{
    play(end_from_inside, NULL);
}

/* ---- From elsewhere ---- */
static void free_in_callback(void *generator)
{
    async_generator_free(generator);
    tell("freed");
}

static int let_free(void *arg, Value *result)
{
    AsyncGenerator *generator = new_count(&careful);
    CHECK_INT(next_of(generator), 1);
    CHECK(loop_call_soon(async_get_running_loop(), free_in_callback,
                         generator) != 0);
    rest(2);
    check_story("freed in out");
    return 0;
}

TEST(a_callback_may_free_it)
{
    play(let_free, NULL);
}

static int begin_one(void *arg, Value *result)
{
    *(AsyncGenerator **)arg = new_count(&careful);
    CHECK_INT(next_of(*(AsyncGenerator **)arg), 1);
    return 0;
}

static int rest_two(void *arg, Value *result)
{
    return async_sleep(2);
}

TEST(between_two_runs_it_may_be_freed_and_the_next_run_closes_it)
{
    AsyncGenerator *generator;
    Loop *loop = ordered_loop();
    CHECK_INT(run(loop, begin_one, &generator), 0);
    async_generator_free(generator);
    check_story("");
    CHECK_INT(run(loop, rest_two, NULL), 0);
    check_story("in out");
    loop_free(loop);
}
