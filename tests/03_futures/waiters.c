/* The seams of future_inside.h: waiters, which live where their owner wants. */
#include "../../code/03_futures/future_inside.h"
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

/* Like a done callback's, but it is woken by somebody else. */
TEST(a_waiter_that_looks_like_a_done_callback_is_none)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    char x[] = "x";
    struct {
        Waiter waiter;
        Future *future;
        DoneCallback *callback;
        void *arg;
    } alike = { { .wake = wake }, future, say, x };
    future_add_waiter(future, &alike.waiter);
    CHECK_INT(future_remove_done_callback(future, say, x), 0);
    CHECK_PTR(future->first, &alike.waiter);
    future_remove_waiter(future, &alike.waiter);
    CHECK_PTR(future->first, NULL);
    future_release(future);
    loop_free(loop);
}

TEST(with_the_last_reference_only_done_callbacks_go)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    Sleeper sleepers[2] = { sleeper("a"), sleeper("b") };
    size_t reserved = loop->ready.reserved;
    future_add_waiter(future, &sleepers[0].waiter);
    CHECK_INT(future_add_done_callback(future, say, "x"), 0);
    future_add_waiter(future, &sleepers[1].waiter);
    future_release(future);
    CHECK_INT(loop->ready.reserved, reserved);
    turn(loop);
    CHECK_STR(said, "");
    loop_free(loop);
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
