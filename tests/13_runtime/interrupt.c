/* SIGINT: who else catches it, when it comes at a bad time, and what is as
 * before when the run is over (R6). */
#include "runtime.h"

/* ---- A loop that is stuck ---- */
/* So many while main lets the loop not run; then it sees the first. */
static void be_busy(int count)
{
    for (int i = 0; i < count; i++)
        interrupt_self(NULL);
}

static int be_busy_twice(void *arg, Value *result)
{
    be_busy(2);
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    return E_CANCELLED;
}

/* The two are seen as one: they came before the loop could answer.  The next
 * run begins to count anew. */
TEST(two_while_main_is_busy_cancel_it)
{
    for (int i = 0; i < 3; i++) {
        CHECK_INT(async_run(be_busy_twice, NULL, NULL), E_KEYBOARD_INTERRUPT);
        check_handler(SIG_DFL);
    }
}

static int be_busy_thrice(void *arg, Value *result)
{
    be_busy(3);
    return 0;
}

static void run_busy(void)
{
    async_run(be_busy_thrice, NULL, NULL);
}

TEST(the_third_one_ends_the_process)
{
    Child child;
    run_child(&child, run_busy);
    check_killed(&child, SIGINT);
    check_handler(SIG_DFL);
}

/* Each is answered before the next one: two are not three. */
static int answer_each(void *arg, Value *result)
{
    Runner *runner = arg;
    be_busy(1);
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    be_busy(2);
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    runner->options.debug = true;    /* it came here in the close */
    return E_CANCELLED;
}

TEST(what_was_answered_does_not_count)
{
    Runner runner = new_runner();
    CHECK_INT(runner_run(&runner, answer_each, &runner, NULL),
              E_KEYBOARD_INTERRUPT);
    CHECK(!runner.options.debug);
    CHECK_INT(runner_close(&runner), 0);
    CHECK(runner.options.debug);
}

/* ---- Before the first step, and in the last ---- */
static int note_run(void *has_run, Value *result)
{
    *(bool *)has_run = true;
    return 0;
}

TEST(main_does_not_begin_if_it_comes_first)    /* T3 */
{
    bool has_run = false;
    unsetenv("WEFT_SHUFFLE");
    Runner runner = new_runner();
    CHECK(loop_call_soon(runner_get_loop(&runner), interrupt_self, NULL));
    CHECK_INT(runner_run(&runner, sleep_forever, NULL, NULL),
              E_KEYBOARD_INTERRUPT);
    CHECK_INT(runner_run(&runner, note_run, &has_run, NULL), 0);
    CHECK(has_run);
    CHECK_INT(runner_close(&runner), 0);
}

static int interrupt_and_return(void *arg, Value *result)
{
    interrupt_self(NULL);
    *result = seven;
    return 0;
}

/* In asyncio it comes at once, and cancels a main that still runs. */
TEST(it_comes_in_time_after_the_last_suspension)
{
    Value value = seven;
    CHECK_INT(async_run(interrupt_and_return, NULL, &value),
              E_KEYBOARD_INTERRUPT);
    CHECK_PTR(value.p, NULL);
    check_handler(SIG_DFL);
    Runner runner = new_runner();
    CHECK_INT(runner_run(&runner, interrupt_and_return, NULL, NULL),
              E_KEYBOARD_INTERRUPT);
    CHECK_INT(runner_run(&runner, return_seven, NULL, &value), 0);
    CHECK_INT(value.i, 7);
    CHECK_INT(runner_close(&runner), 0);
}

static int shield_from_it(void *arg, Value *result)
{
    interrupt_self(NULL);
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    CHECK_INT(task_cancelling(async_current_task()), 1);
    CHECK_INT(task_uncancel(async_current_task()), 0);
    return E_CANCELLED;
}

/* CPython asks uncancel() == 0, and that it is here, too. */
TEST(taken_back_by_main_it_still_was_one)
{
    CHECK_INT(async_run(shield_from_it, NULL, NULL), E_KEYBOARD_INTERRUPT);
}

/* ---- Not while main runs ---- */
static void interrupt_between(void)
{
    Runner runner = new_runner();
    CHECK_INT(runner_run(&runner, return_seven, NULL, NULL), 0);
    interrupt_self(NULL);
}

TEST(between_two_runs_it_ends_the_process)
{
    Child child;
    run_child(&child, interrupt_between);
    check_killed(&child, SIGINT);
}

static int interrupt_cleanup(void *arg, Value *result)
{
    int err = async_sleep(INFINITY);
    interrupt_self(NULL);
    return err;
}

