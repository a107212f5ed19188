/* Virtual time: an idle loop jumps to its next timer, unless something real is
 * pending. */
#include "loops.h"

#include "../../code/02_callbacks/loop_inside.h"

static double times[8];
static int time_count;

static void note_time(void *arg)
{
    times[time_count++] = loop_time(async_get_running_loop());
}

/* ---- The clock ---- */
TEST(the_virtual_clock_begins_at_zero_and_stands_still)
{
    Loop *loop = in_virtual_time(new_loop());
    CHECK_DOUBLE(loop_time(loop), 0, 0);
    for (int i = 0; i < 10; i++)
        run_turn_of(loop);
    CHECK_DOUBLE(loop_time(loop), 0, 0);
    loop_free(loop);
}

TEST(every_timer_sees_its_exact_time)
{
    Loop *loop = in_virtual_time(new_loop());
    double delays[] = { 1e-9, 0.1, 0.1 + 0.2, 1. / 3, 7200, 1e15 };
    for (int i = 5; i >= 0; i--)
        loop_call_later(loop, delays[i], note_time, NULL);
    loop_call_later(loop, 1e16, stop, NULL);
    run(loop);
    CHECK_INT(time_count, 6);
    double in_order[] = { 1e-9, 0.1, 0.1 + 0.2, 1. / 3, 7200, 1e15 };
    for (int i = 0; i < 6; i++)
        CHECK_DOUBLE(times[i], in_order[i], 0);
    CHECK_DOUBLE(loop_time(loop), 1e16, 0);
    loop_free(loop);
}

TEST(a_year_takes_no_time)
{
    Loop *loop = in_virtual_time(new_loop());
    double before = real_now();
    loop_call_later(loop, 365 * 86400., stop, NULL);
    run(loop);
    CHECK_DOUBLE(loop_time(loop), 365 * 86400., 0);
    CHECK(real_now() - before < 60);
    loop_free(loop);
}

TEST(a_timer_in_the_past_does_not_move_the_clock_back)
{
    Loop *loop = in_virtual_time(new_loop());
    loop_call_later(loop, 5, stop, NULL);
    run(loop);
    loop_call_at(loop, 1, stop, NULL);
    run(loop);
    CHECK_DOUBLE(loop_time(loop), 5, 0);
    loop_free(loop);
}

TEST(the_clock_does_not_jump_while_something_is_ready)
{
    Loop *loop = in_virtual_time(new_loop());
    loop_call_later(loop, 5, never, NULL);
    loop_call_soon(loop, note_time, NULL);
    loop_call_soon(loop, stop, NULL);
    run(loop);
    CHECK_DOUBLE(times[0], 0, 0);
    run_turn_of(loop);
    CHECK_DOUBLE(loop_time(loop), 0, 0);
    loop_free(loop);
}

/* ---- When it may be chosen ---- */
static void choose(void *loop)
{
    CHECK_INT(loop_use_virtual_time(loop), E_RUNTIME);
}

TEST(virtual_time_is_refused_once_real_time_counts)
{
    Loop *loop = new_loop();
    loop_call_soon(loop, choose, loop);
    run_turn_of(loop);
    Handle timer = loop_call_later(loop, 60, never, NULL);
    CHECK_INT(loop_use_virtual_time(loop), E_RUNTIME);
    CHECK(loop_time(loop) > 0);
    CHECK(loop_cancel(loop, timer));
    CHECK_INT(loop_use_virtual_time(loop), 0);
    CHECK_DOUBLE(loop_time(loop), 0, 0);
    loop_free(loop);
}

