/* The event loop by itself: the order of callbacks, turns, stopping, closing,
 * and what it refuses. */
#include "loops.h"

/* ---- In order ---- */
/* L1 */
TEST(callbacks_run_in_the_order_of_the_calls)
{
    Loop *loop = ordered_loop();
    char *words[] = { "a", "b", "c", "d" };
    for (int i = 0; i < 4; i++)
        CHECK(loop_call_soon(loop, tell, words[i]) != 0);
    run_turn_of(loop);
    CHECK_STR(story, "a b c d");
    loop_free(loop);
}

/* L1 */
TEST(each_callback_runs_exactly_once)
{
    enum { N = 10000 };
    static int runs[N];
    Loop *loop = new_loop();
    for (int i = 0; i < N; i++)
        loop_call_soon(loop, count, &runs[i]);
    for (int turn = 0; turn < 3; turn++)
        run_turn_of(loop);
    for (int i = 0; i < N; i++)
        CHECK_INT(runs[i], 1);
    loop_free(loop);
}

/* L1 */
TEST(the_argument_comes_back_untouched)
{
    Loop *loop = new_loop();
    int here = 0, there = 0;
    loop_call_soon(loop, count, &here);
    run_turn_of(loop);
    CHECK_INT(here, 1);
    CHECK_INT(there, 0);
    loop_free(loop);
}

TEST(one_callback_may_be_scheduled_many_times)
{
    Loop *loop = new_loop();
    int n = 0;
    Handle first = loop_call_soon(loop, count, &n);
    Handle second = loop_call_soon(loop, count, &n);
    CHECK(first != second);
    run_turn_of(loop);
    CHECK_INT(n, 2);
    loop_free(loop);
}

/* ---- Turns ---- */
static void tell_and_schedule(void *word)
{
    tell(word);
    loop_call_soon(async_get_running_loop(), tell, "later");
}

/* L2 */
TEST(what_a_callback_schedules_runs_in_the_next_turn)
{
    Loop *loop = ordered_loop();
    loop_call_soon(loop, tell_and_schedule, "a");
    loop_call_soon(loop, tell, "b");
    run_turn_of(loop);
    CHECK_STR(story, "a b");
    run_turn_of(loop);
    CHECK_STR(story, "a b later");
    loop_free(loop);
}

static void count_and_again(void *counter)
{
    count(counter);
    loop_call_soon(async_get_running_loop(), count_and_again, counter);
}

/* L2 */
TEST(a_callback_that_schedules_itself_runs_once_in_each_turn)
{
    Loop *loop = new_loop();
    int n = 0;
    loop_call_soon(loop, count_and_again, &n);
    for (int turn = 1; turn <= 200; turn++) {
        run_turn_of(loop);
        CHECK_INT(n, turn);
    }
    loop_free(loop);
}

static void schedule_many(void *runs)
{
    for (int i = 0; i < 500; i++)
        CHECK(loop_call_soon(async_get_running_loop(), count, runs) != 0);
}

/* L1, L2 */
TEST(the_queue_grows_in_the_middle_of_a_turn)
{
    Loop *loop = ordered_loop();
    int runs = 0;
    loop_call_soon(loop, tell, "a");
    loop_call_soon(loop, schedule_many, &runs);
    loop_call_soon(loop, tell, "b");
    Handle cancelled = loop_call_soon(loop, tell, "no");
    loop_call_soon(loop, tell, "c");
    loop_cancel(loop, cancelled);
    run_turn_of(loop);
    CHECK_STR(story, "a b c");
    CHECK_INT(runs, 0);
    run_turn_of(loop);
    CHECK_INT(runs, 500);
    loop_free(loop);
}

/* However the queue lies in its ring when it grows. */
TEST(the_queue_keeps_its_order_wherever_it_begins)
{
    for (int begin = 0; begin < 70; begin++) {
        Loop *loop = ordered_loop();
        static char words[100][12];
        char wanted[500] = "";
        story[0] = '\0';
        for (int i = 0; i < begin; i++)
            loop_call_soon(loop, tell, "");
        run_turn_of(loop);
        story[0] = '\0';
        for (int i = 0; i < 100; i++) {
            snprintf(words[i], sizeof words[i], "%d", i);
            loop_call_soon(loop, tell, words[i]);
            strcat(strcat(wanted, i > 0 ? " " : ""), words[i]);
        }
        run_turn_of(loop);
        CHECK_STR(story, wanted);
        loop_free(loop);
    }
}

