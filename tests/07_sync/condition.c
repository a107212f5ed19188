/* Condition: who is notified goes on when it has the lock; so does who is
 * cancelled, and he passes on what he was told. */
#include "waiters.h"

#include "../../code/07_sync/condition.h"

/* ---- Helpers ---- */
static Condition condition;
static int inside;    /* of those who hold the lock */

static void enter(void *thing)
{
    CHECK_INT(condition_acquire(thing), 0);
    CHECK_INT(inside++, 0);
}

static void leave(void *thing)
{
    CHECK_INT(--inside, 0);
    CHECK_INT(condition_release(thing), 0);
}

/* It holds the lock before and after, whatever the error. */
static int wait_condition(void *thing)
{
    enter(thing);
    inside--;
    int err = condition_wait(thing);
    CHECK_INT(inside++, 0);
    CHECK(condition_locked(thing));
    leave(thing);
    return err;
}

static void wait_on(int count)
{
    condition_init(&condition, NULL);
    let_wait(count, wait_condition, &condition);
    CHECK_STR(story, "");
    CHECK(!condition_locked(&condition));
}

static void notify(void *thing, int n)
{
    enter(thing);
    CHECK_INT(condition_notify(thing, (size_t)n), 0);
    leave(thing);
}

/* ---- Notifying ---- */
static int notify_some(void *arg, Value *result)
{
    wait_on(6);
    notify(&condition, 0);
    settle("");
    notify(&condition, 1);
    settle("a");
    notify(&condition, 2);
    settle("a b c");
    enter(&condition);
    CHECK_INT(condition_notify_all(&condition), 0);
    leave(&condition);
    end_ones("a b c d e f");
    notify(&condition, 5);    /* for nobody: it is lost */
    let_wait(1, wait_condition, &condition);
    settle("");
    notify(&condition, 5);
    end_ones("a");
    return 0;
}

TEST(the_first_n_are_woken)    /* N1 */
{
    play(notify_some, NULL);
}

static int notify_and_hold(void *arg, Value *result)
{
    wait_on(2);
    enter(&condition);
    CHECK_INT(condition_notify(&condition, 2), 0);
    settle("");
    leave(&condition);
    end_ones("a b");
    return 0;
}

TEST(they_need_the_lock_yet)    /* N1 */
{
    play(notify_and_hold, NULL);
}

static int notify_the_living(void *arg, Value *result)
{
    wait_on(4);
    CHECK(task_cancel(ones[0].task));
    CHECK(task_cancel(ones[2].task));
    notify(&condition, 2);
    end_ones("a! c! b d");
    return 0;
}

TEST(those_who_are_cancelled_are_not_notified)    /* N1 */
{
    play(notify_the_living, NULL);
}

/* ---- Without the lock ---- */
static int hold_lock(void *arg, Value *result)
{
    enter(&condition);
    rest(1);
    leave(&condition);
    return 0;
}

static int misuse_it(void *arg, Value *result)
{
    condition_init(&condition, NULL);
    CHECK_INT(condition_wait(&condition), E_RUNTIME);
    CHECK_INT(condition_notify(&condition, 1), E_RUNTIME);
    CHECK_INT(condition_notify_all(&condition), E_RUNTIME);
    CHECK_INT(condition_release(&condition), E_RUNTIME);
    CHECK(!condition_locked(&condition));
    spawn(hold_lock, NULL);
    pause_turns(1);
    CHECK(condition_locked(&condition));    /* by anybody: that will do */
    CHECK_INT(condition_notify(&condition, 1), 0);
    CHECK_INT(condition_notify_all(&condition), 0);
    rest(2);
    return 0;
}

TEST(without_the_lock_each_call_is_refused)    /* N2 */
{
    play(misuse_it, NULL);
}

/* ---- Cancelled ---- */
static int cancel_again_and_again(void *arg, Value *result)
{
    wait_on(1);
    for (int notified = 0; notified < 2; notified++) {
        enter(&condition);
        CHECK_INT(condition_notify(&condition, (size_t)notified), 0);
        for (int i = 0; i < 5; i++) {
            CHECK(task_cancel(ones[0].task));
            CHECK(task_cancel(ones[0].task));
            settle("");
        }
        leave(&condition);
        end_ones("a!");
        let_wait(notified == 0, wait_condition, &condition);
    }
    CHECK(!condition_locked(&condition));
    return 0;
}

TEST(the_lock_is_held_again_however_often_it_is_cancelled)    /* N3 */
{
    play(cancel_again_and_again, NULL);
}

static int cancel_the_notified(void *arg, Value *result)
{
    wait_on(3);
    enter(&condition);
    CHECK_INT(condition_notify(&condition, 1), 0);
    CHECK(task_cancel(ones[0].task));
    pause_turns(2);    /* it wants the lock */
    CHECK(task_cancel(ones[0].task));
    leave(&condition);
    settle("a! b");
    notify(&condition, 1);
    end_ones("a! b c");
    return 0;
}

