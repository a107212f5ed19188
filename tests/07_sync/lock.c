/* Lock: one task at a time, first come, first served, whoever is cancelled. */
#include "waiters.h"

#include "../../code/07_sync/lock.h"

/* ---- Helpers ---- */
static Lock lock;

static int wait_lock(void *thing)
{
    return lock_acquire(thing);
}

/* Held by who calls, and so many wait. */
static void hold_before(int count)
{
    lock_init(&lock);
    CHECK_INT(lock_acquire(&lock), 0);
    let_wait(count, wait_lock, &lock);
    CHECK_STR(story, "");
}

static void release(void)
{
    CHECK_INT(lock_release(&lock), 0);
}

/* ---- Free ---- */
static int acquire_free(void *arg, Value *result)
{
    Lock zeroed = { 0 };
    tell_soon("turn");
    for (int i = 0; i < 3; i++) {
        CHECK(!lock_locked(&zeroed));
        CHECK_INT(lock_acquire(&zeroed), 0);
        CHECK(lock_locked(&zeroed));
        CHECK_INT(lock_release(&zeroed), 0);
    }
    CHECK_STR(story, "");
    pause_turns(1);
    return 0;
}

TEST(a_free_lock_is_acquired_at_once)
{
    play(acquire_free, NULL);
}

static int release_free(void *arg, Value *result)
{
    lock_init(&lock);
    CHECK_INT(lock_release(&lock), E_RUNTIME);
    CHECK(!lock_locked(&lock));
    CHECK_INT(lock_acquire(&lock), 0);
    release();
    CHECK_INT(lock_release(&lock), E_RUNTIME);
    return 0;
}

TEST(a_free_lock_cannot_be_released)
{
    play(release_free, NULL);
}

/* ---- The order ---- */
static int release_in_turn(void *arg, Value *result)
{
    static const char *const stories[] = { "a", "a b", "a b c", "a b c d" };
    hold_before(4);
    for (int i = 0; i < 4; i++) {
        release();    /* whoever calls it */
        settle(stories[i]);
        CHECK(lock_locked(&lock));
    }
    release();
    end_ones("a b c d");
    CHECK(!lock_locked(&lock));
    return 0;
}

TEST(first_come_first_served)    /* K1 */
{
    play(release_in_turn, NULL);
}

static int come_behind(void *arg, Value *result)
{
    hold_before(2);
    release();
    CHECK(!lock_locked(&lock));    /* and yet: */
    new_one(async_get_running_loop(), wait_lock, &lock, 0);
    CHECK_INT(lock_release(&lock), E_RUNTIME);
    settle("a");
    release();
    settle("a b");
    release();
    end_ones("a b c");
    return 0;
}

static int come_behind_with_a_limit(void *arg, Value *result)
{
    Timeout timeout;
    hold_before(1);
    release();
    CHECK_INT(timeout_enter(&timeout, 1), 0);
    CHECK_INT(timeout_exit(&timeout, lock_acquire(&lock)), E_TIMEOUT);
    end_ones("a");
    return 0;
}

TEST(nobody_overtakes_who_was_woken)    /* K2 */
{
    play(come_behind, NULL);
    play(come_behind_with_a_limit, NULL);
}

static int acquire_before_cancelled(void *arg, Value *result)
{
    hold_before(3);
    for (int i = 0; i < 3; i++)
        CHECK(task_cancel(ones[i].task));
    release();
    tell_soon("turn");
    CHECK_INT(lock_acquire(&lock), 0);
    CHECK_STR(story, "");
    end_ones("a! b! c! turn");
    CHECK(lock_locked(&lock));
    release();
    CHECK(!lock_locked(&lock));
    return 0;
}

TEST(those_who_are_cancelled_hold_nobody_up)    /* K2 */
{
    play(acquire_before_cancelled, NULL);
}

static int queue_behind_living(void *arg, Value *result)
{
    hold_before(3);
    CHECK(task_cancel(ones[0].task));
    CHECK(task_cancel(ones[2].task));
    release();
    CHECK_INT(lock_acquire(&lock), E_CANCELLED);
    return 0;
}

