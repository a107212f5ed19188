/* What asyncio.run() does when main has returned (R2, R3). */
#include "../../code/09_threads/threads.h"
#include "../../code/12_iteration/generator.h"
#include "runners.h"

static const RunOptions virtual_time = { .virtual_time = true };

/* ---- Who does not end at once ---- */
static int refuse(void *arg, Value *result)
{
    int cancels = 0;
    while (cancels == 0)
        if (async_sleep(INFINITY) == E_CANCELLED)
            cancels++;
    CHECK_INT(async_sleep(3600), 0);
    tell("finished");
    return 0;
}

static int leave(void *function, Value *result)
{
    spawn(*(CoroFn **)function, NULL);
    CHECK_INT(async_sleep(0), 0);
    tell("main");
    return 0;
}

static void leave_and_run(CoroFn *function)
{
    CHECK_INT(async_run_with(leave, &function, NULL, &virtual_time), 0);
}

TEST(who_refuses_to_end_is_awaited)    /* R2 */
{
    leave_and_run(refuse);
    CHECK_STR(story, "main finished");
}

/* ---- Who has not begun ---- */
static int never_begin(void *arg, Value *result)
{
    CHECK(false);
    return 0;
}

static void spawn_never(Future *main_task, void *arg)
{
    spawn(never_begin, NULL);
}

static int leave_at_the_end(void *arg, Value *result)
{
    CHECK_INT(future_add_done_callback(async_current_task(), spawn_never,
                                       NULL), 0);
    return 0;
}

/* Created by the last callback of the run, it is cancelled before its time. */
TEST(who_has_not_begun_never_does)    /* T3 */
{
    unsetenv("WEFT_SHUFFLE");
    CHECK_INT(async_run(leave_at_the_end, NULL, NULL), 0);
}

/* ---- Who makes others ---- */
static int say_child(void *arg, Value *result)
{
    CHECK_INT(async_sleep(3600), 0);
    tell("child");
    return 0;
}

static int make_and_await(void *arg, Value *result)
{
    int err = async_sleep(INFINITY);
    CHECK_INT(err, E_CANCELLED);
    CHECK_INT(task_join(begin(say_child, NULL), NULL), 0);
    tell("parent");
    return err;
}

TEST(what_a_leftover_makes_and_awaits_ends)
{
    leave_and_run(make_and_await);
    CHECK_STR(story, "main child parent");
}

static int make_and_forget(void *arg, Value *result)
{
    int err = async_sleep(INFINITY);
    spawn(sleep_forever, NULL);
    return err;
}

static int leave_one_that_makes(void *arg, Value *result)
{
    loop_set_exception_handler(async_get_running_loop(), see, arg);
    spawn(make_and_forget, NULL);
    return async_sleep(0);
}

/* They are cancelled once, all together: who comes later dies with the loop. */
TEST(what_a_leftover_makes_and_forgets_is_reported)    /* D2 */
{
    Seen seen = { 0 };
    CHECK_INT(async_run(leave_one_that_makes, &seen, NULL), 0);
    CHECK_INT(seen.count, 1);
    CHECK_STR(seen.last.message, "Task was destroyed but it is pending");
}

/* ---- Who meddles with the others ---- */
static int cancel_all_others(void *arg, Value *result)
{
    Task *tasks[10];
    int err = async_sleep(INFINITY);
    size_t n = async_all_tasks(NULL, tasks, 10);
    for (size_t i = 0; i < n; i++)
        if (tasks[i] != async_current_task())
            task_cancel(tasks[i]);
    CHECK_INT(async_sleep(3600), 0);
    tell("finished");
    return err;
}

/* Who waits for them is none of them. */
TEST(a_leftover_may_cancel_all_others)    /* R2 */
{
    leave_and_run(cancel_all_others);
    CHECK_STR(story, "main finished");
}

static int stop_loop(void *arg, Value *result)
{
    int err = async_sleep(INFINITY);
    loop_stop(async_get_running_loop());
    CHECK_INT(async_sleep(INFINITY), 0);
    return err;
}

static int leave_one_that_stops(void *seen, Value *result)
{
    loop_set_exception_handler(async_get_running_loop(), see, seen);
    spawn(stop_loop, NULL);
    return async_sleep(0);
}

TEST(a_leftover_that_stops_the_loop_ends_the_run)    /* L8 D2 */
{
    Seen seen = { 0 };
    CHECK_INT(async_run(leave_one_that_stops, &seen, NULL), E_RUNTIME);
    CHECK_INT(seen.count, 1);
    CHECK_STR(seen.last.message, "Task was destroyed but it is pending");
}

/* ---- Who fails ---- */
enum { FIRST = E_USER, SECOND };

