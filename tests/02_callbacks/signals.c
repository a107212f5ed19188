/* Signals as callbacks: when they run, who gets them, and what is put back. */
#include "loops.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/time.h>

static void send_signal(int signo)
{
    CHECK_INT(kill(getpid(), signo), 0);
}

static bool is_default(int signo)
{
    struct sigaction action;
    sigaction(signo, NULL, &action);
    return action.sa_handler == SIG_DFL;
}

static void count_and_stop(void *counter)
{
    count(counter);
    stop(NULL);
}

/* ---- Arriving ---- */
static void tell_unblocked(void *word)
{
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    CHECK(!sigismember(&blocked, SIGUSR1));
    CHECK(!sigismember(&blocked, SIGTERM));
    CHECK(async_get_running_loop() != NULL);
    tell(word);
}

/* L14: a handler would run with all signals blocked. */
TEST(a_signal_is_a_callback_and_no_interruption)
{
    Loop *loop = new_loop();
    CHECK_INT(loop_add_signal_handler(loop, SIGUSR1, tell_unblocked, "usr1"),
              0);
    send_signal(SIGUSR1);
    CHECK_STR(story, "");
    run_turn_of(loop);
    CHECK_STR(story, "usr1");
    run_turn_of(loop);
    CHECK_STR(story, "usr1");
    loop_free(loop);
}

/* L14.  CPython: signal_handling_while_selecting, signal_handling_args */
TEST(a_signal_ends_the_sleep_of_the_loop)
{
    Loop *loop = new_loop();
    int n = 0;
    struct itimerval soon = { { 0, 0 }, { 0, 20000 } };
    loop_add_signal_handler(loop, SIGALRM, count_and_stop, &n);
    loop_call_later(loop, 60, never, NULL);
    CHECK_INT(setitimer(ITIMER_REAL, &soon, NULL), 0);
    run(loop);
    CHECK_INT(n, 1);
    loop_free(loop);
}

static void send_and_tell(void *arg)
{
    tell("before");
    send_signal(SIGUSR1);
    tell("after");
}

/* L14 */
TEST(a_signal_does_not_interrupt_the_callback_that_runs)
{
    Loop *loop = ordered_loop();
    loop_add_signal_handler(loop, SIGUSR1, tell, "signal");
    loop_call_soon(loop, send_and_tell, NULL);
    loop_call_soon(loop, tell, "next");
    run_turn_of(loop);
    CHECK_STR(story, "before after next");
    run_turn_of(loop);
    CHECK_STR(story, "before after next signal");
    loop_free(loop);
}

/* L14 */
TEST(a_signal_reaches_a_loop_that_jumps_in_virtual_time)
{
    Loop *loop = in_virtual_time(new_loop());
    loop_add_signal_handler(loop, SIGUSR1, tell, "signal");
    loop_call_later(loop, 1, send_and_tell, NULL);
    loop_call_later(loop, 2, stop, NULL);
    run(loop);
    CHECK_STR(story, "before after signal");
    loop_free(loop);
}

TEST(each_signal_has_its_own_callback)
{
    Loop *loop = ordered_loop();
    loop_add_signal_handler(loop, SIGUSR2, tell, "usr2");
    loop_add_signal_handler(loop, SIGUSR1, tell, "usr1");
    send_signal(SIGUSR2);
    run_turn_of(loop);
    send_signal(SIGUSR1);
    run_turn_of(loop);
    CHECK_STR(story, "usr2 usr1");
    loop_free(loop);
}

TEST(a_signal_may_come_again_and_again)
{
    Loop *loop = new_loop();
    int n = 0;
    loop_add_signal_handler(loop, SIGUSR1, count, &n);
    for (int i = 1; i <= 100; i++) {
        send_signal(SIGUSR1);
        run_turn_of(loop);
        CHECK_INT(n, i);
    }
    loop_free(loop);
}

/* L14: SA_RESTART */
TEST(a_system_call_goes_on_after_a_signal)
{
    Loop *loop = new_loop();
    struct sigaction action;
    loop_add_signal_handler(loop, SIGUSR1, never, NULL);
    sigaction(SIGUSR1, NULL, &action);
    CHECK(action.sa_flags & SA_RESTART);
    loop_free(loop);
}

/* ---- Storms ---- */
enum { STORM = 100000 };

static atomic_int sent;
static int last_seen, storm_callbacks;

static void *send_storm(void *arg)
{
    for (int i = 1; i <= STORM; i++) {
        atomic_store(&sent, i);
        kill(getpid(), SIGUSR1);
    }
    return NULL;
}

static void see_storm(void *arg)
{
    storm_callbacks++;
    last_seen = atomic_load(&sent);
    if (last_seen == STORM)
        stop(NULL);
}

/* L14: many may be one, but the last is never lost. */
TEST_LIMIT(60, after_the_last_signal_of_a_storm_the_callback_runs)
{
    Loop *loop = new_loop();
    pthread_t thread;
    loop_add_signal_handler(loop, SIGUSR1, see_storm, NULL);
    CHECK_INT(pthread_create(&thread, NULL, send_storm, NULL), 0);
    run(loop);
    pthread_join(thread, NULL);
    CHECK_INT(last_seen, STORM);
    CHECK(storm_callbacks >= 1 && storm_callbacks <= STORM);
    loop_free(loop);
}