static void leave_it(void)
{
    spawn(interrupt_cleanup, NULL);
    pause_turns(1);
}

static void interrupt_shutdown(void)
{
    run_body(leave_it);
}

TEST(while_the_rest_ends_it_ends_the_process)
{
    Child child;
    run_child(&child, interrupt_shutdown);
    check_killed(&child, SIGINT);
}

/* ---- Handlers of the program ---- */
static volatile sig_atomic_t caught;

static void catch_it(int signo)
{
    caught++;
}

static void catch_by(SignalHandler *handler)
{
    struct sigaction action = { .sa_handler = handler };
    sigemptyset(&action.sa_mask);
    CHECK_INT(sigaction(SIGINT, &action, NULL), 0);
}

static int catch_during(void *arg, Value *result)
{
    catch_by(catch_it);
    interrupt_self(NULL);
    return async_sleep(0.001);
}

/* signal.signal() in main: the runner gives back only what is its own. */
TEST(a_handler_that_main_installs_stays)
{
    CHECK_INT(async_run(catch_during, NULL, NULL), 0);
    CHECK_INT(caught, 1);
    check_handler(catch_it);
}

static int ignore_during(void *arg, Value *result)
{
    catch_by(SIG_IGN);
    interrupt_self(NULL);
    return async_sleep(0.001);
}

TEST(ignored_by_main_it_stays_ignored)
{
    CHECK_INT(async_run(ignore_during, NULL, NULL), 0);
    check_handler(SIG_IGN);
}

static void note(void *count)
{
    ++*(int *)count;
}

static int interrupt_and_wait(void *count, Value *result)
{
    interrupt_self(NULL);
    int err = 0;
    while (*(int *)count == 0 && err == 0)
        err = async_sleep(0.001);
    return err;
}

/* loop.add_signal_handler() before the run: the runner leaves it alone. */
TEST(a_handler_of_the_loop_from_before_answers)
{
    int count = 0;
    Runner runner = new_runner();
    CHECK_INT(loop_add_signal_handler(runner_get_loop(&runner), SIGINT, note,
                                      &count), 0);
    for (int i = 1; i <= 2; i++) {
        int before = count;
        CHECK_INT(runner_run(&runner, interrupt_and_wait, &count, NULL), 0);
        CHECK(count > before);
        count = 0;
    }
    CHECK(handler_of_sigint() != SIG_DFL);
    CHECK_INT(runner_close(&runner), 0);
    check_handler(SIG_DFL);
}

static int add_and_remove(void *arg, Value *result)
{
    int count = 0;
    Loop *loop = async_get_running_loop();
    CHECK_INT(loop_add_signal_handler(loop, SIGINT, note, &count), 0);
    CHECK_INT(interrupt_and_wait(&count, NULL), 0);
    CHECK(loop_remove_signal_handler(loop, SIGINT));
    interrupt_self(NULL);
    int err = async_sleep(INFINITY);
    CHECK_INT(count, 1);
    return err;
}

/* What the program's handler has answered does not count: this is a first. */
TEST(when_the_programs_is_removed_the_runners_answers)
{
    CHECK_INT(async_run(add_and_remove, NULL, NULL), E_KEYBOARD_INTERRUPT);
    check_handler(SIG_DFL);
}

/* ---- Whose it is afterwards ---- */
static int keep_handler(void *arg, Value *result)
{
    return loop_add_signal_handler(async_get_running_loop(), SIGINT, note,
                                   arg);
}

/* The loop has it on, between the runs, until it is closed. */
TEST(a_handler_that_main_adds_is_the_loops)
{
    int count = 0;
    Runner runner = new_runner();
    CHECK_INT(runner_run(&runner, keep_handler, &count, NULL), 0);
    CHECK(handler_of_sigint() != SIG_DFL);
    interrupt_self(NULL);
    CHECK_INT(runner_run(&runner, return_seven, NULL, NULL), 0);
    CHECK_INT(runner_close(&runner), 0);
    CHECK_INT(count, 1);
    check_handler(SIG_DFL);
}

/* ---- In debug mode ---- */
static int swallow_it(void *seen, Value *result)
{
    loop_set_exception_handler(async_get_running_loop(), see, seen);
    interrupt_self(NULL);
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    return 0;
}

TEST(in_debug_mode_who_swallows_it_is_reported)
{
    Seen seen = { 0 };
    RunOptions debug = { .debug = true };
    CHECK_INT(async_run_with(swallow_it, &seen, NULL, &debug), 0);
    CHECK_INT(seen.count, 1);
    CHECK_STR(seen.last.message, "A cancellation was swallowed");
}
