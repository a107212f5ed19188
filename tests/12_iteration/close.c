/* loop_close() with generators that wait, run, are being closed, or belong to
 * nobody any more: all memory comes back, what the functions hold is lost. */
#include "generators.h"

/* ---- Waiting ---- */
static Numbers numbers = { .count = 3, .name = "in", .cleanup = 1,
                           .ends = KEEP };

static int begin_one(void *generator, Value *result)
{
    CHECK_INT(next_of(generator), 1);
    return 0;
}

static Loop *loop_with(AsyncGenerator *generator, Seen *seen)
{
    Loop *loop = watched_loop(seen);
    CHECK_INT(run(loop, begin_one, generator), 0);
    return loop;
}

static int see_end(void *generator, Value *result)
{
    check_ended(generator);
    return 0;
}

TEST(one_that_waits_ends_with_its_loop_without_a_word)
{
    Seen seen;
    AsyncGenerator *generator = new_count(&numbers);
    Loop *loop = loop_with(generator, &seen);
    loop_free(loop);
    check_story("");
    play(see_end, generator);    /* in another loop */
    async_generator_free(generator);
    CHECK_INT(seen.count, 0);
}

TEST(freed_after_its_loop_was_closed_it_is_freed_only)
{
    for (int is_freed = 0; is_freed < 2; is_freed++) {
        Seen seen;
        AsyncGenerator *generator = new_count(&numbers);
        Loop *loop = loop_with(generator, &seen);
        CHECK_INT(loop_close(loop), 0);
        if (is_freed)
            loop_free(loop);
        async_generator_free(generator);
        if (!is_freed)
            loop_free(loop);
        CHECK_INT(seen.count, 0);
        check_story("");
    }
}

TEST(two_are_freed_before_and_after)
{
    Seen seen;
    AsyncGenerator *all[4];
    Loop *loop = watched_loop(&seen);
    for (int i = 0; i < 4; i++) {
        all[i] = new_count(&numbers);
        if (i < 3)
            CHECK_INT(run(loop, begin_one, all[i]), 0);
    }
    async_generator_free(all[1]);    /* its closer never begins */
    loop_free(loop);
    async_generator_free(all[0]);
    async_generator_free(all[2]);
    loop = loop_with(all[3], &seen);    /* a fresh one belongs to no loop */
    loop_free(loop);
    async_generator_free(all[3]);
    check_story("");
}

/* ---- The orphan and its closer ---- */
static int free_it(void *generator, Value *result)
{
    async_generator_free(generator);
    pause_turns(2);
    return 0;
}

TEST(a_closer_that_has_begun_is_reported_as_any_task)
{
    Seen seen;
    AsyncGenerator *generator = new_count(&numbers);
    Loop *loop = loop_with(generator, &seen);
    CHECK_INT(run(loop, free_it, generator), 0);
    check_story("in");    /* now it cleans up */
    loop_free(loop);
    CHECK_INT(seen.count, 1);
    CHECK_STR(seen.last.message, "Task was destroyed but it is pending");
    check_story("");
}

/* ---- Running ---- */
static Numbers slow = { .count = 3, .delay = 1, .name = "in", .ends = KEEP };

static void close_while_asked(bool is_freed)
{
    Seen seen;
    AsyncGenerator *generator = new_count(&slow);
    Loop *loop = watched_loop(&seen);
    Task *task = new_task(loop, ask, generator);
    run_turns(loop, 2);
    if (is_freed)
        async_generator_free(generator);
    loop_free(loop);
    CHECK_INT(seen.count, 1);
    if (!is_freed) {
        play(see_end, generator);
        async_generator_free(generator);
    }
    task_release(task);
    check_story("");
}

TEST(one_that_a_task_is_in_ends_with_the_task)
{
    close_while_asked(false);
}

TEST(and_so_does_one_that_was_freed)
{
    close_while_asked(true);
}

static int close_slowly(void *generator, Value *result)
{
    CHECK_INT(next_of(generator), 1);
    return async_generator_aclose(generator);
}

TEST(one_that_is_being_closed_ends_with_the_task)
{
    Seen seen;
    AsyncGenerator *generator = new_count(&numbers);
    Loop *loop = watched_loop(&seen);
    Task *task = new_task(loop, close_slowly, generator);
    run_turns(loop, 2);
    check_story("in");
    loop_free(loop);
    CHECK_INT(seen.count, 1);
    task_release(task);
    async_generator_free(generator);
    check_story("");
}

/* ---- In each other ---- */
static int delegate(void *inner, Value *result)
{
    Value value;
    int err;
    while ((err = async_generator_next(inner, &value)) == 0)
        if ((err = async_yield(value, NULL)) != 0)
            break;
    return err == E_STOP_ITERATION ? 0 : err;
}

static void close_three(Numbers *innermost, bool is_asked)
{
    Seen seen;
    AsyncGenerator *all[3] = { new_count(innermost), NULL, NULL };
    for (int i = 1; i < 3; i++)
        all[i] = new_generator(delegate, all[i - 1]);
    Loop *loop = watched_loop(&seen);
    Task *task = new_task(loop, ask, all[2]);
    run_turns(loop, 2);
    CHECK_INT(task_done(task), !is_asked);
    loop_free(loop);
    CHECK_INT(seen.count, is_asked);
    task_release(task);
    for (int i = 0; i < 3; i++)
        async_generator_free(all[i]);
    check_story("");
}

TEST(three_in_each_other_that_wait)
{
    close_three(&numbers, false);
}

TEST(three_in_each_other_that_a_task_is_in)
{
    close_three(&slow, true);
}

/* ---- What the handler does ---- */
typedef struct Handler {
    AsyncGenerator *generator;
    int count;
} Handler;

static void free_in_handler(Loop *loop, const ErrorContext *context, void *arg)
{
    Handler *handler = arg;
    handler->count++;
    async_generator_free(handler->generator);
    handler->generator = NULL;
}

static int begin_and_stay(void *generator, Value *result)
{
    CHECK_INT(next_of(generator), 1);
    return async_sleep(1000);
}

TEST(a_handler_may_free_it_while_the_loop_closes)
{
    CoroFn *functions[] = { begin_and_stay, close_slowly };
    for (int i = 0; i < 2; i++) {
        Loop *loop = ordered_loop();
        Handler handler = { new_count(&numbers), 0 };
        loop_set_exception_handler(loop, free_in_handler, &handler);
        Task *task = new_task(loop, functions[i], handler.generator);
        run_turns(loop, 2);
        loop_free(loop);
        CHECK_PTR(handler.generator, NULL);
        CHECK_INT(handler.count, 1);
        task_release(task);
        story[0] = '\0';
    }
}

/* ---- Many loops ---- */
TEST(nothing_is_left_after_many_loops)
{
    for (int i = 0; i < 20; i++) {
        Seen seen;
        AsyncGenerator *generator = new_count(&numbers);
        Loop *loop = loop_with(generator, &seen);
        if (i % 2)
            async_generator_free(generator);
        loop_free(loop);
        if (i % 2 == 0)
            async_generator_free(generator);
    }
}
