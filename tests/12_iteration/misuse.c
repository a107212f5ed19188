/* Generators outside a task, of another loop and of another thread, in debug
 * mode, and ten thousand of them. */
#include "generators.h"

#include <pthread.h>

#include "../../code/12_iteration/generator_inside.h"

/* ---- Outside a task ---- */
static void ask_for_nothing(AsyncGenerator *generator)
{
    Value value = seven;
    CHECK_INT(async_generator_next(generator, &value), E_RUNTIME);
    CHECK_INT(value.i, 0);
    CHECK_INT(async_generator_send(generator, seven, NULL), E_RUNTIME);
    CHECK_INT(async_generator_throw(generator, E_FIRST, NULL), E_RUNTIME);
    CHECK_INT(async_generator_throw(generator, 0, NULL), E_RUNTIME);
    CHECK_INT(async_generator_aclose(generator), E_RUNTIME);
}

static void ask_in_callback(void *generator)
{
    ask_for_nothing(generator);
    tell("asked");
}

static int take_two(void *generator, Value *result)
{
    CHECK_INT(next_of(generator), 1);
    tell_soon("soon");
    CHECK(loop_call_soon(async_get_running_loop(), ask_in_callback,
                         generator) != 0);
    pause_turns(2);
    CHECK_INT(next_of(generator), 2);
    CHECK_INT(end_of(generator), E_STOP_ITERATION);
    return 0;
}

TEST(outside_a_task_nothing_can_be_asked_and_nothing_changes)
{
    Numbers numbers = { .count = 2 };
    AsyncGenerator *generator = new_count(&numbers);
    ask_for_nothing(generator);
    play(take_two, generator);
    check_story("soon asked");
    ask_for_nothing(generator);
    async_generator_free(generator);
}

/* ---- Another loop ---- */
static int take_first(void *generator, Value *result)
{
    CHECK_INT(next_of(generator), 1);
    return 0;
}

static int ask_from_outside(void *generator, Value *result)
{
    ask_for_nothing(generator);
    return 0;
}

static int take_second(void *generator, Value *result)
{
    CHECK_INT(next_of(generator), 2);
    CHECK_INT(async_generator_aclose(generator), 0);
    return 0;
}

static int see_ended(void *generator, Value *result)
{
    check_ended(generator);
    return 0;
}

TEST(one_that_has_begun_in_one_loop_refuses_another)
{
    Numbers numbers = { .count = 3, .name = "in", .ends = KEEP };
    AsyncGenerator *generator = new_count(&numbers);
    Loop *loop = ordered_loop(), *other = ordered_loop();
    CHECK_INT(run(loop, take_first, generator), 0);
    CHECK_INT(run(other, ask_from_outside, generator), 0);
    loop_free(other);
    check_story("");
    CHECK_INT(run(loop, take_second, generator), 0);
    check_story("in out");
    loop_free(loop);
    play(see_ended, generator);
    async_generator_free(generator);
}

/* Handed over, it is closed in its own loop, whichever runs. */
static int free_from_outside(void *generator, Value *result)
{
    async_generator_free(generator);
    rest(1);
    return 0;
}

static int wait_a_while(void *arg, Value *result)
{
    return async_sleep(1);
}

TEST(its_own_loop_closes_it_when_another_one_frees_it)
{
    Numbers numbers = { .count = 3, .name = "in", .ends = KEEP };
    AsyncGenerator *generator = new_count(&numbers);
    Loop *loop = ordered_loop(), *other = ordered_loop();
    CHECK_INT(run(loop, take_first, generator), 0);
    CHECK_INT(run(other, free_from_outside, generator), 0);
    check_story("");
    CHECK_INT(run(loop, wait_a_while, NULL), 0);
    check_story("in out");
    loop_free(other);
    loop_free(loop);
}

/* ---- Another thread ---- */
static void *ask_in_thread(void *generator)
{
    ask_for_nothing(generator);
    play(ask_from_outside, generator);
    return NULL;
}

static int ask_in_a_thread(void *generator, Value *result)
{
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, ask_in_thread, generator), 0);
    CHECK_INT(pthread_join(thread, NULL), 0);
    return 0;
}

static int take_both(void *generator, Value *result)
{
    CHECK_INT(next_of(generator), 1);
    ask_in_a_thread(generator, result);
    CHECK_INT(next_of(generator), 2);
    CHECK_INT(end_of(generator), E_STOP_ITERATION);
    return 0;
}

TEST(one_of_another_thread_refuses_and_does_not_change)
{
    Numbers numbers = { .count = 2 };
    AsyncGenerator *generator = new_count(&numbers);
    ask_in_a_thread(generator, NULL);    /* it has not begun */
    play(take_both, generator);          /* it has */
    async_generator_free(generator);
}

enum { THREADS = 4, ROUNDS = 200 };

static int take_many(void *arg, Value *result)
{
    int err = 0;
    for (int i = 0; i < ROUNDS; i++) {
        Numbers numbers = { .count = i % 5, .ends = KEEP };
        AsyncGenerator *generator = new_count(&numbers);
        for (int k = 1; k <= i % 5; k++) {
            Value value = nothing;
            CHECK_INT(async_generator_next(generator, &value), 0);
            CHECK_INT(value.i, k);
        }
        if (i % 2)
            err |= async_generator_aclose(generator);
        async_generator_free(generator);
        pause_turns(1);    /* its closer needs the numbers */
    }
    return err;
}