static void end_of_child(void *arg)
{
    stop(NULL);
}

TEST_LIMIT(60, a_storm_from_another_process_is_weathered)
{
    Loop *loop = new_loop();
    Pair p = pair_new();
    int n = 0;
    loop_add_signal_handler(loop, SIGUSR1, count, &n);
    pid_t child = fork();
    if (child == 0) {
        for (int i = 0; i < STORM; i++)
            kill(getppid(), SIGUSR1);
        _exit(0);
    }
    close(p.b);
    loop_add_reader(loop, p.a, end_of_child, NULL);
    run(loop);
    while (waitpid(child, NULL, 0) < 0)
        CHECK_INT(errno, EINTR);
    run_turn_of(loop);
    int before = n;
    CHECK(before >= 1);
    send_signal(SIGUSR1);
    run_turn_of(loop);
    CHECK_INT(n, before + 1);
    loop_free(loop);
    close(p.a);
}

/* ---- Replacing and removing ---- */
/* L14 */
TEST(the_last_handler_replaces)
{
    Loop *loop = new_loop();
    loop_add_signal_handler(loop, SIGUSR1, never, NULL);
    CHECK_INT(loop_add_signal_handler(loop, SIGUSR1, tell, "new"), 0);
    send_signal(SIGUSR1);
    run_turn_of(loop);
    CHECK_STR(story, "new");
    CHECK(loop_remove_signal_handler(loop, SIGUSR1));
    CHECK(!loop_remove_signal_handler(loop, SIGUSR1));
    loop_free(loop);
}

TEST(a_handler_replaced_while_its_signal_waits_is_not_called)
{
    Loop *loop = new_loop();
    loop_add_signal_handler(loop, SIGUSR1, never, NULL);
    send_signal(SIGUSR1);
    loop_add_signal_handler(loop, SIGUSR1, tell, "new");
    run_turn_of(loop);
    CHECK_STR(story, "new");
    loop_free(loop);
}

static void remove_usr1(void *arg)
{
    CHECK(loop_remove_signal_handler(async_get_running_loop(), SIGUSR1));
    tell("removed");
}

/* CPython: handle_signal_no_handler, handle_signal_cancelled_handler */
TEST(a_handler_removed_while_its_signal_waits_is_not_called)
{
    Loop *loop = ordered_loop();
    loop_add_signal_handler(loop, SIGUSR1, never, NULL);
    send_signal(SIGUSR1);
    CHECK(loop_remove_signal_handler(loop, SIGUSR1));
    run_turn_of(loop);
    /* And when its callback is in the queue already. */
    loop_add_signal_handler(loop, SIGUSR1, never, NULL);
    loop_call_soon(loop, remove_usr1, NULL);
    send_signal(SIGUSR1);
    run_turn_of(loop);
    CHECK_STR(story, "removed");
    run_turn_of(loop);
    loop_free(loop);
}

TEST(a_handler_removes_itself)
{
    Loop *loop = new_loop();
    loop_add_signal_handler(loop, SIGUSR1, remove_usr1, NULL);
    send_signal(SIGUSR1);
    run_turn_of(loop);
    CHECK_STR(story, "removed");
    CHECK(is_default(SIGUSR1));
    loop_free(loop);
}

/* L14.  CPython: add_signal_handler (both), remove_signal_handler,
 * remove_signal_handler_2 */
TEST(removing_restores_the_default)
{
    Loop *loop = new_loop();
    int signals[] = { SIGHUP, SIGINT, SIGTERM, SIGCHLD }, n = 0;
    for (int i = 0; i < 4; i++) {
        CHECK_INT(loop_add_signal_handler(loop, signals[i], count, &n), 0);
        CHECK(!is_default(signals[i]));
    }
    for (int i = 0; i < 4; i++) {
        CHECK(loop_remove_signal_handler(loop, signals[i]));
        CHECK(is_default(signals[i]));
        CHECK(!loop_remove_signal_handler(loop, signals[i]));
        for (int j = i + 1; j < 4; j++)
            CHECK(!is_default(signals[j]));
    }
    loop_free(loop);
}

/* CPython: close (unix_events) */
TEST(closing_removes_all_handlers)
{
    Loop *loop = new_loop();
    loop_add_signal_handler(loop, SIGHUP, never, NULL);
    loop_add_signal_handler(loop, SIGCHLD, never, NULL);
    send_signal(SIGHUP);
    CHECK_INT(loop_close(loop), 0);
    CHECK(is_default(SIGHUP));
    CHECK(is_default(SIGCHLD));
    CHECK(!loop_remove_signal_handler(loop, SIGHUP));
    loop_free(loop);
}

