/* Event: all who wait when it is set go on, in the order of their coming. */
#include "waiters.h"

#include "../../code/07_sync/event.h"

/* ---- Helpers ---- */
static Event event;

static int wait_event(void *thing)
{
    return event_wait(thing);
}

static void clear_before(int count)
{
    event_init(&event);
    let_wait(count, wait_event, &event);
    CHECK_STR(story, "");
}

/* ---- Setting ---- */
static int set_it(void *arg, Value *result)
{
    Event zeroed = { 0 };
    CHECK(!event_is_set(&zeroed));
    clear_before(4);
    event_set(&event);
    CHECK(event_is_set(&event));
    CHECK_STR(story, "");
    end_ones("a b c d");
    return 0;
}

TEST(all_go_on_in_the_order_of_their_coming)    /* E1 */
{
    play(set_it, NULL);
}

static int set_and_clear(void *arg, Value *result)
{
    clear_before(2);
    event_set(&event);
    event_clear(&event);
    CHECK(!event_is_set(&event));
    let_wait(1, wait_event, &event);
    settle("a b");
    event_set(&event);
    end_ones("a b c");
    return 0;
}

TEST(clearing_it_takes_nothing_back)    /* E2 */
{
    play(set_and_clear, NULL);
}

static int wait_when_set(void *arg, Value *result)
{
    event_init(&event);
    event_set(&event);
    event_set(&event);
    tell_soon("turn");
    for (int i = 0; i < 3; i++)
        CHECK_INT(event_wait(&event), 0);
    CHECK_STR(story, "");
    event_clear(&event);
    let_wait(1, wait_event, &event);
    settle("turn");
    event_set(&event);
    end_ones("turn a");
    return 0;
}

TEST(a_set_event_is_not_waited_for)    /* E2 */
{
    play(wait_when_set, NULL);
}

static int set_later(void *arg, Value *result)
{
    clear_before(2);
    CHECK(loop_call_later(async_get_running_loop(), 3, event_set_callback,
                          &event) != 0);
    CHECK_INT(event_wait(&event), 0);
    CHECK_DOUBLE(now(), 3, 1e-9);
    end_ones("a b");
    return 0;
}

TEST(a_callback_can_set_it)
{
    play(set_later, NULL);
}

/* ---- Cancelled ones ---- */
static int cancel_some(void *arg, Value *result)
{
    clear_before(5);
    for (int i = 0; i < 5; i += 2)
        CHECK(task_cancel(ones[i].task));
    event_set(&event);
    end_ones("a! c! e! b d");
    return 0;
}

TEST(between_cancelled_ones_the_others_are_woken)    /* E1 */
{
    play(cancel_some, NULL);
}

static int cancel_woken(void *arg, Value *result)
{
    clear_before(3);
    event_set(&event);
    CHECK(task_cancel(ones[1].task));
    end_ones("a b! c");
    CHECK(event_is_set(&event));
    return 0;
}

TEST(who_was_woken_and_cancelled_is_cancelled)
{
    play(cancel_woken, NULL);
}

static int limit_waits(void *arg, Value *result)
{
    event_init(&event);
    let_wait_for(2, wait_event, &event);
    let_wait_for(1, wait_event, &event);
    rest(1.5);
    settle("b~");
    event_set(&event);
    end_ones("b~ a");
    event_set(&event);
    let_wait_for(1, wait_event, &event);
    end_ones("a");
    return 0;
}

TEST(its_waits_can_have_limits)
{
    play(limit_waits, NULL);
}

/* ---- Waiting again ---- */
static int wait_thrice(void *thing)
{
    int err = 0;
    for (int i = 0; err == 0 && i < 3; i++)
        err = event_wait(thing);
    return err;
}

static int set_thrice(void *arg, Value *result)
{
    event_init(&event);
    let_wait(2, wait_thrice, &event);
    for (int i = 0; i < 3; i++) {
        settle("");
        event_set(&event);
        event_clear(&event);
    }
    end_ones("a b");
    return 0;
}

TEST(each_setting_is_for_those_who_wait_then)    /* E1 E2 */
{
    play(set_thrice, NULL);
}
