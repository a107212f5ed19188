/* loop_shutdown_asyncgens(): all generators of a loop are closed together. */
#include "generators.h"

static int shut_down(void)
{
    return loop_shutdown_asyncgens(async_get_running_loop());
}

/* ---- All together ---- */
static int shut_nothing_down(void *arg, Value *result)
{
    CHECK_INT(shut_down(), 0);
    AsyncGenerator *fresh = new_count(&(Numbers){ .count = 1 });
    CHECK_INT(shut_down(), 0);
    CHECK_INT(next_of(fresh), 1);
    CHECK_INT(end_of(fresh), E_STOP_ITERATION);
    CHECK_INT(shut_down(), 0);    /* it has ended, and is in the list */
    check_ended(fresh);
    async_generator_free(fresh);
    CHECK_INT(shut_down(), 0);
    fresh = new_count(&(Numbers){ .count = 1 });
    CHECK_INT(async_generator_aclose(fresh), 0);
    CHECK_INT(shut_down(), 0);
    async_generator_free(fresh);
    return 0;
}

TEST(what_has_not_begun_and_what_has_ended_is_left_alone)
{
    play(shut_nothing_down, NULL);
}

enum { COUNT = 20 };

static int shut_many_down(void *arg, Value *result)
{
    AsyncGenerator *all[COUNT];
    Numbers numbers = { .count = 2, .name = "x", .cleanup = 1, .ends = KEEP };
    for (int i = 0; i < COUNT; i++) {
        all[i] = new_count(&numbers);
        CHECK_INT(next_of(all[i]), 1);
    }
    CHECK_INT(shut_down(), 0);
    CHECK_DOUBLE(now(), 1, 0);    /* they clean up at the same time */
    CHECK_INT(strlen(story), COUNT * 6 - 1);
    CHECK_INT(strncmp(story, "x x x", 5), 0);
    for (int i = 0; i < COUNT; i++) {
        check_ended(all[i]);
        async_generator_free(all[i]);
    }
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    return 0;
}

TEST(all_are_closed_at_the_same_time)    /* AG1 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, shut_many_down, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

/* ---- Errors ---- */
static int shut_down_with_errors(void *arg, Value *result)
{
    Seen *seen = arg;
    static const int ends[][2] = { { 0, 0 }, { EPIPE, EPIPE }, { KEEP, 0 },
                                   { E_FIRST, E_FIRST },
                                   { E_CANCELLED, 0 },
                                   { E_STOP_ITERATION, E_RUNTIME } };
    AsyncGenerator *all[6];
    Numbers numbers[6];
    for (int i = 0; i < 6; i++) {
        numbers[i] = (Numbers){ .count = 2, .ends = ends[i][0] };
        all[i] = new_count(&numbers[i]);
        CHECK_INT(next_of(all[i]), 1);
    }
    CHECK_INT(shut_down(), 0);
    CHECK_INT(seen->count, 3);
    CHECK_STR(seen->last.message,
              "An error occurred during closing of an async generator");
    for (int i = 0; i < 6; i++) {
        check_ended(all[i]);
        async_generator_free(all[i]);
    }
    return 0;
}

static int errors;

static void sum_errors(Loop *loop, const ErrorContext *context, void *seen)
{
    errors += context->error;
    see(loop, context, seen);
}

TEST(each_error_is_reported_once)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    loop_set_exception_handler(loop, sum_errors, &seen);
    CHECK_INT(run(loop, shut_down_with_errors, &seen), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 3);
    CHECK_INT(errors, EPIPE + E_FIRST + E_RUNTIME);
}

static int shut_down_twice(void *arg, Value *result)
{
    Seen *seen = arg;
    AsyncGenerator *stubborn = new_generator(refuse_to_end, NULL);
    CHECK_INT(next_of(stubborn), 0);
    for (int i = 1; i <= 2; i++) {
        CHECK_INT(shut_down(), 0);
        CHECK_INT(seen->count, i);
        CHECK_INT(seen->last.error, E_RUNTIME);
    }
    CHECK_INT(next_of(stubborn), 0);    /* it lives, and is nobody's fault */
    result->p = stubborn;
    return 0;
}

TEST(one_that_yields_once_more_is_reported_and_lives)
{
    Seen seen;
    Value value = nothing;
    Loop *loop = watched_loop(&seen);
    Task *task = new_task(loop, shut_down_twice, &seen);
    CHECK_INT(loop_run_until_complete(loop, task, &value), 0);
    task_release(task);
    loop_free(loop);
    CHECK_INT(seen.count, 2);
    async_generator_free(value.p);
}

/* ---- Those that are in use ---- */
static int shut_down_in_use(void *arg, Value *result)
{
    Seen *seen = arg;
    Numbers slow = { .count = 2, .delay = 1, .name = "in", .ends = KEEP };
    AsyncGenerator *generator = new_count(&slow);
    Task *task = begin(ask, generator);
    pause_turns(1);
    CHECK_INT(shut_down(), 0);
    CHECK_INT(seen->count, 1);
    CHECK_INT(seen->last.error, E_RUNTIME);
    check_story("");
    CHECK_INT(task_join(task, NULL), 0);
    CHECK_INT(shut_down(), 0);    /* now it can be closed */
    CHECK_INT(seen->count, 1);
    check_story("in out");
    async_generator_free(generator);
    return 0;
}