TEST(choosing_it_again_keeps_the_clock)
{
    Loop *loop = in_virtual_time(new_loop());
    loop_call_later(loop, 5, stop, NULL);
    run(loop);
    loop_call_later(loop, 1, stop, NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    CHECK_DOUBLE(loop_time(loop), 5, 0);
    loop_call_soon(loop, choose, loop);
    run(loop);
    CHECK_DOUBLE(loop_time(loop), 6, 0);
    loop_free(loop);
}

TEST(a_loop_that_has_run_in_real_time_changes_over)
{
    Loop *loop = new_loop();
    Pair p = ready_pair();
    int n = 0;
    loop_add_reader(loop, p.a, count, &n);
    run_turn_of(loop);
    in_virtual_time(loop);
    run_turn_of(loop);
    CHECK_INT(n, 2);
    loop_remove_reader(loop, p.a);
    loop_call_later(loop, 3600, stop, NULL);
    run(loop);
    CHECK_DOUBLE(loop_time(loop), 3600, 0);
    loop_free(loop);
    pair_close(p);
}

/* ---- Something real ---- */
enum { DELAY_MS = 30 };
static const double DELAY = DELAY_MS / 1e3;

/* Runs to the timer, and says how long that took in real time. */
static double time_to_timer(Loop *loop)
{
    double before = real_now(), when = loop_time(loop) + DELAY;
    loop_call_later(loop, DELAY, note_time, NULL);
    loop_call_later(loop, DELAY, stop, NULL);
    run(loop);
    CHECK_DOUBLE(loop_time(loop), when, 0);
    CHECK_DOUBLE(times[--time_count], when, 0);
    return real_now() - before;
}

TEST(while_a_descriptor_is_watched_it_waits_for_real)
{
    Loop *loop = in_virtual_time(new_loop());
    Pair p = pair_new();
    loop_add_reader(loop, p.a, never, NULL);
    CHECK(time_to_timer(loop) >= DELAY);
    CHECK(loop_remove_reader(loop, p.a));
    double before = real_now();
    loop_call_later(loop, 3600, stop, NULL);
    run(loop);
    CHECK(real_now() - before < 60);
    loop_free(loop);
    pair_close(p);
}

TEST(while_the_loop_is_held_it_waits_for_real)
{
    Loop *loop = in_virtual_time(new_loop());
    loop_hold(loop);
    loop_hold(loop);
    loop_unhold(loop);
    CHECK(time_to_timer(loop) >= DELAY);
    loop_unhold(loop);
    double before = real_now();
    loop_call_later(loop, 3600, stop, NULL);
    run(loop);
    CHECK(real_now() - before < 60);
    loop_free(loop);
}

static int byte_written_to;

static void *write_after_a_nap(void *arg)
{
    struct timespec time = { 0, DELAY_MS * 1000000 };
    nanosleep(&time, NULL);
    CHECK_INT(write(byte_written_to, "x", 1), 1);
    return NULL;
}

TEST(the_time_slept_away_counts)
{
    Loop *loop = in_virtual_time(new_loop());
    Pair p = pair_new();
    pthread_t thread;
    byte_written_to = p.b;
    loop_add_reader(loop, p.a, stop, NULL);
    loop_call_later(loop, 3600, never, NULL);
    pthread_create(&thread, NULL, write_after_a_nap, NULL);
    run(loop);
    CHECK(loop_time(loop) > 0);
    CHECK(loop_time(loop) < 3600);
    pthread_join(thread, NULL);
    loop_free(loop);
    pair_close(p);
}

static void *post_after_a_nap(void *loop)
{
    struct timespec time = { 0, DELAY_MS * 1000000 };
    nanosleep(&time, NULL);
    CHECK_INT(loop_call_soon_threadsafe(loop, loop_stop_callback, loop), 0);
    return NULL;
}

TEST(a_posted_callback_wakes_a_loop_that_is_held)
{
    Loop *loop = in_virtual_time(new_loop());
    pthread_t thread;
    loop_hold(loop);
    loop_call_later(loop, 3600, never, NULL);
    pthread_create(&thread, NULL, post_after_a_nap, loop);
    run(loop);
    CHECK(loop_time(loop) > 0);
    CHECK(loop_time(loop) < 3600);
    pthread_join(thread, NULL);
    loop_unhold(loop);
    loop_free(loop);
}

TEST(with_no_timer_but_infinity_it_waits_for_real)
{
    Loop *loop = in_virtual_time(new_loop());
    pthread_t thread;
    loop_call_later(loop, INFINITY, never, NULL);
    pthread_create(&thread, NULL, post_after_a_nap, loop);
    run(loop);
    CHECK(loop_time(loop) < 3600);
    pthread_join(thread, NULL);
    loop_free(loop);
}

TEST(what_was_posted_comes_before_the_jump)
{
    Loop *loop = in_virtual_time(new_loop());
    loop_call_later(loop, 5, never, NULL);
    loop_call_soon_threadsafe(loop, note_time, NULL);
    loop_call_soon_threadsafe(loop, loop_stop_callback, loop);
    run(loop);
    CHECK_DOUBLE(times[0], 0, 0);
    loop_free(loop);
}
