/* Time is virtual.  Debug mode reports each use of a future that was freed, and
 * where malloc() can, it fills what is freed with rubbish. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/03_futures/exercises/2_build_deadline/deadline.h"
#include "../../../../code/03_futures/report.h"

#include <math.h>

static Loop *loop;
static Future *inner, *outer;
static int lost;    /* errors that nobody has asked for */

/* ---- Around each test ---- */
static void on_report(Loop *reporting, const ErrorContext *context, void *arg)
{
    if (context->error == E_RUNTIME)
        CHECK_STR(context->message, "(no report)");
    lost++;
}

static void set_up(void)
{
#ifdef M_PERTURB
    mallopt(M_PERTURB, 0x5a);
#endif
    lost = 0;
    unsetenv("WEFT_SHUFFLE");    /* the order within a turn is what we test */
    loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    loop_set_debug(loop, true);
    loop_set_exception_handler(loop, on_report, NULL);
    inner = future_new(loop);
    CHECK(inner != NULL);
}

static void start(double seconds)
{
    outer = with_deadline(inner, seconds);
    CHECK(outer != NULL);
    CHECK(outer != inner);
}

static void run_until(double when)
{
    CHECK(loop_call_at(loop, when, loop_stop_callback, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
}

/* Lets those who wait be told, and those who wait for them. */
static void run_some_turns(void)
{
    for (int i = 0; i < 6; i++) {
        CHECK(loop_call_soon(loop, loop_stop_callback, loop) != 0);
        CHECK_INT(loop_run_forever(loop), 0);
    }
}

/* Each future that is not freed keeps the loop: so they can be counted. */
static void free_loop(void)
{
    CHECK_INT(loop->users, 1);
    loop_free(loop);
}

static void tear_down(void)
{
    run_some_turns();
    CHECK_INT(loop->timers.count, 0);
    future_release(outer);
    future_release(inner);
    free_loop();
}

/* ---- What can happen ---- */
static void check_outcome(Future *future, int error, long long number)
{
    Value value = { .i = -1 };
    CHECK_INT(future_result(future, &value), error);
    if (error != E_CANCELLED && error != E_TIMEOUT)
        CHECK_INT(value.i, number);
}

static void answer(void *future)
{
    CHECK_INT(future_set_result(future, (Value){ .i = 42 }), 0);
}

static void fail(void *future)
{
    CHECK_INT(future_set_error(future, ECONNRESET, (Value){ .i = 7 }), 0);
}

/* ---- The tests ---- */
TEST_FOR(1, the_outer_future_gets_the_outcome_of_the_inner_one)
{
    HINT("add a done callback to inner: it completes the outer future");
    static const struct { Callback *event; int error, number; } cases[] = {
        { answer, 0, 42 }, { fail, ECONNRESET, 7 },
        { future_cancel_callback, E_CANCELLED, 0 }
    };
    for (int i = 0; i < 6; i++) {
        int error = cases[i / 2].error, number = cases[i / 2].number;
        set_up();
        if (i % 2 == 0)
            cases[i / 2].event(inner);    /* is done before */
        start(i % 3 == 0 ? INFINITY : 10);
        if (i % 2 == 1) {
            run_until(9);
            CHECK(!future_done(outer));
            cases[i / 2].event(inner);
        }
        run_some_turns();
        check_outcome(outer, error, number);
        CHECK_INT(future_cancelled(outer), error == E_CANCELLED);
        CHECK_INT(loop->timers.count, 0);
        run_until(20);
        check_outcome(outer, error, number);
        tear_down();
        CHECK_INT(lost, 0);
    }
}

TEST_FOR(1, a_late_answer_is_a_timeout_and_one_at_the_last_moment_is_not)
{
    HINT("the time is up: ask inner first, the outer future may not know yet");
    set_up();
    start(10);
    run_until(9.99);
    CHECK(!future_done(outer));
    CHECK(!future_done(inner));
    run_until(10);
    run_some_turns();
    check_outcome(outer, E_TIMEOUT, 0);
    CHECK(future_cancelled(inner));
    tear_down();

    for (int i = 0; i < 2; i++) {    /* both in one turn, the answer first */
        set_up();
        CHECK(loop_call_at(loop, 10, i ? fail : answer, inner) != 0);
        start(10);
        run_until(10);
        run_some_turns();
        CHECK(!future_cancelled(inner));
        check_outcome(outer, i ? ECONNRESET : 0, i ? 7 : 42);
        tear_down();
        CHECK_INT(lost, 0);
    }

    set_up();    /* no time, but it is there already */
    answer(inner);
    start(0);
    run_some_turns();
    check_outcome(outer, 0, 42);
    tear_down();
}

TEST_FOR(1, cancelling_the_outer_future_cancels_the_inner_one)
{
    HINT("a done callback of the outer future can ask future_cancelled()");
    set_up();
    start(10);
    run_until(5);
    CHECK(future_cancel(outer));
    run_some_turns();
    CHECK(future_cancelled(inner));
    CHECK_INT(loop->timers.count, 0);
    tear_down();

    for (int i = 0; i < 2; i++) {    /* answer and cancellation in one turn */
        set_up();
        start(10);
        run_until(5);
        if (i == 0)
            answer(inner);
        CHECK(future_cancel(outer));
        if (i == 1)
            answer(inner);
        run_some_turns();
        CHECK(future_cancelled(outer));
        check_outcome(inner, 0, 42);
        tear_down();
    }
}

/* ---- Every order ---- */
enum { ANSWER, CANCEL, LEAVE_INNER, LEAVE_OUTER, DEADLINE, EVENTS };

static bool has_outer, has_inner;

static void happen(int event)
{
    if (event == ANSWER && has_inner && !future_done(inner))
        answer(inner);
    if (event == CANCEL && has_outer)
        future_cancel(outer);
    if (event == LEAVE_INNER) {
        future_release(inner);
        has_inner = false;
    }
    if (event == LEAVE_OUTER) {
        future_release(outer);
        has_outer = false;
    }
    if (event == DEADLINE)
        run_until(loop_time(loop) < 10 ? 10 : 11);
}

/* How it stands after n events: the first that completes it decides. */
static int wanted(const int *order, int n)
{
    for (int i = 0, left = 0; i < n; i++) {
        left += order[i] == LEAVE_INNER;
        if (order[i] == ANSWER && !left)
            return 0;
        if (order[i] == CANCEL)
            return E_CANCELLED;
        if (order[i] == DEADLINE)
            return E_TIMEOUT;
    }
    return E_INVALID_STATE;
}

/* With turns between, what decides is clear; without, only that nothing is
 * left behind, and nothing used that was freed. */
static void run_in_order(const int *order, bool has_turns)
{
    set_up();
    has_outer = has_inner = true;
    start(10);
    for (int i = 0; i < EVENTS; i++) {
        if (order[i] == LEAVE_OUTER && has_turns)
            CHECK_INT(future_error(outer), wanted(order, i));
        happen(order[i]);
        if (has_turns)
            run_some_turns();
    }
    run_some_turns();
    inner = outer = NULL;
    tear_down();
}

/* Runs all orders of events[i..]. */
static void run_all_orders(int *events, int i)
{
    if (i == EVENTS) {
        run_in_order(events, true);
        run_in_order(events, false);
        return;
    }
    for (int j = i; j < EVENTS; j++) {
        int event = events[j];
        events[j] = events[i];
        events[i] = event;
        run_all_orders(events, i + 1);
        events[i] = events[j];
        events[j] = event;
    }
}

TEST_FOR(1, whatever_comes_first_nothing_is_left_behind)
{
    HINT("who is called last, and is it so in every order?");
    int events[EVENTS] = { ANSWER, CANCEL, LEAVE_INNER, LEAVE_OUTER, DEADLINE };
    run_all_orders(events, 0);

    set_up();
    CHECK_PTR(with_deadline(inner, NAN), NULL);
    CHECK(!future_done(inner));
    start(1);
    answer(inner);
    run_some_turns();
    check_outcome(outer, 0, 42);
    CHECK_INT(loop_close(loop), 0);
    CHECK_PTR(with_deadline(inner, 1), NULL);
    future_release(outer);
    future_release(inner);
    free_loop();
}
