/* Sleeping: for a time, for a turn, and what happens to the timer. */
#include "tasks.h"

/* ---- For a time ---- */
static int sleep_and_tell(void *arg, Value *result)
{
    double delay = *(double *)arg, start = now();
    CHECK_INT(async_sleep(delay), 0);
    CHECK_DOUBLE(now(), start + delay, 1e-9);
    char word[20];
    snprintf(word, sizeof word, "%g", delay);
    tell(word);
    return 0;
}

static int sleep_in_parallel(void *arg, Value *result)
{
    static double delays[] = { 3, 1, 2.5, 0.001 };
    Task *tasks[4];
    for (int i = 0; i < 4; i++)
        tasks[i] = begin(sleep_and_tell, &delays[i]);
    for (int i = 0; i < 4; i++)
        CHECK_INT(task_join(tasks[i], NULL), 0);
    CHECK_DOUBLE(now(), 3, 1e-9);
    return 0;
}

TEST(sleeping_tasks_do_not_wait_for_each_other)    /* T16 */
{
    play(sleep_in_parallel, NULL);
    CHECK_STR(story, "0.001 1 2.5 3");
}

static int sleep_one(void *word, Value *result)
{
    rest(1);
    tell(word);
    return 0;
}

static int sleep_equally(void *arg, Value *result)
{
    char *words[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
    for (int i = 0; i < 8; i++)
        spawn(sleep_one, words[i]);
    rest(2);
    return 0;
}

TEST(equal_times_end_in_the_order_of_their_beginning)    /* L5 */
{
    play(sleep_equally, NULL);
    CHECK_STR(story, "a b c d e f g h");
}

static int sleep_really(void *arg, Value *result)
{
    double start = now();
    CHECK_INT(async_sleep(0.02), 0);
    CHECK(now() >= start + 0.02);
    return 0;
}

TEST(on_the_real_clock_it_never_ends_early)
{
    Loop *loop = loop_new();
    CHECK_INT(run(loop, sleep_really, NULL), 0);
    loop_free(loop);
}

/* ---- For a turn ---- */
static int sleep_for_turns(void *delay, Value *result)
{
    for (int i = 0; i < 3; i++) {
        tell("task");
        CHECK_INT(async_sleep(*(double *)delay), 0);
    }
    return 0;
}

static int count_turns(void *arg, Value *result)
{
    static double delays[] = { 0, -1, -INFINITY };
    for (int i = 0; i < 3; i++) {
        spawn(sleep_for_turns, &delays[i]);
        for (int turn = 0; turn < 3; turn++) {
            pause_turns(1);
            tell("turn");
        }
        pause_turns(1);
    }
    CHECK_DOUBLE(now(), 0, 0);
    return 0;
}

TEST(no_time_is_one_turn)    /* T16 */
{
    play(count_turns, NULL);
    CHECK_STR(story, "task turn task turn task turn "
                     "task turn task turn task turn "
                     "task turn task turn task turn");
}

static int see_all_ready(void *arg, Value *result)
{
    tell_soon("a");
    tell_soon("b");
    spawn(tell_word, "c");
    pause_turns(1);
    tell("me");
    return 0;
}

TEST(all_that_is_ready_has_its_turn_before)    /* T16 */
{
    play(see_all_ready, NULL);
    CHECK_STR(story, "a b c me");
}

/* ---- Results ---- */
static int sleep_for_results(void *arg, Value *result)
{
    Value value = nothing;
    double delays[] = { 0, 1, -1 };
    for (int i = 0; i < 3; i++) {
        CHECK_INT(async_sleep_result(delays[i], (Value){ .i = i + 1 }, &value),
                  0);
        CHECK_INT(value.i, i + 1);
        CHECK_INT(async_sleep_result(delays[i], seven, NULL), 0);
    }
    CHECK_INT(async_sleep_result(NAN, seven, &value), E_VALUE);
    CHECK_INT(value.i, 3);
    CHECK(task_cancel(async_current_task()));
    CHECK_INT(async_sleep_result(1, seven, &value), E_CANCELLED);
    CHECK_INT(value.i, 3);
    return 0;
}

TEST(it_hands_back_a_result)    /* T16 */
{
    play(sleep_for_results, NULL);
}

/* ---- Strange times ---- */
static int sleep_strangely(void *arg, Value *result)
{
    tell_soon("turn");
    CHECK_INT(async_sleep(NAN), E_VALUE);
    CHECK_STR(story, "");    /* at once */
    Task *task = begin(sleep_forever, NULL);
    rest(1e6);
    CHECK(!task_done(task));
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK_DOUBLE(now(), 1e6, 0);
    return 0;
}

TEST(nan_is_no_time_and_infinity_never_ends)    /* T16 */
{
    play(sleep_strangely, NULL);
}

/* ---- Cancelling ---- */
static int expect_cancelled(void *arg, Value *result)
{
    CHECK_INT(async_sleep(1000), E_CANCELLED);
    return E_CANCELLED;
}

static int cancel_a_sleep(void *arg, Value *result)
{
    Task *task = begin(expect_cancelled, NULL);
    pause_turns(1);
    CHECK(task_cancel(task));
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    return 0;
}

/* A loop with timers on the real clock refuses a virtual one. */
TEST(a_cancelled_sleep_releases_its_timer)    /* T16 */
{
    Loop *loop = loop_new();
    Task *task = new_task(loop, expect_cancelled, NULL);
    run_turns(loop, 1);
    CHECK_INT(loop_use_virtual_time(loop), E_RUNTIME);
    CHECK(task_cancel(task));
    run_turns(loop, 1);
    CHECK(task_done(task));
    CHECK_INT(loop_use_virtual_time(loop), 0);
    task_release(task);
    CHECK_INT(run(loop, cancel_a_sleep, NULL), 0);
    loop_free(loop);
}

TEST(a_sleep_of_a_turn_needs_no_timer)    /* T16 */
{
    Loop *loop = loop_new();
    double none = 0;
    Task *task = new_task(loop, sleep_for_turns, &none);
    run_turns(loop, 2);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), 0);
    task_release(task);
    loop_free(loop);
}

static int cancel_in_its_turn(void *arg, Value *result)
{
    Task *task = begin(expect_cancelled, NULL);
    rest(1000);    /* its timer has fired, too: it is ready */
    CHECK(!task_done(task));
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    return 0;
}

TEST(cancelled_after_its_time_is_over_it_is_cancelled)    /* T8 */
{
    play(cancel_in_its_turn, NULL);
}

static int cancel_when_late(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    Task **task = arg;
    CHECK(loop_call_at(loop, 1000, future_cancel_callback, *task) != 0);
    return 0;
}

TEST(a_cancel_at_the_same_time_comes_first_if_it_was_asked_for_first)
{
    Loop *loop = ordered_loop();
    Task *later, *canceller = new_task(loop, cancel_when_late, &later);
    later = new_task(loop, expect_cancelled, NULL);
    CHECK_INT(loop_run_until_complete(loop, later, NULL), E_CANCELLED);
    CHECK_DOUBLE(loop_time(loop), 1000, 0);
    task_release(later);
    task_release(canceller);
    loop_free(loop);
}
