/* Debug mode: what it reports of steps and callbacks, and of cancellations that
 * are swallowed; and SIGQUIT.  Whether a step is slow must not depend on the
 * machine: here all are, or none. */
#include "../../code/06_gather/gather.h"
#include "../../code/06_gather/taskgroup.h"
#include "../../code/06_gather/timeout.h"
#include "runtime.h"

/* ---- Runs in debug mode ---- */
static const double ALL = 1e-9, NONE = 1e9;    /* slow callback durations */

static Seen seen;
static double slow;

static int watch_body(void *body, Value *result)
{
    Loop *loop = async_get_running_loop();
    loop_set_exception_handler(loop, see, &seen);
    loop_set_slow_callback_duration(loop, slow);
    return call_body(body, result);
}

/* The first task is Task-1: it calls the body. */
static void run_watched(bool is_debug, double duration, Body *body)
{
    RunOptions options = { .debug = is_debug };
    forget_environment();
    slow = duration;
    seen = (Seen){ 0 };
    CHECK_INT(async_run_with(watch_body, &body, NULL, &options), 0);
}

/* ---- Slow steps ---- */
static char reported[400];    /* "task: message", one a line */

static void keep(Loop *loop, const ErrorContext *context, void *arg)
{
    char line[120];
    const char *name = context->future != NULL ? task_get_name(context->future)
                                               : "none";
    snprintf(line, sizeof line, "%s: %.14s\n", name, context->message);
    CHECK(strlen(reported) + strlen(line) < sizeof reported);
    strcat(reported, line);
    double seconds;
    CHECK(sscanf(strstr(context->message, "took"), "took %lf seconds",
                 &seconds) == 1);
    CHECK(seconds >= 0 && seconds < 60);
    CHECK_INT(context->error, 0);
}

static void call_one_callback(void *arg)
{
}

static void do_two_steps(void)
{
    Loop *loop = async_get_running_loop();
    loop_set_exception_handler(loop, keep, NULL);
    task_set_name(async_current_task(), "main");
    CHECK(loop_call_soon(loop, call_one_callback, NULL) != 0);
    pause_turns(1);
    loop_set_slow_callback_duration(loop, NONE);
}

TEST(a_slow_step_or_callback_is_reported)    /* L18 */
{
    run_watched(true, ALL, do_two_steps);
    CHECK_STR(reported, "main: Executing a st\nnone: Executing a ca\n");
}

TEST(a_fast_one_is_not)
{
    run_watched(true, NONE, do_two_steps);
    CHECK_STR(reported, "");
}

TEST(nor_any_without_debug_mode)
{
    run_watched(false, ALL, do_two_steps);
    CHECK_STR(reported, "");
}

static void turn_debug_on_and_off(void)
{
    Loop *loop = async_get_running_loop();
    loop_set_exception_handler(loop, keep, NULL);
    task_set_name(async_current_task(), "main");
    pause_turns(1);
    CHECK_STR(reported, "");
    loop_set_debug(loop, true);
    pause_turns(1);
    CHECK_STR(reported, "main: Executing a st\n");
    loop_set_debug(loop, false);
    pause_turns(1);
    CHECK_STR(reported, "main: Executing a st\n");
}

TEST(debug_mode_can_be_turned_on_and_off)
{
    run_watched(false, ALL, turn_debug_on_and_off);
}

/* ---- The duration ---- */
TEST(the_duration_is_a_tenth_at_first)
{
    Loop *loop = loop_new(), *other = loop_new();
    CHECK_DOUBLE(loop_get_slow_callback_duration(loop), 0.1, 0);
    loop_set_slow_callback_duration(loop, 2.5);
    CHECK_DOUBLE(loop_get_slow_callback_duration(loop), 2.5, 0);
    CHECK_DOUBLE(loop_get_slow_callback_duration(other), 0.1, 0);
    loop_free(loop);
    loop_free(other);
}

/* A virtual clock stands still in a step: 0 s are slow for 0 only. */
TEST(in_virtual_time_a_step_takes_no_time)
{
    double durations[] = { 1e-9, 0 };
    RunOptions options = { .debug = true, .virtual_time = true };
    Body *body = do_two_steps;
    for (int i = 0; i < 2; i++) {
        slow = durations[i];
        reported[0] = '\0';
        CHECK_INT(async_run_with(watch_body, &body, NULL, &options), 0);
        CHECK_INT(reported[0] != '\0', i);
    }
}

/* ---- Swallowed cancellations ---- */
static int swallow(void *arg, Value *result)
{
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    return 0;
}

static int take_back(void *arg, Value *result)
{
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    CHECK_INT(task_uncancel(async_current_task()), 0);
    return 0;
}

static int fail_instead(void *arg, Value *result)
{
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    return E_USER;
}

/* Its end after a cancellation, in debug mode. */
static CoroFn *cancelled;

