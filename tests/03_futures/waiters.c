/* The seams of future_inside.h: waiters that live where their owner wants, and
 * futures of a kind of one's own. */
#include "../../code/03_futures/future_inside.h"
#include "../../code/03_futures/report.h"
#include "../check.h"

/* ---- Helpers ---- */
static const Value seven = { .i = 7 };
static char said[200];

typedef struct Sleeper {
    Waiter waiter;
    const char *word;
} Sleeper;

static void wake(void *waiter)
{
    strcat(said, ((Sleeper *)waiter)->word);
}

static void say(Future *future, void *word)
{
    strcat(said, word);
}

static void say_soon(void *word)
{
    strcat(said, word);
}

static Sleeper sleeper(const char *word)
{
    return (Sleeper){ { .wake = wake }, word };
}

static void turn(Loop *loop)
{
    loop_stop(loop);
    CHECK_INT(loop_run_forever(loop), 0);
}

static Loop *ordered_loop(void)
{
    unsetenv("WEFT_SHUFFLE");
    return loop_new();
}

/* Five sleepers wait for the future; their places are reserved. */
static Sleeper five[5];

static void add_five(Loop *loop, Future *future)
{
    static const char *const words[] = { "a", "b", "c", "d", "e" };
    for (int i = 0; i < 5; i++) {
        five[i] = sleeper(words[i]);
        CHECK(loop_reserve(loop));
        future_add_waiter(future, &five[i].waiter);
    }
}

static void end_five(Loop *loop, Future *future)
{
    for (int i = 0; i < 5; i++)
        loop_unreserve(loop);
    future_release(future);
    loop_free(loop);
}

/* ---- Waking ---- */
TEST(waiters_wake_in_the_order_of_coming)    /* F5 */
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    add_five(loop, future);
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK_STR(said, "");
    turn(loop);
    CHECK_STR(said, "abcde");
    turn(loop);
    CHECK_STR(said, "abcde");
    end_five(loop, future);
}

TEST(waiters_wake_between_done_callbacks)    /* F5 T17 */
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    Sleeper first = sleeper("b"), second = sleeper("d");
    CHECK(loop_reserve(loop) && loop_reserve(loop));
    CHECK_INT(future_add_done_callback(future, say, "a"), 0);
    future_add_waiter(future, &first.waiter);
    CHECK_INT(future_add_done_callback(future, say, "c"), 0);
    future_add_waiter(future, &second.waiter);
    CHECK(loop_call_soon(loop, say_soon, "0") != 0);
    CHECK(future_cancel(future));
    CHECK(loop_call_soon(loop, say_soon, "e") != 0);
    turn(loop);
    CHECK_STR(said, "0abcde");
    loop_unreserve(loop);
    loop_unreserve(loop);
    future_release(future);
    loop_free(loop);
}

TEST(one_that_comes_late_is_woken_at_once)
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    Sleeper late = sleeper("late");
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK(loop_reserve(loop));
    CHECK_INT(future_add_done_callback(future, say, "before "), 0);
    future_wake(future, &late.waiter);
    CHECK_STR(said, "");
    turn(loop);
    CHECK_STR(said, "before late");
    loop_unreserve(loop);
    future_release(future);
    loop_free(loop);
}

TEST(a_waiter_holds_no_reference)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    add_five(loop, future);
    CHECK_INT(future->references, 1);
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK_INT(future->references, 1);
    turn(loop);
    CHECK_INT(strlen(said), 5);
    end_five(loop, future);
}

TEST(a_waiter_can_be_used_again)
{
    Loop *loop = loop_new();
    Sleeper again = sleeper("x");
    CHECK(loop_reserve(loop));
    for (int i = 0; i < 3; i++) {
        Future *future = future_new(loop);
        future_add_waiter(future, &again.waiter);
        CHECK_INT(future_set_result(future, seven), 0);
        turn(loop);
        future_release(future);
    }
    CHECK_STR(said, "xxx");
    loop_unreserve(loop);
    loop_free(loop);
}

/* ---- Removing ---- */
/* Removes the sleepers in `which`, a mask, and wakes the others. */
static void check_without(int which, bool is_done, const char *others)
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    said[0] = 0;
    add_five(loop, future);
    if (is_done)
        CHECK_INT(future_set_result(future, seven), 0);
    for (int i = 0; i < 5; i++)
        if (which & 1 << i)
            future_remove_waiter(future, &five[i].waiter);
    if (!is_done)
        CHECK_INT(future_set_result(future, seven), 0);
    turn(loop);
    CHECK_STR(said, others);
    end_five(loop, future);
}