/* L3 */
TEST(a_turn_runs_what_is_ready_then_descriptors_then_timers)
{
    Loop *loop = ordered_loop();
    Pair p = ready_pair();
    loop_call_later(loop, -1, tell, "timer");
    loop_add_reader(loop, p.a, tell, "reader");
    loop_call_soon(loop, tell, "ready");
    run_turn_of(loop);
    CHECK_STR(story, "ready reader timer");
    loop_free(loop);
    pair_close(p);
}

/* L4 */
TEST(call_later_of_zero_runs_in_the_same_turn_behind_what_is_ready)
{
    Loop *loop = ordered_loop();
    loop_call_later(loop, 0, tell, "zero");
    loop_call_at(loop, loop_time(loop) - 9, tell, "past");
    loop_call_later(loop, -5, tell, "negative");
    loop_call_soon(loop, tell, "a");
    loop_call_soon(loop, tell, "b");
    run_turn_of(loop);
    CHECK_STR(story, "a b past negative zero");
    loop_free(loop);
}

/* ---- Cancelling ---- */
/* L6 */
TEST(a_cancelled_callback_does_not_run)
{
    Loop *loop = new_loop();
    int n = 0;
    loop_call_soon(loop, count, &n);
    CHECK(loop_cancel(loop, loop_call_soon(loop, never, NULL)));
    loop_call_soon(loop, count, &n);
    run_turn_of(loop);
    CHECK_INT(n, 2);
    loop_free(loop);
}

static Handle handles[8];

static void cancel_first(void *result)
{
    *(bool *)result = loop_cancel(async_get_running_loop(), handles[0]);
}

/* L6 */
TEST(a_callback_cancels_another_of_its_turn)
{
    Loop *loop = ordered_loop();
    bool cancelled = false;
    loop_call_soon(loop, cancel_first, &cancelled);
    handles[0] = loop_call_soon(loop, never, NULL);
    run_turn_of(loop);
    CHECK(cancelled);
    loop_free(loop);
}

TEST(a_callback_that_runs_or_has_run_cannot_be_cancelled)
{
    Loop *loop = new_loop();
    bool cancelled = true;
    handles[0] = loop_call_soon(loop, cancel_first, &cancelled);
    run_turn_of(loop);
    CHECK(!cancelled);
    CHECK(!loop_cancel(loop, handles[0]));
    loop_free(loop);
}

TEST(a_callback_is_cancelled_once)
{
    Loop *loop = new_loop();
    Handle handle = loop_call_soon(loop, never, NULL);
    CHECK(loop_cancel(loop, handle));
    CHECK(!loop_cancel(loop, handle));
    run_turn_of(loop);
    CHECK(!loop_cancel(loop, handle));
    loop_free(loop);
}

TEST(a_stale_handle_never_names_a_later_callback)
{
    Loop *loop = new_loop();
    Handle stale = loop_call_soon(loop, tell, "");
    run_turn_of(loop);
    int n = 0;
    for (int i = 0; i < 300; i++)    /* its place is used again */
        CHECK(loop_call_soon(loop, count, &n) != stale);
    CHECK(!loop_cancel(loop, stale));
    run_turn_of(loop);
    CHECK_INT(n, 300);
    loop_free(loop);
}

TEST(a_handle_that_nobody_gave_out_names_nothing)
{
    Loop *loop = new_loop();
    int n = 0;
    Handle soon = loop_call_soon(loop, count, &n);
    Handle later = loop_call_later(loop, 0, count, &n);
    Handle garbage[] = { 0, soon + 1, soon + 64, later + 1, UINT64_MAX,
                         later | 1 << 20, later + (1ull << 24), 1ull << 62,
                         UINT64_MAX >> 1, UINT64_MAX << 24 };
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++)
        CHECK(!loop_cancel(loop, garbage[i]));
    run_turn_of(loop);
    CHECK_INT(n, 2);
    loop_free(loop);
}

/* ---- Stopping ---- */
static void schedule_late(void *word)
{
    loop_call_soon(async_get_running_loop(), tell, word);
}

