/* The hand-off: a task that stops goes straight to the next one.  Nobody may
 * notice: the order is that of the loop, and the loop still looks at what it
 * has to look at.  An observer, debug mode and shuffling turn it off. */
#include "tasks.h"

#include "../../code/05_tasks/task_inside.h"

#include <pthread.h>

/* ---- Helpers ---- */
static void call(Observer *observer, Loop *loop, Callback *callback, void *arg)
{
    callback(arg);
}

static Observer observer = { call };

enum { PLAIN, OBSERVED, DEBUG, MODES };

static Loop *loop_in_mode(int mode)
{
    Loop *loop = ordered_loop();
    loop_set_debug(loop, mode == DEBUG);
    if (mode == OBSERVED)
        loop_observe(loop, &observer);
    return loop;
}

/* The same story in each mode. */
static void check_story(CoroFn *function, const char *wanted)
{
    for (int mode = 0; mode < MODES; mode++) {
        Loop *loop = loop_in_mode(mode);
        story[0] = '\0';
        CHECK_INT(run(loop, function, NULL), 0);
        CHECK_STR(story, wanted);
        loop_free(loop);
    }
}

/* ---- Whether it happens ---- */
static void wake_between(void *waiter)
{
    tell("(");
    task_wake(waiter);
    tell(")");
}

static int tell_twice(void *word, Value *result)
{
    tell(word);
    pause_turns(1);
    tell(word);
    return 0;
}

static const char *wake_first_of_three(int mode)
{
    Loop *loop = loop_in_mode(mode);
    Future *future = future_new(loop);
    Task *first = new_task(loop, wait_for, future);
    run_turns(loop, 1);
    ((TaskRecord *)first)->waiter.wake = wake_between;
    CHECK_INT(future_set_result(future, seven), 0);
    task_release(new_task(loop, tell_twice, "a"));
    task_release(new_task(loop, tell_twice, "b"));
    story[0] = '\0';
    CHECK_INT(run(loop, return_seven, NULL), 0);
    task_release(first);
    future_release(future);
    loop_free(loop);
    return story;
}

TEST(a_callback_of_the_loop_runs_many_tasks)
{
    CHECK_STR(wake_first_of_three(PLAIN), "( a b a b )");
    CHECK_STR(wake_first_of_three(OBSERVED), "( ) a b a b");
    CHECK_STR(wake_first_of_three(DEBUG), "( ) a b a b");
}

/* ---- The order ---- */
static int tell_thrice(void *word, Value *result)
{
    for (int i = 0; i < 3; i++) {
        tell(word);
        pause_turns(1);
    }
    return 0;
}

static int mix(void *arg, Value *result)
{
    spawn(tell_thrice, "a");
    tell_soon("1");
    spawn(tell_thrice, "b");
    pause_turns(1);
    tell("turn");
    tell_soon("2");
    pause_turns(1);
    tell("turn");
    tell_soon("3");
    pause_turns(2);
    return 0;
}

TEST(callbacks_keep_their_places_among_tasks)    /* L1 L2 */
{
    check_story(mix, "a 1 b turn a b 2 turn a b 3");
}

static int wake_up(void *future, Value *result)
{
    CHECK_INT(future_set_result(future, seven), 0);
    tell("set");
    pause_turns(1);
    tell("on");
    return 0;
}

static int wait_and_tell(void *future, Value *result)
{
    CHECK_INT(await(future, result), 0);
    tell("woken");
    return 0;
}

static int wake_each_other(void *arg, Value *result)
{
    Future *future = new_future();
    CHECK_INT(future_add_done_callback(future, tell_done, "callback"), 0);
    Task *waiter = begin(wait_and_tell, future);
    Task *setter = begin(wake_up, future);
    CHECK_INT(task_join(waiter, NULL), 0);
    tell("joined");
    CHECK_INT(task_join(setter, NULL), 0);
    future_release(future);
    return 0;
}

TEST(who_is_woken_comes_after_the_callbacks_before_him)    /* F5 */
{
    check_story(wake_each_other, "set callback woken on joined");
}

static int pass_on(void *arg, Value *result)
{
    int *left = arg;
    if (--*left > 0)
        spawn(pass_on, arg);
    return 0;
}

static int end_and_begin(void *arg, Value *result)
{
    int left = 1000;
    spawn(pass_on, &left);
    pause_turns(999);
    CHECK_INT(left, 1);
    pause_turns(1);
    CHECK_INT(left, 0);
    tell("end");
    return 0;
}