static void cancel_it(void)
{
    Task *task = begin(cancelled, NULL);
    task_set_name(task, "swallower");
    pause_turns(1);
    task_cancel(task);
    task_join(task, NULL);
}

static int reports_after_cancelling(CoroFn *function, bool is_debug)
{
    cancelled = function;
    run_watched(is_debug, NONE, cancel_it);
    return seen.count;
}

TEST(a_swallowed_cancellation_is_reported)
{
    CHECK_INT(reports_after_cancelling(swallow, true), 1);
    CHECK_STR(seen.last.message, "A cancellation was swallowed");
    CHECK_STR(seen.name, "swallower");
    CHECK_INT(seen.last.error, 0);
    CHECK_INT(reports_after_cancelling(swallow, false), 0);
}

TEST(who_takes_it_back_or_ends_or_fails_swallows_nothing)
{
    CHECK_INT(reports_after_cancelling(take_back, true), 0);
    CHECK_INT(reports_after_cancelling(sleep_forever, true), 0);
    CHECK_INT(reports_after_cancelling(fail_instead, true), 0);
}

static int cancel_itself_and_return(void *arg, Value *result)
{
    task_cancel(async_current_task());
    return 0;
}

/* There it was still to come: the task is cancelled (T4). */
TEST(who_returns_before_it_comes_swallows_nothing)
{
    CHECK_INT(reports_after_cancelling(cancel_itself_and_return, true), 0);
}

/* ---- What cancels, and takes it back ---- */
static void use_timeout(void)
{
    Timeout timeout;
    CHECK_INT(timeout_enter(&timeout, 0), 0);
    CHECK_INT(timeout_exit(&timeout, async_sleep(INFINITY)), E_TIMEOUT);
    Task *task = begin(sleep_forever, NULL);
    CHECK_INT(async_wait_for(task, 0.001, NULL), E_TIMEOUT);
    task_release(task);
}

static int fail_at_once(void *arg, Value *result)
{
    return E_USER;
}

static void use_group(void)
{
    TaskGroup *group = taskgroup_enter();
    CHECK_INT(taskgroup_spawn(group, fail_at_once, NULL, 0), 0);
    CHECK_INT(taskgroup_spawn(group, sleep_forever, NULL, 0), 0);
    int err = async_sleep(INFINITY);
    CHECK_INT(err, E_CANCELLED);
    CHECK(taskgroup_exit(group, err) != 0);
    taskgroup_free(group);
}

TEST(timeouts_and_groups_swallow_nothing)
{
    run_watched(true, NONE, use_timeout);
    CHECK_INT(seen.count, 0);
    run_watched(true, NONE, use_group);
    CHECK_INT(seen.count, 0);
}

/* ---- SIGQUIT ---- */
static void quit_self(void)
{
    task_set_name(async_current_task(), "main");
    task_release(begin(sleep_forever, NULL));
    pause_turns(1);
    CHECK_INT(raise(SIGQUIT), 0);
    rest(0.001);
}

static void quit_in_debug_mode(void)
{
    RunOptions debug = { .debug = true };
    Body *body = quit_self;
    CHECK_INT(async_run_with(call_body, &body, NULL, &debug), 0);
    CHECK_INT(async_run_with(call_body, &body, NULL, &debug), 0);
}

TEST(sigquit_prints_the_tasks)
{
    Child child;
    run_child(&child, quit_in_debug_mode);
    check_exited(&child);
    CHECK(strstr(child.text, "main: ") == child.text);
    CHECK(strstr(child.text, "\nTask-") != NULL);
    CHECK(strstr(child.text, "in sleep for ") != NULL);
}

static void quit_without_debug_mode(void)
{
    run_body(quit_self);
}

TEST(without_debug_mode_it_ends_the_process)
{
    Child child;
    run_child(&child, quit_without_debug_mode);
    CHECK(WIFSIGNALED(child.status));
    CHECK_INT(WTERMSIG(child.status), SIGQUIT);
    CHECK_STR(child.text, "");
}

static void ignore_and_quit(void)
{
    signal(SIGQUIT, SIG_IGN);
    quit_in_debug_mode();
    struct sigaction now;
    CHECK_INT(sigaction(SIGQUIT, NULL, &now), 0);
    CHECK(now.sa_handler == SIG_IGN);
}

TEST(ignored_it_stays_ignored)
{
    Child child;
    run_child(&child, ignore_and_quit);
    check_exited(&child);
    CHECK_STR(child.text, "");
}

TEST(after_the_run_it_does_what_it_did)
{
    struct sigaction now;
    RunOptions debug = { .debug = true };
    CHECK_INT(async_run_with(return_seven, NULL, NULL, &debug), 0);
    CHECK_INT(sigaction(SIGQUIT, NULL, &now), 0);
    CHECK(now.sa_handler == SIG_DFL);
}