TEST(who_was_notified_and_cancelled_passes_it_on)    /* N5 */
{
    play(cancel_the_notified, NULL);
}

static int cancel_while_reacquiring(void *arg, Value *result)
{
    wait_on(2);
    enter(&condition);
    CHECK_INT(condition_notify(&condition, 1), 0);
    pause_turns(3);    /* it waits for the lock now */
    CHECK(task_cancel(ones[0].task));
    leave(&condition);
    end_ones("a! b");
    return 0;
}

TEST(also_if_it_already_waits_for_the_lock)    /* N3 N5 */
{
    play(cancel_while_reacquiring, NULL);
}

/* ---- A predicate ---- */
static int level, asked;

static bool is_high(void *wanted)
{
    asked++;
    return level >= *(int *)wanted;
}

static int wait_level(void *wanted)
{
    enter(&condition);
    inside--;
    int err = condition_wait_for(&condition, is_high, wanted);
    CHECK_INT(inside++, 0);
    leave(&condition);
    return err;
}

static int raise_level(void *arg, Value *result)
{
    int wanted[] = { 2, 0, 3 };
    condition_init(&condition, NULL);
    for (int i = 0; i < 3; i++)
        let_wait(1, wait_level, &wanted[i]);
    settle("b");
    CHECK_INT(asked, 3);
    for (level = 1; level <= 2; level++) {
        enter(&condition);
        CHECK_INT(condition_notify_all(&condition), 0);
        leave(&condition);
        pause_turns(4);
    }
    settle("b a");
    CHECK_INT(asked, 7);
    CHECK(task_cancel(ones[2].task));
    end_ones("b a c!");
    CHECK_INT(asked, 7);
    return 0;
}

TEST(a_predicate_is_tested_after_each_waking)    /* N4 */
{
    play(raise_level, NULL);
}

static int wait_for_nothing(void *arg, Value *result)
{
    int low = 0, high = 9;
    condition_init(&condition, NULL);
    CHECK_INT(condition_wait_for(&condition, is_high, &high), E_RUNTIME);
    CHECK_INT(condition_acquire(&condition), 0);
    tell_soon("turn");
    CHECK_INT(condition_wait_for(&condition, is_high, &low), 0);
    CHECK_STR(story, "");
    CHECK_INT(condition_release(&condition), 0);
    pause_turns(1);
    return 0;
}

TEST(what_is_true_already_is_not_waited_for)    /* N4 N2 */
{
    play(wait_for_nothing, NULL);
}

/* ---- Its lock ---- */
static int share_a_lock(void *arg, Value *result)
{
    Lock lock = { 0 };
    Condition full, empty;
    condition_init(&full, &lock);
    condition_init(&empty, &lock);
    let_wait(2, wait_condition, &full);
    let_wait(2, wait_condition, &empty);
    notify(&empty, 1);
    settle("c");
    notify(&full, 9);
    settle("c a b");
    CHECK_INT(lock_acquire(&lock), 0);
    CHECK(condition_locked(&full) && condition_locked(&empty));
    CHECK_INT(condition_notify(&empty, 1), 0);
    CHECK_INT(lock_release(&lock), 0);
    end_ones("c a b d");
    CHECK(!condition_locked(&full) && !condition_locked(&empty));
    return 0;
}

TEST(two_conditions_can_share_a_lock)    /* N1 N2 */
{
    play(share_a_lock, NULL);
}

static int use_own_locks(void *arg, Value *result)
{
    Condition one = { 0 }, other = { 0 };
    CHECK_INT(condition_acquire(&one), 0);
    CHECK_INT(condition_acquire(&other), 0);
    CHECK_INT(condition_release(&one), 0);
    CHECK_INT(condition_notify(&one, 1), E_RUNTIME);
    CHECK_INT(condition_notify(&other, 1), 0);
    let_wait(1, wait_condition, &one);
    notify(&one, 1);
    end_ones("a");
    return 0;
}

TEST(zeroed_each_has_a_lock_of_its_own)
{
    play(use_own_locks, NULL);
}

/* ---- With a limit ---- */
static void notify_callback(void *arg)
{
    CHECK_INT(condition_notify(&condition, 1), 0);
}

/* "a" is notified in the turn in which its time is over. */
static int limit_waits(void *arg, Value *result)
{
    wait_on(0);
    CHECK(loop_call_at(async_get_running_loop(), 1, notify_callback, NULL));
    let_wait_for(1, wait_condition, &condition);
    let_wait_for(2, wait_condition, &condition);
    enter(&condition);
    rest(1);
    leave(&condition);
    end_ones("a~ b");
    let_wait_for(1, wait_condition, &condition);
    enter(&condition);
    rest(5);
    CHECK_STR(story, "");    /* it cannot have the lock */
    leave(&condition);
    end_ones("a~");
    return 0;
}

TEST(its_waits_can_have_limits)    /* N3 N5 */
{
    play(limit_waits, NULL);
}