TEST(who_ends_goes_to_the_next_too)    /* T1 */
{
    check_story(end_and_begin, "end");
}

static int cancel_queued(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    Handle handle = loop_call_soon(loop, tell_callback, "never");
    spawn(tell_word, "a");
    CHECK(loop_cancel(loop, handle));
    spawn(tell_word, "b");
    pause_turns(1);
    tell("c");
    return 0;
}

TEST(what_was_cancelled_in_the_queue_is_skipped)    /* L6 */
{
    check_story(cancel_queued, "a b c");
}

static int sleep_and_pause(void *word, Value *result)
{
    for (int i = 0; i < 3; i++) {
        rest(1);
        tell(word);
        pause_turns(1);
        tell(word);
    }
    return 0;
}

static int sleep_together(void *arg, Value *result)
{
    Task *a = begin(sleep_and_pause, "a"), *b = begin(sleep_and_pause, "b");
    CHECK_INT(task_join(a, NULL), 0);
    CHECK_INT(task_join(b, NULL), 0);
    CHECK_DOUBLE(now(), 3, 0);
    return 0;
}

TEST(timers_and_tasks_take_turns)    /* L3 */
{
    check_story(sleep_together, "a b a b a b a b a b a b");
}

/* ---- Loops that stop ---- */
static int stop_and_tell(void *arg, Value *result)
{
    loop_stop(async_get_running_loop());
    pause_turns(1);
    tell("next run");
    return 0;
}

TEST(the_turn_in_which_the_loop_stops_is_the_last)    /* L7 */
{
    for (int mode = 0; mode < MODES; mode++) {
        Loop *loop = loop_in_mode(mode);
        story[0] = '\0';
        task_release(new_task(loop, tell_twice, "a"));
        task_release(new_task(loop, stop_and_tell, NULL));
        task_release(new_task(loop, tell_twice, "b"));
        CHECK_INT(loop_run_forever(loop), 0);
        CHECK_STR(story, "a b");
        run_turns(loop, 1);
        CHECK_STR(story, "a b a next run b");
        loop_free(loop);
    }
}

TEST(a_turn_is_a_turn)    /* L2 */
{
    for (int mode = 0; mode < MODES; mode++) {
        Loop *loop = loop_in_mode(mode);
        story[0] = '\0';
        task_release(new_task(loop, tell_thrice, "a"));
        task_release(new_task(loop, tell_thrice, "b"));
        run_turns(loop, 1);
        CHECK_STR(story, "a b");
        run_turns(loop, 2);
        CHECK_STR(story, "a b a b a b");
        loop_free(loop);
    }
}

/* ---- What the loop looks at ---- */
static bool is_over;

static int spin(void *arg, Value *result)
{
    while (!is_over)
        pause_turns(1);
    return 0;
}

static void end_it(void *arg)
{
    is_over = true;
}

/* Three tasks are ready all the time, until somebody calls end_it(). */
static void spin_until(Loop *loop)
{
    is_over = false;
    for (int i = 0; i < 2; i++)
        task_release(new_task(loop, spin, NULL));
    CHECK_INT(run(loop, spin, NULL), 0);
    run_turns(loop, 2);
}

TEST(a_timer_comes_through_busy_tasks)    /* L2 */
{
    Loop *loop = loop_new();
    CHECK(loop_call_later(loop, 0.01, end_it, NULL) != 0);
    spin_until(loop);
    loop_free(loop);
}

static void read_it(void *fd)
{
    char byte;
    CHECK_INT(read(*(int *)fd, &byte, 1), 1);
    is_over = true;
}

static int write_and_spin(void *fd, Value *result)
{
    pause_turns(5);
    CHECK_INT(write(*(int *)fd, "x", 1), 1);
    return spin(fd, result);
}

TEST(a_descriptor_comes_through_busy_tasks)    /* L2 */
{
    Loop *loop = loop_new();
    int ends[2];
    CHECK_INT(pipe(ends), 0);
    CHECK_INT(loop_add_reader(loop, ends[0], read_it, &ends[0]), 0);
    task_release(new_task(loop, write_and_spin, &ends[1]));
    spin_until(loop);
    CHECK(loop_remove_reader(loop, ends[0]));
    close(ends[0]);
    close(ends[1]);
    loop_free(loop);
}

static void *knock(void *loop)
{
    struct timespec moment = { 0, 5000000 };
    nanosleep(&moment, NULL);
    CHECK_INT(loop_call_soon_threadsafe(loop, end_it, NULL), 0);
    return NULL;
}

