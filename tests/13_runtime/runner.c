/* A runner: what its options do, what a run gives, one run after the other,
 * and what is refused (R1, R4, R5). */
#include "runtime.h"

/* ---- Results ---- */
static int fail_with_detail(void *arg, Value *result)
{
    *result = (Value){ .s = "detail" };
    return *(int *)arg;
}

TEST(an_error_and_its_detail_are_mains)    /* R1 */
{
    int errors[] = { EPIPE, E_USER + 3, E_TIMEOUT, E_KEYBOARD_INTERRUPT };
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        Value value = nothing;
        CHECK_INT(async_run(fail_with_detail, &errors[i], &value), errors[i]);
        CHECK_STR(value.s, "detail");
        CHECK_INT(async_run(fail_with_detail, &errors[i], NULL), errors[i]);
    }
}

static int cancel_itself(void *arg, Value *result)
{
    task_cancel(async_current_task());
    return async_sleep(INFINITY);
}

TEST(a_main_that_cancels_itself_is_cancelled)    /* R1 */
{
    CHECK_INT(async_run(cancel_itself, NULL, NULL), E_CANCELLED);
}

TEST(no_function_is_refused)
{
    Runner runner = new_runner();
    CHECK_INT(async_run(NULL, NULL, NULL), E_VALUE);
    CHECK_INT(runner_run(&runner, NULL, NULL, NULL), E_VALUE);
    CHECK_INT(runner_run(&runner, return_seven, NULL, NULL), 0);
    CHECK_INT(runner_close(&runner), 0);
}

/* ---- Options ---- */
static int look_at_debug(void *arg, Value *result)
{
    result->i = loop_get_debug(async_get_running_loop());
    return 0;
}

static bool is_debugging(const RunOptions *options)
{
    Value value = nothing;
    CHECK_INT(async_run_with(look_at_debug, NULL, &value, options), 0);
    return value.i != 0;
}

TEST(debug_is_the_options_or_the_environments)
{
    RunOptions none = { .debug = false }, debug = { .debug = true };
    set_environment(NULL);
    CHECK(!is_debugging(NULL) && !is_debugging(&none) && is_debugging(&debug));
    set_environment("WEFT_DEBUG=1");
    CHECK(is_debugging(NULL) && is_debugging(&none) && is_debugging(&debug));
    set_environment("WEFT_DEBUG=0");
    CHECK(!is_debugging(NULL) && is_debugging(&debug));
}

static int sleep_for_a_day(void *arg, Value *result)
{
    double begin = now();
    rest(86400);
    CHECK_DOUBLE(now() - begin, 86400, 1e-6);
    return 0;
}

TEST(a_day_of_virtual_time_is_over_at_once)
{
    CHECK_INT(async_run_with(sleep_for_a_day, NULL, NULL, &virtual_run), 0);
}

static int look_at_clock(void *arg, Value *result)
{
    struct timespec real;
    clock_gettime(CLOCK_MONOTONIC, &real);
    CHECK(now() >= (double)real.tv_sec);
    return 0;
}

TEST(without_options_time_is_real)
{
    RunOptions none = { .debug = false };
    CHECK_INT(async_run(look_at_clock, NULL, NULL), 0);
    CHECK_INT(async_run_with(look_at_clock, NULL, NULL, NULL), 0);
    CHECK_INT(async_run_with(look_at_clock, NULL, NULL, &none), 0);
}

enum { MUCH = 1 << 20 };

static int use_much(void *arg, Value *result)
{
    volatile char bytes[MUCH];
    for (size_t i = 0; i < sizeof bytes; i += 512)
        bytes[i] = 1;
    result->i = (long long)coro_stack_used(coro_current());
    return 0;
}

TEST(mains_stack_is_as_large_as_the_options_say)
{
    Value value = nothing;
    RunOptions options = { .stack_size = 2 * MUCH };
    CHECK_INT(async_run_with(use_much, NULL, &value, &options), 0);
    CHECK(value.i >= MUCH);
    Runner runner;
    CHECK_INT(runner_init(&runner, &options), 0);
    options.stack_size = 0;    /* the runner has a copy */
    for (int i = 0; i < 3; i++)
        CHECK_INT(runner_run(&runner, use_much, NULL, NULL), 0);
    CHECK_INT(runner_close(&runner), 0);
}

/* ---- What is refused ---- */
static void use_runner_within(void)
{
    Runner other;
    Loop *loop = async_get_running_loop();
    CHECK_INT(runner_init(&other, NULL), 0);
    CHECK_INT(runner_run(&other, return_seven, NULL, NULL), E_RUNTIME);
    CHECK_INT(runner_close(&other), E_RUNTIME);
    CHECK(!loop_is_closed(runner_get_loop(&other)));
    CHECK_INT(async_run(return_seven, NULL, NULL), E_RUNTIME);
    CHECK_INT(async_main(return_seven, NULL) != 0, 1);
    CHECK_PTR(async_get_running_loop(), loop);
    loop_free(runner_get_loop(&other));
}