/* L7 */
TEST(stop_lets_the_turn_finish)
{
    Loop *loop = ordered_loop();
    loop_call_soon(loop, tell, "a");
    loop_call_soon(loop, stop, NULL);
    loop_call_soon(loop, schedule_late, "late");
    loop_call_soon(loop, tell, "b");
    run(loop);
    CHECK_STR(story, "a b");
    run_turn_of(loop);
    CHECK_STR(story, "a b late");
    loop_free(loop);
}

/* L7.  CPython: run_forever_pre_stopped */
TEST(stop_before_running_runs_one_turn_and_does_not_wait)
{
    Loop *loop = new_loop();
    Pair p = pair_new();
    int n = 0;
    loop_add_reader(loop, p.a, never, NULL);
    loop_call_later(loop, 3600, never, NULL);
    loop_stop(loop);
    run(loop);
    loop_call_soon(loop, count_and_again, &n);
    loop_stop(loop);
    run(loop);
    CHECK_INT(n, 1);
    loop_free(loop);
    pair_close(p);
}

/* L7 */
TEST(stop_twice_is_stop_once)
{
    Loop *loop = new_loop();
    int n = 0;
    loop_call_soon(loop, stop, NULL);
    loop_call_soon(loop, stop, NULL);
    run(loop);
    loop_call_soon(loop, count_and_again, &n);
    loop_call_later(loop, 0.001, stop, NULL);
    run(loop);
    CHECK(n > 0);
    loop_free(loop);
}

TEST(a_loop_is_stopped_by_a_callback_of_its_own)
{
    Loop *loop = new_loop();
    loop_call_soon(loop, loop_stop_callback, loop);
    run(loop);
    CHECK_INT(loop_call_soon_threadsafe(loop, loop_stop_callback, loop), 0);
    run(loop);
    loop_free(loop);
}

static void count_to_ten(void *counter)
{
    count(counter);
    if (*(int *)counter == 10)
        loop_stop(async_get_running_loop());
    else
        loop_call_soon(async_get_running_loop(), count_to_ten, counter);
}

/* L7 */
TEST(a_loop_that_has_stopped_runs_again)
{
    Loop *loop = new_loop();
    for (int i = 0; i < 3; i++) {
        int n = 0;
        loop_call_soon(loop, count_to_ten, &n);
        run(loop);
        CHECK_INT(n, 10);
    }
    loop_free(loop);
}

/* ---- Who runs ---- */
static void see_running(void *loop)
{
    CHECK(loop_is_running(loop));
    CHECK_PTR(async_get_running_loop(), loop);
    loop_stop(loop);
}

TEST(the_running_loop_is_known_while_it_runs)
{
    Loop *loop = new_loop(), *other = new_loop();
    for (int i = 0; i < 2; i++) {
        CHECK(!loop_is_running(loop));
        CHECK_PTR(async_get_running_loop(), NULL);
        loop_call_soon(loop, see_running, loop);
        run(loop);
    }
    CHECK(!loop_is_running(loop));
    CHECK_PTR(async_get_running_loop(), NULL);
    CHECK(!loop_is_running(other));
    loop_free(loop);
    loop_free(other);
}

TEST(loops_do_not_mix)
{
    Loop *one = new_loop(), *two = new_loop();
    int n = 0;
    loop_call_soon(one, count, &n);
    loop_call_soon(two, never, NULL);
    run_turn_of(one);
    CHECK_INT(n, 1);
    loop_free(one);
    loop_free(two);
}

/* ---- Misuse while it runs ---- */
static void misuse(void *other)
{
    Loop *loop = async_get_running_loop();
    CHECK_INT(loop_close(loop), E_RUNTIME);
    CHECK(!loop_is_closed(loop));
    CHECK_INT(loop_run_forever(loop), E_RUNTIME);
    CHECK_INT(loop_run_forever(other), E_RUNTIME);
    CHECK(!loop_is_running(other));
    loop_free(loop);    /* ignored */
    CHECK_INT(loop_use_virtual_time(loop), E_RUNTIME);
    CHECK_PTR(async_get_running_loop(), loop);
    CHECK(loop_is_running(loop));
    tell("misused");
}

