/* Of CPython's test_runners.py, the tests of SIGINT, and what else asyncio says
 * of it (R6).  The process sends it to itself. */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runners.h"

/* ---- RunnerTests ---- */
static int loop_until_cancelled(void *arg, Value *result)
{
    int err = 0;
    while (err == 0)
        err = async_sleep(0);
    CHECK_INT(err, E_CANCELLED);
    return err;
}

TEST(interrupt_call_soon)
{
    Runner runner = new_runner();
    interrupt_later(runner_get_loop(&runner));
    CHECK_INT(runner_run(&runner, loop_until_cancelled, NULL, NULL),
              E_KEYBOARD_INTERRUPT);
    CHECK_INT(runner_close(&runner), 0);
    check_handler(SIG_DFL);
}

TEST(interrupt_wait)
{
    Runner runner = new_runner();
    Future *future = future_new(runner_get_loop(&runner));
    interrupt_later(runner_get_loop(&runner));
    CHECK_INT(runner_run(&runner, wait_for, future, NULL),
              E_KEYBOARD_INTERRUPT);
    CHECK(future_cancelled(future));
    future_release(future);
    CHECK_INT(runner_close(&runner), 0);
    check_handler(SIG_DFL);
}

static int cancel_and_interrupt(void *task, Value *result)
{
    int err = async_sleep(0);
    task_cancel(task);
    interrupt_self(NULL);
    return err;
}

static int be_cancelled_and_interrupted(void *arg, Value *result)
{
    spawn(cancel_and_interrupt, async_current_task());
    return async_sleep(10);
}

/* Who cancelled main, and not SIGINT, has ended it. */
TEST(interrupt_cancelled_task)
{
    Runner runner = new_runner();
    CHECK_INT(runner_run(&runner, be_cancelled_and_interrupted, NULL, NULL),
              E_CANCELLED);
    CHECK_INT(runner_close(&runner), 0);
    check_handler(SIG_DFL);
}

static int cancel_itself_too(void *arg, Value *result)
{
    interrupt_self(NULL);
    int err = async_sleep(INFINITY);
    task_cancel(async_current_task());
    return err;
}

TEST(another_cancel_after_it_counts_more)
{
    CHECK_INT(async_run(cancel_itself_too, NULL, NULL), E_CANCELLED);
    check_handler(SIG_DFL);
}

/* ---- Main goes on ---- */
static int swallow(void *arg, Value *result)
{
    interrupt_self(NULL);
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    int err = async_sleep(0);
    *result = seven;
    return err;
}

TEST(swallowed_it_gives_the_normal_result)
{
    Value value = nothing;
    CHECK_INT(async_run(swallow, NULL, &value), 0);
    CHECK_INT(value.i, 7);
    check_handler(SIG_DFL);
}

static int fail_instead(void *arg, Value *result)
{
    interrupt_self(NULL);
    return async_sleep(INFINITY) == E_CANCELLED ? E_VALUE : 0;
}

TEST(another_error_of_main_is_the_result)
{
    CHECK_INT(async_run(fail_instead, NULL, NULL), E_VALUE);
}

static int clean_up(void *has_cleaned_up, Value *result)
{
    interrupt_self(NULL);
    int err = async_sleep(INFINITY);
    CHECK_INT(async_sleep(0.01), 0);
    *(bool *)has_cleaned_up = true;
    return err;
}

TEST(main_may_await_in_its_cleanup)
{
    bool has_cleaned_up = false;
    CHECK_INT(async_run(clean_up, &has_cleaned_up, NULL),
              E_KEYBOARD_INTERRUPT);
    CHECK(has_cleaned_up);
}

/* Each run begins to count anew. */
TEST(a_runner_is_interrupted_again)
{
    Runner runner = new_runner();
    Value value = nothing;
    for (int i = 0; i < 3; i++) {
        bool has_cleaned_up = false;
        CHECK_INT(runner_run(&runner, clean_up, &has_cleaned_up, NULL),
                  E_KEYBOARD_INTERRUPT);
        CHECK(has_cleaned_up);
    }
    CHECK_INT(runner_run(&runner, return_seven, NULL, &value), 0);
    CHECK_INT(value.i, 7);
    CHECK_INT(runner_close(&runner), 0);
}

/* ---- The second ---- */
static bool has_ended;

static int hold_out(void *arg, Value *result)
{
    interrupt_self(NULL);
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    interrupt_self(NULL);
    int err = async_sleep(INFINITY);
    has_ended = true;
    return err;
}

/* Main has not ended when the run has: it is a leftover now. */
TEST(the_second_one_is_immediate)
{
    Runner runner = new_runner();
    CHECK_INT(runner_run(&runner, hold_out, NULL, NULL),
              E_KEYBOARD_INTERRUPT);
    CHECK(!has_ended);
    check_handler(SIG_DFL);
    CHECK_INT(runner_close(&runner), 0);
    CHECK(has_ended);
}