static int cancel_who_queues(void *arg, Value *result)
{
    Task *task = begin(queue_behind_living, NULL);
    pause_turns(4);    /* it waits, and "b" has it */
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), 0);
    end_ones("a! c! b");
    return 0;
}

TEST(one_living_among_the_cancelled_is_enough)    /* K2 */
{
    play(cancel_who_queues, NULL);
}

/* ---- Cancelled ---- */
static int cancel_each(void *arg, Value *result)
{
    static const char *const stories[] = { "a! b c", "b! a c", "c! a b" };
    for (int i = 0; i < 3; i++) {
        hold_before(3);
        CHECK(task_cancel(ones[i].task));
        for (int n = 0; n < 3; n++) {
            pause_turns(3);
            release();
        }
        end_ones(stories[i]);
        CHECK(!lock_locked(&lock));
    }
    return 0;
}

TEST(who_is_cancelled_leaves)    /* K3 */
{
    play(cancel_each, NULL);
}

static int cancel_woken(void *arg, Value *result)
{
    hold_before(3);
    release();
    CHECK(task_cancel(ones[0].task));
    settle("a! b");
    CHECK(lock_locked(&lock));
    release();
    end_ones("a! b c");
    return 0;
}

TEST(who_was_woken_and_cancelled_wakes_the_next)    /* K4 */
{
    play(cancel_woken, NULL);
}

static int cancel_all_woken(void *arg, Value *result)
{
    hold_before(4);
    release();
    for (int i = 0; i < 3; i++) {    /* each as it is woken */
        CHECK(task_cancel(ones[i].task));
        pause_turns(1);
    }
    end_ones("a! b! c! d");
    release();
    hold_before(2);
    release();
    CHECK(task_cancel(ones[0].task));
    CHECK(task_cancel(ones[1].task));
    end_ones("a! b!");
    CHECK(!lock_locked(&lock));
    CHECK_INT(lock_acquire(&lock), 0);
    return 0;
}

TEST(a_row_of_cancelled_ones_does_not_leave_it_stuck)    /* K4 */
{
    play(cancel_all_woken, NULL);
}

static int cancel_then_release(void *arg, Value *result)
{
    hold_before(2);
    CHECK(task_cancel(ones[0].task));
    release();
    end_ones("a! b");
    return 0;
}

TEST(a_cancelled_first_one_is_passed_over)    /* K3 K4 */
{
    play(cancel_then_release, NULL);
}

static int uncancel_too_late(void *arg, Value *result)
{
    hold_before(2);
    release();
    CHECK(task_cancel(ones[0].task));
    CHECK(task_cancel(ones[1].task));
    CHECK_INT(task_uncancel(ones[1].task), 0);
    end_ones("a! b!");
    return 0;
}

TEST(an_uncancel_comes_too_late)    /* K3 */
{
    play(uncancel_too_late, NULL);
}

/* ---- With a limit ---- */
static int limit_waits(void *arg, Value *result)
{
    hold_before(0);
    let_wait_for(2, wait_lock, &lock);
    let_wait_for(1, wait_lock, &lock);
    let_wait_for(3, wait_lock, &lock);
    rest(2.5);
    settle("b~ a~");
    CHECK(lock_locked(&lock));
    release();
    end_ones("b~ a~ c");
    CHECK(lock_locked(&lock));
    return 0;
}

TEST(its_waits_can_have_limits)
{
    play(limit_waits, NULL);
}

/* Woken, and its time over, in the same turn: the next one has it. */
static void release_callback(void *arg)
{
    release();
}

static int limit_and_wake(void *arg, Value *result)
{
    hold_before(0);
    CHECK(loop_call_at(async_get_running_loop(), 1, release_callback, NULL));
    let_wait_for(1, wait_lock, &lock);
    let_wait(1, wait_lock, &lock);
    rest(1);
    end_ones("a~ b");
    return 0;
}

TEST(at_the_end_of_its_time_it_passes_the_lock_on)    /* K4 W7 */
{
    play(limit_and_wake, NULL);
}