/* L12.  CPython: close_running_event_loop, running_loop_within_a_loop */
TEST(a_running_loop_is_not_closed_nested_or_freed)
{
    Loop *loop = ordered_loop(), *other = new_loop();
    loop_call_soon(loop, misuse, other);
    loop_call_soon(loop, misuse, other);    /* refusing has changed nothing */
    loop_call_soon(loop, see_running, loop);
    run(loop);
    CHECK_STR(story, "misused misused");
    run_turn_of(other);
    loop_free(loop);
    loop_free(other);
}

TEST(freeing_null_does_nothing)
{
    loop_free(NULL);
}

/* ---- No callback ---- */
TEST(no_callback_is_refused)
{
    Loop *loop = new_loop();
    Pair p = pair_new();
    errno = 0;
    CHECK_INT(loop_call_soon(loop, NULL, NULL), 0);
    CHECK_INT(errno, EINVAL);
    errno = 0;
    CHECK_INT(loop_call_later(loop, 1, NULL, NULL), 0);
    CHECK_INT(errno, EINVAL);
    errno = 0;
    CHECK_INT(loop_call_at(loop, 1, NULL, NULL), 0);
    CHECK_INT(errno, EINVAL);
    CHECK_INT(loop_call_soon_threadsafe(loop, NULL, NULL), E_VALUE);
    CHECK_INT(loop_add_reader(loop, p.a, NULL, NULL), E_VALUE);
    CHECK_INT(loop_add_writer(loop, p.b, NULL, NULL), E_VALUE);
    CHECK_INT(loop_add_signal_handler(loop, SIGUSR1, NULL, NULL), E_VALUE);
    CHECK(!loop_remove_reader(loop, p.a));
    CHECK(!loop_remove_writer(loop, p.b));
    CHECK(!loop_remove_signal_handler(loop, SIGUSR1));
    run_turn_of(loop);
    loop_free(loop);
    pair_close(p);
}

/* ---- Closing ---- */
/* L12.  CPython: close, add_fds_after_closing, remove_fds_after_closing */
TEST(a_closed_loop_refuses_everything)
{
    Loop *loop = new_loop();
    Pair p = ready_pair();
    Handle soon = loop_call_soon(loop, never, NULL);
    Handle later = loop_call_later(loop, 0, never, NULL);
    loop_add_reader(loop, p.a, never, NULL);
    loop_add_writer(loop, p.b, never, NULL);
    CHECK(!loop_is_closed(loop));
    CHECK_INT(loop_close(loop), 0);
    CHECK(loop_is_closed(loop));
    CHECK(!loop_is_running(loop));
    CHECK_INT(loop_run_forever(loop), E_RUNTIME);
    CHECK(!loop_is_running(loop));
    CHECK_PTR(async_get_running_loop(), NULL);
    errno = 0;
    CHECK_INT(loop_call_soon(loop, never, NULL), 0);
    CHECK_INT(errno, EINVAL);
    errno = 0;
    CHECK_INT(loop_call_later(loop, 1, never, NULL), 0);
    CHECK_INT(errno, EINVAL);
    errno = 0;
    CHECK_INT(loop_call_at(loop, loop_time(loop), never, NULL), 0);
    CHECK_INT(errno, EINVAL);
    CHECK_INT(loop_call_soon_threadsafe(loop, never, NULL), E_RUNTIME);
    CHECK_INT(loop_add_reader(loop, p.a, never, NULL), E_RUNTIME);
    CHECK_INT(loop_add_writer(loop, p.b, never, NULL), E_RUNTIME);
    CHECK(!loop_remove_reader(loop, p.a));
    CHECK(!loop_remove_writer(loop, p.b));
    CHECK_INT(loop_add_signal_handler(loop, SIGUSR1, never, NULL), E_RUNTIME);
    CHECK(!loop_remove_signal_handler(loop, SIGUSR1));
    CHECK(!loop_cancel(loop, soon));
    CHECK(!loop_cancel(loop, later));
    CHECK(!loop_cancel(loop, 0));
    CHECK_INT(loop_use_virtual_time(loop), E_RUNTIME);
    CHECK(loop_time(loop) > 0);
    loop_stop(loop);
    loop_set_debug(loop, true);
    CHECK(loop_get_debug(loop));
    loop_set_debug(loop, false);
    CHECK(loop_is_closed(loop));
    loop_free(loop);
    pair_close(p);
}