TEST(the_second_one_ends_async_run)
{
    CHECK_INT(async_run(hold_out, NULL, NULL), E_KEYBOARD_INTERRUPT);
    CHECK(has_ended);
    check_handler(SIG_DFL);
}

/* ---- A loop that is stuck ---- */
static int be_stuck(void *arg, Value *result)
{
    for (int i = 0; i < 3; i++)
        interrupt_self(NULL);
    return 0;
}

/* CPython can interrupt any code; a process in C can be ended. */
TEST(one_too_many_without_an_answer_ends_the_process)
{
    int status;
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0)
        _exit(async_run(be_stuck, NULL, NULL) != 0);
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK(WIFSIGNALED(status));
    CHECK_INT(WTERMSIG(status), SIGINT);
}

/* ---- Somebody else's ---- */
static int interrupt_in_vain(void *arg, Value *result)
{
    interrupt_self(NULL);
    for (int i = 0; i < 3; i++)
        CHECK_INT(async_sleep(0.001), 0);
    *result = seven;
    return 0;
}

TEST(ignored_it_stays_ignored)
{
    Value value = nothing;
    signal(SIGINT, SIG_IGN);
    CHECK_INT(async_run(interrupt_in_vain, NULL, &value), 0);
    CHECK_INT(value.i, 7);
    check_handler(SIG_IGN);
}

static volatile sig_atomic_t caught;

static void catch_it(int signo)
{
    caught++;
}

TEST(caught_by_the_program_it_stays_so)
{
    Value value = nothing;
    struct sigaction ours = { .sa_handler = catch_it };
    sigemptyset(&ours.sa_mask);
    CHECK_INT(sigaction(SIGINT, &ours, NULL), 0);
    CHECK_INT(async_run(interrupt_in_vain, NULL, &value), 0);
    CHECK_INT(value.i, 7);
    CHECK_INT(caught, 1);
    check_handler(catch_it);
}

/* ---- A handler of the program in the loop ---- */
static void complete(void *future)
{
    CHECK_INT(future_set_result(future, seven), 0);
}

static int wait_for_sigint(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    Future *future = new_future();
    CHECK_INT(loop_add_signal_handler(loop, SIGINT, complete, future), 0);
    interrupt_self(NULL);
    int err = await(future, result);
    CHECK_INT(task_cancelling(async_current_task()), 0);
    future_release(future);
    return err;
}

TEST(a_handler_of_the_program_replaces_the_runners)
{
    Value value = nothing;
    CHECK_INT(async_run(wait_for_sigint, NULL, &value), 0);
    CHECK_INT(value.i, 7);
    check_handler(SIG_DFL);
}

/* ---- Two runners ---- */
typedef struct Other {
    pthread_t thread;
    int is_waiting[2];    /* a pipe */
    Loop *loop;
    Future *may_end;
    int err;
} Other;

static int wait_beside(void *arg, Value *result)
{
    Other *other = arg;
    other->loop = async_get_running_loop();
    other->may_end = new_future();
    CHECK_INT(write(other->is_waiting[1], "x", 1), 1);
    int err = await(other->may_end, NULL);
    future_release(other->may_end);
    return err;
}

static void *run_beside(void *arg)
{
    Other *other = arg;
    other->err = async_run(wait_beside, other, NULL);
    return NULL;
}

static int be_interrupted_alone(void *arg, Value *result)
{
    char byte;
    Other *other = arg;
    CHECK_INT(pthread_create(&other->thread, NULL, run_beside, other), 0);
    CHECK_INT(read(other->is_waiting[0], &byte, 1), 1);
    interrupt_self(NULL);
    int err = async_sleep(INFINITY);
    CHECK_INT(loop_call_soon_threadsafe(other->loop, complete,
                                        other->may_end), 0);
    CHECK_INT(pthread_join(other->thread, NULL), 0);
    return err;
}

/* The one that began first hears of it, and no other. */
TEST(a_runner_in_a_thread_beside_goes_on)
{
    Other other = { .err = -1 };
    CHECK_INT(pipe(other.is_waiting), 0);
    CHECK_INT(async_run(be_interrupted_alone, &other, NULL),
              E_KEYBOARD_INTERRUPT);
    CHECK_INT(other.err, 0);
    check_handler(SIG_DFL);
    close(other.is_waiting[0]);
    close(other.is_waiting[1]);
}

/* ---- Where nobody listens ---- */
static int look_at_handler(void *arg, Value *result)
{
    CHECK(handler_of_sigint() != SIG_DFL);
    return 0;
}

/* Between two runs it is as it was: Ctrl-C ends the process. */
TEST(it_is_caught_while_main_runs_only)
{
    Runner runner = new_runner();
    check_handler(SIG_DFL);
    CHECK_INT(runner_run(&runner, look_at_handler, NULL, NULL), 0);
    check_handler(SIG_DFL);
    CHECK_INT(runner_close(&runner), 0);
    check_handler(SIG_DFL);
}