TEST(one_that_a_task_is_in_is_reported_and_goes_on)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, shut_down_in_use, &seen), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 1);
}

static int shut_orphans_down(void *arg, Value *result)
{
    Numbers numbers = { .count = 2, .name = "in", .cleanup = 1, .ends = KEEP };
    AsyncGenerator *generator = new_count(&numbers);
    CHECK_INT(next_of(generator), 1);
    async_generator_free(generator);
    pause_turns(*(int *)arg);
    CHECK_INT(shut_down(), 0);
    check_story("in out");    /* its closer was waited for */
    CHECK_DOUBLE(now(), 1, 0);
    return 0;
}

TEST(what_was_freed_is_closed_once_without_a_report)
{
    for (int turns = 0; turns < 3; turns++) {
        Seen seen;
        Loop *loop = watched_loop(&seen);
        CHECK_INT(run(loop, shut_orphans_down, &turns), 0);
        loop_free(loop);
        CHECK_INT(seen.count, 0);
    }
}

static int shut_down_inside(void *arg, Value *result)
{
    int err = async_yield(seven, NULL);
    CHECK_INT(shut_down(), 0);
    tell("out");
    return err;
}

static int free_who_shuts_down(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(shut_down_inside, NULL);
    CHECK_INT(next_of(generator), 7);
    async_generator_free(generator);
    rest(1);
    check_story("out");
    return 0;
}

TEST(one_that_is_closed_does_not_wait_for_itself)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, free_who_shuts_down, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

/* ---- Those that are made meanwhile ---- */
static AsyncGenerator *made;

static int make_another(void *arg, Value *result)
{
    int err = async_yield(seven, NULL);
    made = new_count(arg);
    CHECK_INT(next_of(made), 1);
    return err;
}

static int shut_down_again(void *arg, Value *result)
{
    Numbers numbers = { .count = 2, .name = "in", .ends = KEEP };
    AsyncGenerator *generator = new_generator(make_another, &numbers);
    CHECK_INT(next_of(generator), 7);
    CHECK_INT(shut_down(), 0);
    check_ended(generator);
    check_story("");    /* that one began too late */
    CHECK_INT(next_of(made), 2);
    CHECK_INT(shut_down(), 0);
    check_story("in out");
    async_generator_free(made);
    async_generator_free(generator);
    return 0;
}

TEST(those_that_begin_meanwhile_are_closed_the_next_time)
{
    play(shut_down_again, NULL);
}

/* Its owner frees it while it is closed, or in its own cleanup. */
static int free_neighbour(void *arg, Value *result)
{
    int err = async_yield(seven, NULL);
    AsyncGenerator **neighbour = arg;
    async_generator_free(*neighbour);
    *neighbour = NULL;
    return err;
}

static int free_meanwhile(void *arg, Value *result)
{
    Numbers numbers = { .count = 2, .name = "in", .cleanup = 1, .ends = KEEP };
    for (int i = 0; i < 2; i++) {
        AsyncGenerator *first, *second = new_count(&numbers);
        first = new_generator(free_neighbour, &second);
        if (i == 0)
            CHECK_INT(next_of(second), 1);
        CHECK_INT(next_of(first), 7);
        if (i == 1)
            CHECK_INT(next_of(second), 1);
        CHECK_INT(shut_down(), 0);
        rest(3);
        check_story("in out");
        CHECK_PTR(second, NULL);
        check_ended(first);
        async_generator_free(first);
    }
    return 0;
}

TEST(one_may_be_freed_while_all_are_closed)
{
    play(free_meanwhile, NULL);
}

/* ---- Cancelled ---- */
static int shut_down_as_task(void *arg, Value *result)
{
    return shut_down();
}

static int cancel_shutdown(void *arg, Value *result)
{
    Numbers numbers = { .count = 2, .name = "in", .cleanup = 9, .ends = KEEP };
    AsyncGenerator *generator = new_count(&numbers);
    CHECK_INT(next_of(generator), 1);
    Task *task = begin(shut_down_as_task, NULL);
    rest(1);
    CHECK(task_cancel(task));
    (void)task_join(task, NULL);
    check_story("in interrupted out");
    CHECK_DOUBLE(now(), 1, 0);
    check_ended(generator);
    async_generator_free(generator);
    return 0;
}

TEST(a_cancelled_shutdown_interrupts_their_cleanup)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, cancel_shutdown, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

/* ---- Misuse ---- */
static int shut_other_down(void *loop, Value *result)
{
    return loop_shutdown_asyncgens(loop);
}

TEST(only_a_task_of_the_loop_can_shut_it_down)
{
    Loop *loop = ordered_loop(), *other = ordered_loop();
    CHECK_INT(loop_shutdown_asyncgens(loop), E_RUNTIME);
    CHECK_INT(run(other, shut_other_down, loop), E_RUNTIME);
    CHECK_INT(run(loop, shut_other_down, loop), 0);
    loop_free(loop);
    loop_free(other);
}
