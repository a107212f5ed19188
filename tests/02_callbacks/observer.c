/* Who observes a loop is called in place of each callback, and can tell timers
 * and signals from others; and whose a signal's handler is. */
#include "../../code/02_callbacks/loop_inside.h"
#include "loops.h"

/* ---- Observers ---- */
static void see(Observer *observer, Loop *loop, Callback *callback, void *arg)
{
    CHECK_PTR(loop, async_get_running_loop());
    tell(callback == timer_run ? "timer" : callback == signal_run ? "signal"
                                                                  : "callback");
    callback(arg);
}

static void skip(Observer *observer, Loop *loop, Callback *callback, void *arg)
{
    tell("skipped");
}

static Observer observer = { see }, other = { skip };

/* ---- What is observed ---- */
TEST(a_callback_a_timer_and_a_signal_are_told_apart)
{
    Loop *loop = in_virtual_time(ordered_loop());
    loop_observe(loop, &observer);
    CHECK_INT(loop_add_signal_handler(loop, SIGUSR1, tell, "of SIGUSR1"), 0);
    CHECK(loop_call_soon(loop, tell, "soon") != 0);
    CHECK(loop_call_later(loop, 5, tell, "later") != 0);
    CHECK(loop_call_later(loop, 6, loop_stop_callback, loop) != 0);
    raise(SIGUSR1);
    run(loop);
    CHECK_STR(story, "callback soon signal of SIGUSR1 timer later timer");
    loop_free(loop);
}

TEST(who_observes_may_be_another_from_the_next_on)
{
    Loop *loop = ordered_loop();
    loop_observe(loop, &observer);
    CHECK(loop_call_soon(loop, tell, "a") != 0);
    run_turn_of(loop);
    loop_observe(loop, &other);
    CHECK(loop_call_soon(loop, never, NULL) != 0);
    run_turn_of(loop);
    loop_observe(loop, NULL);
    CHECK(loop_call_soon(loop, tell, "b") != 0);
    run_turn_of(loop);
    CHECK_STR(story, "callback a skipped b");
    loop_free(loop);
}

TEST(what_was_cancelled_is_not_observed)
{
    Loop *loop = ordered_loop();
    loop_observe(loop, &observer);
    CHECK(loop_cancel(loop, loop_call_soon(loop, never, NULL)));
    CHECK(loop_cancel(loop, loop_call_later(loop, 0, never, NULL)));
    run_turn_of(loop);
    run_turn_of(loop);
    CHECK_STR(story, "");
    loop_free(loop);
}

/* ---- Whose handler ---- */
TEST(only_the_programs_handler_counts_as_one)
{
    Loop *loop = new_loop(), *second = new_loop();
    int calls = 0;
    CHECK(!loop_has_signal_handler(loop, SIGUSR1));
    CHECK_INT(loop_catch_signal(loop, SIGUSR1, count, &calls), 0);
    CHECK(!loop_has_signal_handler(loop, SIGUSR1));
    CHECK_INT(loop_add_signal_handler(loop, SIGUSR1, count, &calls), 0);
    CHECK(loop_has_signal_handler(loop, SIGUSR1));
    CHECK(!loop_has_signal_handler(loop, SIGUSR2));
    CHECK(!loop_has_signal_handler(second, SIGUSR1));
    CHECK(loop_drop_signal(loop, SIGUSR1));
    CHECK(loop_has_signal_handler(loop, SIGUSR1));
    CHECK(loop_remove_signal_handler(loop, SIGUSR1));
    CHECK(!loop_has_signal_handler(loop, SIGUSR1));
    loop_free(second);
    loop_free(loop);
}

/* Both kinds hear of it. */
TEST(a_signal_has_two_handlers_in_one_loop)
{
    Loop *loop = new_loop();
    int inner = 0, outer = 0;
    CHECK_INT(loop_catch_signal(loop, SIGUSR1, count, &inner), 0);
    CHECK_INT(loop_add_signal_handler(loop, SIGUSR1, count, &outer), 0);
    raise(SIGUSR1);
    run_turn_of(loop);
    CHECK_INT(inner, 1);
    CHECK_INT(outer, 1);
    loop_free(loop);
}

TEST(strange_numbers_have_no_handler)
{
    Loop *loop = new_loop();
    CHECK(!loop_has_signal_handler(loop, 0));
    CHECK(!loop_has_signal_handler(loop, -1));
    CHECK(!loop_has_signal_handler(loop, 100000));
    CHECK_INT(loop_close(loop), 0);
    CHECK(!loop_has_signal_handler(loop, SIGINT));
    loop_free(loop);
}