typedef struct Failures {
    int count[2];
    int others;
} Failures;

static void count_failure(Loop *loop, const ErrorContext *context, void *arg)
{
    Failures *failures = arg;
    CHECK_STR(context->message,
              "unhandled exception during asyncio.run() shutdown");
    CHECK(task_done(context->future));
    if (context->error == FIRST || context->error == SECOND)
        failures->count[context->error - FIRST]++;
    else
        failures->others++;
}

static int fail_when_cancelled(void *error, Value *result)
{
    int err = async_sleep(INFINITY);
    return err == E_CANCELLED ? *(int *)error : err;
}

static int leave_several(void *failures, Value *result)
{
    static int errors[] = { FIRST, SECOND };
    loop_set_exception_handler(async_get_running_loop(), count_failure,
                               failures);
    spawn(fail_when_cancelled, &errors[0]);
    spawn(sleep_forever, NULL);
    spawn(fail_when_cancelled, &errors[1]);
    return async_sleep(0);
}

/* Each once, and none for the one that was cancelled. */
TEST(each_error_of_a_leftover_is_reported)    /* R3 */
{
    Failures failures = { { 0, 0 }, 0 };
    CHECK_INT(async_run(leave_several, &failures, NULL), 0);
    CHECK_INT(failures.count[0], 1);
    CHECK_INT(failures.count[1], 1);
    CHECK_INT(failures.others, 0);
}

static int fail_and_leave(void *arg, Value *result)
{
    spawn(refuse, NULL);
    CHECK_INT(async_sleep(0), 0);
    return E_VALUE;
}

TEST(also_when_main_has_failed)
{
    CHECK_INT(async_run_with(fail_and_leave, NULL, NULL, &virtual_time),
              E_VALUE);
    CHECK_STR(story, "finished");
}

/* ---- In which order ---- */
static int ends[2];    /* of a pipe */

static int say_task(void *arg, Value *result)
{
    int err = async_sleep(INFINITY);
    tell("task");
    return err;
}

static int yield_twice(void *arg, Value *result)
{
    int err = async_yield(seven, NULL);
    tell("generator");
    CHECK_INT(async_sleep(0.001), 0);
    CHECK_INT(write(ends[1], "x", 1), 1);
    return err;
}

static int wait_for_byte(void *arg, Value *result)
{
    char byte;
    CHECK_INT(read(ends[0], &byte, 1), 1);
    tell("thread");
    return 0;
}

static int leave_all(void *generator, Value *result)
{
    Value value;
    Loop *loop = async_get_running_loop();
    future_release(loop_run_in_executor(loop, NULL, wait_for_byte, NULL));
    spawn(say_task, NULL);
    AsyncGenerator **made = generator;
    *made = async_generator_new(yield_twice, NULL);
    CHECK_INT(async_generator_next(*made, &value), 0);
    CHECK_INT(async_sleep(0), 0);
    return 0;
}

/* The thread waits for what the generator does last. */
TEST(tasks_end_then_generators_then_threads)    /* R3 */
{
    AsyncGenerator *generator;
    CHECK_INT(pipe(ends), 0);
    CHECK_INT(async_run(leave_all, &generator, NULL), 0);
    CHECK_STR(story, "task generator thread");
    async_generator_free(generator);
    close(ends[0]);
    close(ends[1]);
}

/* ---- Between two runs ---- */
static int count_turns(void *turns, Value *result)
{
    int err = 0;
    while (err == 0) {
        ++*(int *)turns;
        err = async_sleep(0);
    }
    return err;
}

static int start_counting(void *turns, Value *result)
{
    spawn(count_turns, turns);
    pause_turns(3);
    return 0;
}

static int take_turns(void *arg, Value *result)
{
    pause_turns(5);
    return 0;
}

TEST(tasks_stand_still_between_two_runs)    /* R5 */
{
    int turns = 0;
    Runner runner = new_runner();
    CHECK_INT(runner_run(&runner, start_counting, &turns, NULL), 0);
    int before = turns;
    CHECK(before > 0);
    CHECK_INT(runner_run(&runner, take_turns, NULL, NULL), 0);
    CHECK(turns > before);
    CHECK_INT(runner_close(&runner), 0);
}

/* ---- Stopped ---- */
static int stop_and_wait(void *arg, Value *result)
{
    loop_stop(async_get_running_loop());
    int err = async_sleep(INFINITY);
    tell("main");
    return err;
}

TEST(main_that_is_stopped_is_a_leftover)    /* L8 */
{
    CHECK_INT(async_run(stop_and_wait, NULL, NULL), E_RUNTIME);
    CHECK_STR(story, "main");
}