/* L12.  CPython: close */
TEST(closing_again_does_nothing)
{
    Loop *loop = new_loop();
    int before = dup(0);
    close(before);
    for (int i = 0; i < 3; i++)
        CHECK_INT(loop_close(loop), 0);
    Pair p = pair_new();    /* takes the numbers that the loop had */
    CHECK_INT(loop_close(loop), 0);
    CHECK(fcntl(p.a, F_GETFD) >= 0 && fcntl(p.b, F_GETFD) >= 0);
    loop_free(loop);
    CHECK(fcntl(p.a, F_GETFD) >= 0 && fcntl(p.b, F_GETFD) >= 0);
    pair_close(p);
}

/* L12 */
TEST(closing_drops_what_is_scheduled_and_leaks_nothing)
{
    Loop *loop = new_loop();
    Pair p = ready_pair();
    for (int i = 0; i < 200; i++) {
        CHECK(loop_call_soon(loop, never, NULL) != 0);
        CHECK(loop_call_later(loop, i - 100, never, NULL) != 0);
        CHECK_INT(loop_call_soon_threadsafe(loop, never, NULL), 0);
    }
    CHECK_INT(loop_add_reader(loop, p.a, never, NULL), 0);
    CHECK_INT(loop_add_writer(loop, p.b, never, NULL), 0);
    CHECK_INT(loop_add_signal_handler(loop, SIGUSR1, never, NULL), 0);
    CHECK_INT(kill(getpid(), SIGUSR1), 0);
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(loop_run_forever(loop), E_RUNTIME);
    loop_free(loop);
    pair_close(p);
}

TEST(freeing_an_open_loop_closes_it)
{
    Loop *loop = new_loop();
    loop_call_soon(loop, never, NULL);
    loop_call_soon_threadsafe(loop, never, NULL);
    loop_call_later(loop, 0, never, NULL);
    loop_free(loop);
}

TEST(its_descriptors_are_its_own)
{
    int first = dup(0);
    close(first);
    Loop *loop = new_loop();
    int seen = 0;
    for (int fd = first; fd < first + 8; fd++) {
        int flags = fcntl(fd, F_GETFD);
        if (flags < 0 || fd == check_fd)
            continue;
        seen++;
        CHECK(flags & FD_CLOEXEC);
        CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
    }
    CHECK_INT(seen, 2);
    loop_free(loop);
}

/* ---- Debug mode ---- */
/* CPython: set_debug */
TEST(debug_mode_is_set_and_asked)
{
    unsetenv("WEFT_DEBUG");
    Loop *loop = new_loop();
    CHECK(!loop_get_debug(loop));
    loop_set_debug(loop, true);
    CHECK(loop_get_debug(loop));
    loop_set_debug(loop, true);
    CHECK(loop_get_debug(loop));
    loop_set_debug(loop, false);
    CHECK(!loop_get_debug(loop));
    loop_free(loop);
}

TEST(WEFT_DEBUG_of_1_turns_debug_mode_on)
{
    struct { char *setting; bool debug; } cases[] = {
        { "WEFT_DEBUG=1", true }, { "WEFT_DEBUG=0", false },
        { "WEFT_DEBUG=", false }, { "WEFT_DEBUG=10", false },
        { "OTHER=1", false }
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        set_environment(cases[i].setting);
        Loop *loop = new_loop();
        CHECK_INT(loop_get_debug(loop), cases[i].debug);
        loop_free(loop);
    }
}

TEST(a_loop_in_debug_mode_works_as_another)
{
    set_environment("WEFT_DEBUG=1");
    Loop *loop = new_loop();
    Pair p = ready_pair();
    loop_call_soon(loop, tell_and_schedule, "a");
    loop_add_reader(loop, p.a, tell, "reader");
    loop_call_later(loop, 0, tell, "timer");
    run_turn_of(loop);
    CHECK_STR(story, "a reader timer");
    loop_remove_reader(loop, p.a);
    run_turn_of(loop);
    CHECK_STR(story, "a reader timer later");
    loop_free(loop);
    pair_close(p);
}

/* ---- As in CPython ---- */
/* CPython: call_soon (events) */
static void hello(void *arg)
{
    tell(arg);
    stop(NULL);
}