static void *run_many(void *arg)
{
    Loop *loop = any_loop();
    CHECK_INT(run(loop, take_many, NULL), 0);
    loop_free(loop);
    return NULL;
}

TEST(each_thread_has_its_own)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, run_many, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_join(threads[i], NULL), 0);
}

/* ---- Debug mode ---- */
static int do_everything(void *arg, Value *result)
{
    Numbers numbers = { .count = 3, .delay = 1, .cleanup = 1, .ends = KEEP };
    for (int i = 0; i < 4; i++) {
        AsyncGenerator *generator = new_count(&numbers);
        if (i > 0)
            CHECK_INT(next_of(generator), 1);
        if (i == 2)
            CHECK_INT(async_generator_aclose(generator), 0);
        if (i == 3)
            CHECK_INT(end_by(generator, EPIPE), EPIPE);
        async_generator_free(generator);
    }
    rest(9);
    CHECK_INT(loop_shutdown_asyncgens(async_get_running_loop()), 0);
    return 0;
}

TEST(debug_mode_has_no_complaint)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    loop_set_debug(loop, true);
    CHECK_INT(run(loop, do_everything, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

/* ---- Many ---- */
/* Under whatever makes coroutines dear, fewer do as well. */
static int many(void)
{
#if defined CHECK_ASAN || defined CHECK_TSAN
    return 1000;
#else
    const char *preload = getenv("LD_PRELOAD");
    return preload != NULL && strstr(preload, "vgpreload") ? 1000 : 10000;
#endif
}

/* A sanitizer's frames are larger. */
static size_t room(void)
{
#if defined CHECK_ASAN || defined CHECK_TSAN
    return 64 * 1024;
#else
    return 8 * 1024;
#endif
}

enum { AGAIN = 30 };

/* However one ends, its stack serves the next. */
static int use_stacks_again(void *arg, Value *result)
{
    Numbers numbers = { .count = 1, .ends = KEEP };
    for (int way = 0; way < 5; way++) {
        Coro *first = NULL;
        for (int i = 0; i < AGAIN; i++) {
            AsyncGenerator *generator = new_count(&numbers);
            first = i == 0 ? generator->coro : first;
            CHECK_PTR(generator->coro, first);
            if (way > 1)
                CHECK_INT(next_of(generator), 1);
            if (way == 1)
                CHECK_INT(end_by(generator, EPIPE), EPIPE);
            if (way == 2)
                CHECK_INT(end_of(generator), E_STOP_ITERATION);
            if (way == 3)
                CHECK_INT(async_generator_aclose(generator), 0);
            if (way == 4)
                CHECK_INT(end_by(generator, EPIPE), EPIPE);
            async_generator_free(generator);
        }
    }
    return 0;
}

TEST(a_stack_is_used_again)
{
    play(use_stacks_again, NULL);
}

/* Also those that end with their loop, be they waiting or running. */
TEST(with_a_loop_its_stacks_come_back)
{
    Coro *seen[AGAIN];
    int distinct = 0;
    for (int i = 0; i < AGAIN; i++) {
        Numbers numbers = { .count = 1, .delay = i % 2 };
        AsyncGenerator *generator = new_count(&numbers);
        bool is_new = true;
        for (int k = 0; k < distinct; k++)
            is_new &= seen[k] != generator->coro;
        if (is_new)
            seen[distinct++] = generator->coro;
        Seen reports;
        Loop *loop = watched_loop(&reports);
        task_release(new_task(loop, ask, generator));
        run_turns(loop, 2);
        loop_free(loop);
        CHECK_INT(reports.count, i % 2);
        async_generator_free(generator);
    }
    CHECK(distinct <= 4);
}

static int ask_thousands(void *arg, Value *result)
{
    int n = many();
    Numbers numbers = { .count = 2, .delay = 1, .ends = KEEP };
    AsyncGenerator **all = malloc((size_t)n * sizeof(AsyncGenerator *));
    CHECK(all != NULL);
    for (int i = 0; i < n; i++) {
        all[i] = async_generator_new(count, &numbers);
        if (all[i] == NULL)
            SKIP("no room");
    }
    Task *tasks[10];
    for (int i = 0; i < n; i += 10) {
        for (int k = 0; k < 10; k++)
            tasks[k] = begin(ask, all[i + k]);
        for (int k = 0; k < 10; k++)
            CHECK_INT(task_join(tasks[k], NULL), 0);
    }
    for (int i = 0; i < n; i++)
        CHECK(coro_stack_used(all[i]->coro) <= room());
    for (int i = 0; i < n; i++) {
        CHECK_INT(async_generator_aclose(all[i]), 0);
        async_generator_free(all[i]);
    }
    free(all);
    return 0;
}

TEST_LIMIT(60, ten_thousand_wait_on_small_stacks)
{
    play(ask_thousands, NULL);
}