TEST(a_removed_waiter_is_not_woken)
{
    check_without(1, false, "bcde");
    check_without(1 << 2, false, "abde");
    check_without(1 << 4, false, "abcd");
    check_without(1 | 1 << 4, false, "bcd");
    check_without(31, false, "");
    for (int which = 0; which < 32; which++) {
        char others[6] = "", *end = others;
        for (int i = 0; i < 5; i++)
            if ((which & 1 << i) == 0)
                *end++ = "abcde"[i];
        check_without(which, false, others);
        check_without(which, true, others);
    }
}

TEST(others_can_be_added_after_removing)
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    add_five(loop, future);
    for (int i = 4; i >= 0; i--)
        future_remove_waiter(future, &five[i].waiter);
    for (int i = 4; i >= 0; i--)
        future_add_waiter(future, &five[i].waiter);
    CHECK_INT(future_set_result(future, seven), 0);
    turn(loop);
    CHECK_STR(said, "edcba");
    end_five(loop, future);
}

TEST(removing_one_that_was_woken_is_nothing)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    add_five(loop, future);
    CHECK_INT(future_set_result(future, seven), 0);
    turn(loop);
    CHECK(loop_call_soon(loop, say_soon, "!") != 0);
    for (int i = 0; i < 5; i++)
        future_remove_waiter(future, &five[i].waiter);
    turn(loop);
    CHECK_INT(strlen(said), 6);    /* what was called soon was called, too */
    end_five(loop, future);
}

TEST(removing_done_callbacks_leaves_other_waiters)
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    char x[] = "x";
    CHECK_INT(future_add_done_callback(future, say, x), 0);
    add_five(loop, future);
    CHECK_INT(future_add_done_callback(future, say, x), 0);
    CHECK_INT(future_remove_done_callback(future, say, x), 2);
    CHECK_INT(future_set_result(future, seven), 0);
    turn(loop);
    CHECK_STR(said, "abcde");
    end_five(loop, future);
}

/* ---- A closed loop ---- */
TEST(a_closed_loop_wakes_nobody_and_waiters_can_leave)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    add_five(loop, future);
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(future_set_result(future, seven), 0);
    for (int i = 0; i < 5; i++)
        future_remove_waiter(future, &five[i].waiter);
    CHECK_STR(said, "");
    end_five(loop, future);
}

/* ---- A kind of one's own ---- */
typedef struct Order {
    Future future;
    const char *asked;    /* the message of the last cancel */
    int cancels;
} Order;

static int destroyed;

static bool ask(Future *future, const char *message)
{
    Order *order = (Order *)future;
    order->asked = message;
    return ++order->cancels > 1 && future_cancel_plain(future, message);
}

static void destroy(Future *future)
{
    destroyed++;
    free(future);
}

static const FutureKind order_kind = {
    "Order", "An order was never fetched", ask, destroy
};

static Order *order_new(Loop *loop)
{
    Order *order = malloc(sizeof *order);
    future_init(&order->future, loop, &order_kind);
    order->cancels = 0;
    return order;
}

TEST(its_cancel_decides)
{
    Loop *loop = loop_new();
    Order *order = order_new(loop);
    Future *future = &order->future;
    CHECK(!future_cancel_with(future, "please"));
    CHECK_STR(order->asked, "please");
    CHECK(!future_done(future));
    CHECK(future_cancel(future));
    CHECK_STR(order->asked, NULL);
    CHECK(future_cancelled(future));
    future_cancel_callback(future);
    CHECK_INT(order->cancels, 3);
    future_release(future);
    CHECK_INT(destroyed, 1);
    loop_free(loop);
}

TEST(its_destroy_is_called_with_the_last_reference)
{
    Loop *loop = loop_new();
    Future *future = &order_new(loop)->future;
    CHECK_INT(future_set_result(future_retain(future), seven), 0);
    CHECK_INT(future_add_done_callback(future, say, "x"), 0);
    future_release(future);
    future_release(future);
    CHECK_INT(destroyed, 0);
    turn(loop);
    CHECK_INT(destroyed, 1);
    loop_free(loop);
}

static void see(Loop *loop, const ErrorContext *context, void *arg)
{
    CHECK_INT(destroyed, 0);
    CHECK_STR(context->message, "An order was never fetched");
    strcat(said, "seen");
}

TEST(its_report_has_its_message)    /* D1 */
{
    Loop *loop = loop_new();
    Future *future = &order_new(loop)->future;
    loop_set_exception_handler(loop, see, NULL);
    CHECK_INT(future_set_error(future, EPIPE, seven), 0);
    future_release(future);
    CHECK_STR(said, "seen");
    CHECK_INT(destroyed, 1);
    loop_free(loop);
}

TEST(one_keeps_its_loop_like_any_other)
{
    Loop *loop = loop_new();
    Future *future = &order_new(loop)->future;
    loop_free(loop);
    CHECK(loop_is_closed(future_get_loop(future)));
    CHECK_INT(future_set_result(future, seven), 0);
    future_release(future);
    CHECK_INT(destroyed, 1);
}