TEST(call_soon_calls_with_its_argument_and_may_stop_the_loop)
{
    Loop *loop = new_loop();
    CHECK(loop_call_soon(loop, hello, "hello world") != 0);
    run(loop);
    CHECK_STR(story, "hello world");
    loop_free(loop);
}

static int events;

static void clear_reader(void *fd)
{
    loop_remove_reader(async_get_running_loop(), *(int *)fd);
}

static void do_event(void *fd)
{
    events++;
    loop_call_soon(async_get_running_loop(), clear_reader, fd);
}

/* CPython: single_selecter_event_callback_after_stopping */
TEST(an_event_of_before_the_stop_is_not_seen_twice)
{
    Loop *loop = ordered_loop();
    Pair p = ready_pair();
    loop_add_reader(loop, p.a, do_event, &p.a);
    for (int i = 0; i < 2; i++) {
        loop_call_soon(loop, stop, NULL);
        run(loop);
        CHECK_INT(events, 1);
    }
    loop_free(loop);
    pair_close(p);
}

/* ---- The conformance cases ---- */
static void line(void *text)
{
    print_line(text);
}

static void cancel_second(void *arg)
{
    print_line("first runs, cancels second");
    bool cancelled = loop_cancel(async_get_running_loop(), handles[1]);
    CHECK(cancelled);
}

/* L6: loop_02.  Its last line is Python's: there a handle that has run can
 * still be cancelled; here cancelling says that it came too late. */
TEST(loop_02_handle_cancel_same_iteration)
{
    Loop *loop = ordered_loop();
    loop_call_soon(loop, cancel_second, NULL);
    handles[1] = loop_call_soon(loop, line, "second runs");
    handles[2] = loop_call_soon(loop, line, "third runs");
    run_turn_of(loop);
    CHECK(!loop_cancel(loop, handles[2]));
    CHECK(!loop_cancel(loop, handles[2]));
    CHECK_STR(story, "first runs, cancels second\n"
                     "third runs\n");
    loop_free(loop);
}

static void main_end(void *arg)
{
    print_line("end");
    stop(NULL);
}

static void main_tick_2(void *arg)
{
    Loop *loop = async_get_running_loop();
    print_line("main tick 2");
    loop_call_later(loop, -5, line, "negative delay");
    loop_call_soon(loop, line, "soon 3");
    loop_call_later(loop, 0.01, main_end, NULL);
}

static void main_tick_1(void *arg)
{
    print_line("main tick 1");
    loop_call_soon(async_get_running_loop(), main_tick_2, NULL);
}

static void main_begin(void *arg)
{
    Loop *loop = async_get_running_loop();
    loop_call_later(loop, 0, line, "later(0)");
    loop_call_soon(loop, line, "soon 1");
    loop_call_soon(loop, line, "soon 2");
    loop_call_soon(loop, main_tick_1, NULL);
}

/* L3, L4: loop_04 */
TEST(loop_04_call_later_zero_after_call_soon)
{
    Loop *loop = ordered_loop();
    loop_call_soon(loop, main_begin, NULL);
    run(loop);
    CHECK_STR(story, "soon 1\nsoon 2\nmain tick 1\nlater(0)\nmain tick 2\n"
                     "soon 3\nnegative delay\nend\n");
    loop_free(loop);
}

static void main_16(void *other)
{
    Loop *loop = async_get_running_loop();
    if (loop_close(loop) == E_RUNTIME)
        print_line("close while running: RuntimeError");
    if (loop_run_forever(loop) == E_RUNTIME)
        print_line("run_forever while running: RuntimeError");
    if (loop_run_forever(other) == E_RUNTIME)
        print_line("nested asyncio.run: RuntimeError");
    loop_stop(loop);
}

/* L12: loop_16 */
TEST(loop_16_close_running_and_nested_run)
{
    Loop *loop = new_loop(), *other = new_loop();
    loop_call_soon(loop, main_16, other);
    run(loop);
    if (async_get_running_loop() == NULL)
        print_line("no running loop: RuntimeError");
    CHECK_STR(story, "close while running: RuntimeError\n"
                     "run_forever while running: RuntimeError\n"
                     "nested asyncio.run: RuntimeError\n"
                     "no running loop: RuntimeError\n");
    loop_free(loop);
    loop_free(other);
}