/* ---- Refused ---- */
/* CPython: check_signal, add_signal_handler (events) */
TEST(numbers_that_are_no_signal_are_E_VALUE)
{
    Loop *loop = new_loop();
    int numbers[] = { 0, -1, INT_MIN, INT_MAX, 128, 9999 };
    for (int i = 0; i < 6; i++) {
        CHECK_INT(loop_add_signal_handler(loop, numbers[i], never, NULL),
                  E_VALUE);
        CHECK(!loop_remove_signal_handler(loop, numbers[i]));
    }
    loop_free(loop);
}

TEST(signals_that_nobody_can_catch_are_E_RUNTIME)
{
    Loop *loop = new_loop();
    int numbers[] = { SIGKILL, SIGSTOP };
    for (int i = 0; i < 2; i++) {
        CHECK_INT(loop_add_signal_handler(loop, numbers[i], never, NULL),
                  E_RUNTIME);
        CHECK(!loop_remove_signal_handler(loop, numbers[i]));
    }
    loop_free(loop);
}

TEST(a_signal_that_waited_for_one_loop_does_not_reach_the_next)
{
    Loop *one = new_loop(), *two = new_loop();
    loop_add_signal_handler(one, SIGUSR1, never, NULL);
    send_signal(SIGUSR1);
    loop_remove_signal_handler(one, SIGUSR1);
    loop_add_signal_handler(two, SIGUSR1, never, NULL);
    loop_call_soon_threadsafe(two, tell, "two");    /* so it looks */
    run_turn_of(one);
    run_turn_of(two);
    CHECK_STR(story, "two");
    loop_free(one);
    loop_free(two);
}

/* ---- Threads ---- */
static pthread_t thread_of_loop;

static void check_thread(void *arg)
{
    CHECK(pthread_equal(pthread_self(), thread_of_loop));
    stop(NULL);
}

static void *signal_itself(void *arg)
{
    pthread_kill(pthread_self(), SIGUSR1);
    return NULL;
}

TEST(a_signal_that_hits_another_thread_runs_in_the_loop_s)
{
    Loop *loop = new_loop();
    pthread_t thread;
    thread_of_loop = pthread_self();
    loop_add_signal_handler(loop, SIGUSR1, check_thread, NULL);
    CHECK_INT(pthread_create(&thread, NULL, signal_itself, NULL), 0);
    run(loop);
    pthread_join(thread, NULL);
    loop_free(loop);
}

static atomic_bool storm_is_over;

/* By default SIGURG is ignored: it may come when nobody catches it. */
static void *storm_until_over(void *arg)
{
    while (!atomic_load(&storm_is_over))
        pthread_kill(pthread_self(), SIGURG);
    return NULL;
}

TEST_LIMIT(60, loops_come_and_go_while_signals_arrive)
{
    pthread_t thread;
    int n = 0;
    CHECK_INT(pthread_create(&thread, NULL, storm_until_over, NULL), 0);
    for (int round = 0; round < 200 || n == 0; round++) {
        Loop *loop = new_loop();
        CHECK_INT(loop_add_signal_handler(loop, SIGURG, count, &n), 0);
        for (int turn = 0; turn < round % 4; turn++)
            run_turn_of(loop);
        if (round % 2 == 0)
            CHECK(loop_remove_signal_handler(loop, SIGURG));
        loop_free(loop);
    }
    atomic_store(&storm_is_over, true);
    pthread_join(thread, NULL);
}

/* ---- The conformance case ---- */
static char *tags[] = { "handler A", "handler B" };
static int got;

static void on_usr1(void *tag)
{
    got++;
    print_line(tag);
}

static void main_end(void *arg)
{
    Loop *loop = async_get_running_loop();
    print_line(loop_remove_signal_handler(loop, SIGUSR1) ? "remove True"
                                                         : "remove False");
    print_line(loop_remove_signal_handler(loop, SIGUSR1)
                   ? "remove again True" : "remove again False");
    if (loop_add_signal_handler(loop, SIGKILL, never, NULL) == E_RUNTIME)
        print_line("add 9 RuntimeError");
    if (loop_add_signal_handler(loop, 9999, never, NULL) == E_VALUE)
        print_line("add 9999 ValueError");
    stop(NULL);
}

static void main_middle(void *arg)
{
    Loop *loop = async_get_running_loop();
    loop_add_signal_handler(loop, SIGUSR1, on_usr1, tags[1]);
    send_signal(SIGUSR1);
    loop_call_later(loop, 0.02, main_end, NULL);
}

static void main_begin(void *arg)
{
    Loop *loop = async_get_running_loop();
    loop_add_signal_handler(loop, SIGUSR1, on_usr1, tags[0]);
    send_signal(SIGUSR1);
    print_line(got > 0 ? "sent; handled synchronously? True"
                       : "sent; handled synchronously? False");
    loop_call_later(loop, 0.02, main_middle, NULL);
}

/* L14: loop_12 */
TEST(loop_12_signal_handler_runs_in_loop)
{
    Loop *loop = in_virtual_time(new_loop());
    loop_call_soon(loop, main_begin, NULL);
    run(loop);
    CHECK_STR(story, "sent; handled synchronously? False\n"
                     "handler A\nhandler B\nremove True\nremove again False\n"
                     "add 9 RuntimeError\nadd 9999 ValueError\n");
    loop_free(loop);
}