TEST(another_thread_comes_through_busy_tasks)    /* L11 */
{
    Loop *loop = loop_new();
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, knock, loop), 0);
    spin_until(loop);
    CHECK_INT(pthread_join(thread, NULL), 0);
    loop_free(loop);
}

static int raise_and_spin(void *arg, Value *result)
{
    pause_turns(5);
    CHECK_INT(raise(SIGUSR1), 0);
    return spin(arg, result);
}

TEST(a_signal_comes_through_busy_tasks)    /* L14 */
{
    Loop *loop = loop_new();
    CHECK_INT(loop_add_signal_handler(loop, SIGUSR1, end_it, NULL), 0);
    task_release(new_task(loop, raise_and_spin, NULL));
    spin_until(loop);
    CHECK(loop_remove_signal_handler(loop, SIGUSR1));
    loop_free(loop);
}

static int arm_and_spin(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    pause_turns(5);
    CHECK(loop_call_later(loop, 0.01, end_it, NULL) != 0);
    return spin(arg, result);
}

TEST(a_timer_set_in_the_middle_of_it_comes_through)    /* L2 */
{
    Loop *loop = loop_new();
    task_release(new_task(loop, arm_and_spin, NULL));
    spin_until(loop);
    loop_free(loop);
}

static int post_to_oneself(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    CHECK_INT(loop_call_soon_threadsafe(loop, tell_callback, "posted"), 0);
    pause_turns(1);
    tell("later");
    return 0;
}

TEST(what_was_posted_before_a_pause_runs_before_it_ends)    /* L11 */
{
    check_story(post_to_oneself, "posted later");
}

static int post_and_create(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    CHECK_INT(loop_call_soon_threadsafe(loop, tell_callback, "posted"), 0);
    spawn(tell_word, "created");
    pause_turns(1);
    return 0;
}

TEST(what_was_posted_before_a_task_was_made_runs_before_it)    /* L11 T1 */
{
    check_story(post_and_create, "posted created");
}

/* ---- Turning it off ---- */
static int observe_from_now_on(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    tell("on");
    loop_observe(loop, &observer);
    pause_turns(1);
    tell("off");
    loop_observe(loop, NULL);
    pause_turns(1);
    return 0;
}

TEST(an_observer_may_come_and_go_in_a_task)
{
    for (int i = 0; i < 2; i++) {
        Loop *loop = ordered_loop();
        story[0] = '\0';
        task_release(new_task(loop, tell_thrice, "a"));
        Task *task = new_task(loop, observe_from_now_on, NULL);
        task_release(new_task(loop, tell_thrice, "b"));
        CHECK_INT(loop_run_until_complete(loop, task, NULL), 0);
        CHECK_STR(story, "a on b a off b a b");
        run_turns(loop, 2);
        task_release(task);
        loop_free(loop);
    }
}

typedef struct Counter {
    Observer observer;
    int calls;
} Counter;

static void count_call(Observer *at, Loop *loop, Callback *callback, void *arg)
{
    ((Counter *)at)->calls++;
    callback(arg);
}

TEST(an_observer_sees_each_step)
{
    Loop *loop = ordered_loop();
    Counter counter = { { count_call }, 0 };
    loop_observe(loop, &counter.observer);
    task_release(new_task(loop, tell_thrice, "a"));
    task_release(new_task(loop, tell_thrice, "b"));
    for (int turn = 1; turn <= 4; turn++) {
        run_turns(loop, 1);
        CHECK_INT(counter.calls, 2 * turn);
    }
    loop_free(loop);
}

/* ---- Between tasks that share work ---- */
static Task *rivals[2];
static int baton, passes;

static int play_with(void *arg, Value *result)
{
    int me = *(int *)arg;
    while (passes < 10000) {
        CHECK_PTR(async_current_task(), rivals[me]);
        if (baton == me) {
            baton = !me;
            passes++;
        }
        pause_turns(1);
    }
    return 0;
}

TEST(two_tasks_alternate_strictly)    /* T16 */
{
    static int numbers[] = { 0, 1 };
    for (int mode = 0; mode < MODES; mode++) {
        Loop *loop = loop_in_mode(mode);
        passes = baton = 0;
        for (int i = 0; i < 2; i++)
            rivals[i] = new_task(loop, play_with, &numbers[i]);
        CHECK_INT(loop_run_until_complete(loop, rivals[0], NULL), 0);
        run_turns(loop, 2);
        CHECK_INT(passes, 10000);
        for (int i = 0; i < 2; i++)
            task_release(rivals[i]);
        loop_free(loop);
    }
}