TEST(within_a_run_there_is_no_other)    /* R4 */
{
    run_body(use_runner_within);
}

static void run_from_callback(void *done)
{
    CHECK_INT(async_run(return_seven, NULL, NULL), E_RUNTIME);
    CHECK_INT(future_set_result(done, seven), 0);
}

static void call_and_wait(void)
{
    Future *done = new_future();
    CHECK(loop_call_soon(async_get_running_loop(), run_from_callback, done));
    CHECK_INT(await(done, NULL), 0);
    future_release(done);
}

TEST(nor_from_a_callback)    /* R4 */
{
    run_body(call_and_wait);
}

TEST(a_closed_runner_does_not_run)
{
    Value value = seven;
    Runner runner = new_runner();
    CHECK(runner_get_loop(&runner) != NULL);
    CHECK_INT(runner_close(&runner), 0);
    CHECK_PTR(runner_get_loop(&runner), NULL);
    CHECK_INT(runner_run(&runner, return_seven, NULL, &value), E_RUNTIME);
    CHECK_INT(runner_close(&runner), 0);
    CHECK_INT(runner_close(&runner), 0);
}

TEST(one_that_never_ran_can_be_closed)
{
    int before = lowest_free();
    Runner runner = { .state = 0 }, empty = { .loop = NULL };
    CHECK_INT(runner_close(&empty), 0);
    CHECK_INT(runner_run(&empty, return_seven, NULL, NULL), E_RUNTIME);
    CHECK_PTR(runner_get_loop(&empty), NULL);
    CHECK_INT(runner_init(&runner, NULL), 0);
    CHECK_INT(runner_close(&runner), 0);
    CHECK_INT(lowest_free(), before);
}

/* ---- The loop between runs ---- */
static int is_in_loop(void *loop, Value *result)
{
    CHECK_PTR(async_get_running_loop(), loop);
    return 0;
}

TEST(all_runs_are_in_the_loop_of_the_runner)    /* R5 */
{
    Runner runner = new_runner();
    Loop *loop = runner_get_loop(&runner);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(runner_run(&runner, is_in_loop, loop, NULL), 0);
        CHECK_PTR(runner_get_loop(&runner), loop);
        CHECK(!loop_is_running(loop) && !loop_is_closed(loop));
    }
    CHECK_INT(runner_close(&runner), 0);
}

static void tell_later(void *word)
{
    tell(word);
}

TEST(what_was_scheduled_between_runs_runs_in_the_next)    /* R5 */
{
    unsetenv("WEFT_SHUFFLE");
    Runner runner = new_runner();
    CHECK_INT(runner_run(&runner, return_seven, NULL, NULL), 0);
    CHECK(loop_call_soon(runner_get_loop(&runner), tell_later, "between"));
    CHECK_STR(story, "");
    CHECK_INT(runner_run(&runner, tell_word, "main", NULL), 0);
    CHECK_STR(story, "between main");
    CHECK_INT(runner_close(&runner), 0);
}

/* ---- A main that stops the loop ---- */
static int stop_once(void *has_stopped, Value *result)
{
    loop_stop(async_get_running_loop());
    int err = async_sleep(0);
    *(bool *)has_stopped = true;
    return err;
}

static int pause_twice(void *arg, Value *result)
{
    pause_turns(2);
    return 0;
}

/* It goes on in the next run. */
TEST(a_loop_that_main_stops_runs_again)    /* L8 */
{
    bool has_stopped = false;
    Runner runner = new_runner();
    CHECK_INT(runner_run(&runner, stop_once, &has_stopped, NULL), E_RUNTIME);
    CHECK(!has_stopped);
    CHECK_INT(runner_run(&runner, pause_twice, NULL, NULL), 0);
    CHECK(has_stopped);
    CHECK_INT(runner_close(&runner), 0);
}

/* ---- Many runs ---- */
TEST_LIMIT(60, a_thousand_runs_leave_nothing)
{
    int before = lowest_free();
    for (int i = 0; i < 1000; i++) {
        Value value = nothing;
        CHECK_INT(async_run(return_seven, NULL, &value), 0);
        CHECK_INT(value.i, 7);
        CHECK_INT(lowest_free(), before);
    }
    check_handler(SIG_DFL);
}

TEST(a_thousand_mains_run_in_one_runner)
{
    Runner runner = new_runner();
    int before = lowest_free();
    for (int i = 0; i < 1000; i++)
        CHECK_INT(runner_run(&runner, return_seven, NULL, NULL), 0);
    CHECK_INT(lowest_free(), before);
    CHECK_INT(async_all_tasks(runner_get_loop(&runner), NULL, 0), 0);
    CHECK_INT(runner_close(&runner), 0);
}
