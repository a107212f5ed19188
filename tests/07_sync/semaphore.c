/* Semaphore: each permit is free or has one holder, and goes to who came
 * first. */
#include "waiters.h"

#include "../../code/07_sync/semaphore.h"

/* ---- Helpers ---- */
static Semaphore semaphore;

static int wait_semaphore(void *thing)
{
    return semaphore_acquire(thing);
}

static void none_before(int count)
{
    semaphore_init(&semaphore, 0);
    let_wait(count, wait_semaphore, &semaphore);
    CHECK_STR(story, "");
}

static void release(int count)
{
    while (count-- > 0)
        CHECK_INT(semaphore_release(&semaphore), 0);
}

/* So many can be acquired at once, and no more. */
static void check_free(int count)
{
    for (int i = 0; i < count; i++) {
        CHECK(!semaphore_locked(&semaphore));
        CHECK_INT(semaphore_acquire(&semaphore), 0);
    }
    CHECK(semaphore_locked(&semaphore));
    release(count);
}

/* ---- Permits ---- */
static int count_permits(void *arg, Value *result)
{
    for (int n = 0; n < 4; n++) {
        semaphore_init(&semaphore, (size_t)n);
        check_free(n);
        release(2);
        check_free(n + 2);
    }
    return 0;
}

TEST(so_many_at_a_time)
{
    play(count_permits, NULL);
}

static int release_too_often(void *arg, Value *result)
{
    for (int n = 0; n < 3; n++) {
        bounded_semaphore_init(&semaphore, (size_t)n);
        CHECK_INT(semaphore_release(&semaphore), E_VALUE);
        CHECK_INT(semaphore_release(&semaphore), E_VALUE);
        for (int i = 0; i < n; i++)
            CHECK_INT(semaphore_acquire(&semaphore), 0);
        CHECK(semaphore_locked(&semaphore));
        release(n);
        CHECK_INT(semaphore_release(&semaphore), E_VALUE);
        if (n > 0)
            check_free(n);
    }
    return 0;
}

TEST(a_bounded_one_takes_no_more_back_than_it_gave)    /* S2 */
{
    play(release_too_often, NULL);
}

/* ---- The order ---- */
static int release_in_turn(void *arg, Value *result)
{
    none_before(4);
    release(1);
    settle("a");
    release(2);
    settle("a b c");
    release(1);
    end_ones("a b c d");
    CHECK(semaphore_locked(&semaphore));
    return 0;
}

TEST(first_come_first_served)    /* S1 */
{
    play(release_in_turn, NULL);
}

static int come_behind(void *arg, Value *result)
{
    none_before(1);
    release(2);    /* one is free, and one on its way to "a" */
    CHECK(semaphore_locked(&semaphore));
    let_wait(1, wait_semaphore, &semaphore);
    end_ones("a b");
    CHECK(semaphore_locked(&semaphore));
    return 0;
}

static int come_behind_at_once(void *arg, Value *result)
{
    none_before(1);
    release(2);
    CHECK_INT(semaphore_acquire(&semaphore), 0);
    CHECK_STR(story, "a");    /* it had its turn before us */
    end_ones("a");
    return 0;
}

TEST(nobody_overtakes_who_was_woken)    /* S1 S4 */
{
    play(come_behind, NULL);
    play(come_behind_at_once, NULL);
}

static int lock_and_see(void *arg, Value *result)
{
    semaphore_init(&semaphore, 1);
    CHECK(!semaphore_locked(&semaphore));
    CHECK_INT(semaphore_acquire(&semaphore), 0);
    CHECK(semaphore_locked(&semaphore));
    let_wait(1, wait_semaphore, &semaphore);
    release(1);
    CHECK(semaphore_locked(&semaphore));
    settle("a");
    CHECK(semaphore_locked(&semaphore));
    release(1);
    CHECK(!semaphore_locked(&semaphore));
    end_ones("a");
    return 0;
}

TEST(it_is_locked_while_somebody_would_have_to_wait)    /* S4 */
{
    play(lock_and_see, NULL);
}

/* ---- Cancelled ---- */
static int cancel_woken(void *arg, Value *result)
{
    none_before(3);
    release(1);
    CHECK(task_cancel(ones[0].task));
    settle("a! b");
    CHECK(semaphore_locked(&semaphore));
    release(1);
    end_ones("a! b c");
    CHECK(semaphore_locked(&semaphore));
    return 0;
}

TEST(who_was_woken_and_cancelled_gives_it_on)    /* S3 */
{
    play(cancel_woken, NULL);
}

static int cancel_all_woken(void *arg, Value *result)
{
    none_before(3);
    release(3);
    for (int i = 0; i < 3; i++)
        CHECK(task_cancel(ones[i].task));
    end_ones("a! b! c!");
    check_free(3);
    return 0;
}

TEST(with_nobody_left_the_permits_are_free)    /* S3 */
{
    play(cancel_all_woken, NULL);
}

static int cancel_waiting(void *arg, Value *result)
{
    none_before(5);
    for (int i = 0; i < 5; i += 2)
        CHECK(task_cancel(ones[i].task));
    release(1);
    settle("a! c! e! b");
    release(2);
    end_ones("a! c! e! b d");
    check_free(1);
    return 0;
}

TEST(those_who_are_cancelled_are_passed_over)    /* S3 */
{
    play(cancel_waiting, NULL);
}

static int acquire_before_cancelled(void *arg, Value *result)
{
    none_before(2);
    CHECK(task_cancel(ones[0].task));
    CHECK(task_cancel(ones[1].task));
    release(1);
    CHECK(!semaphore_locked(&semaphore));
    tell_soon("turn");
    CHECK_INT(semaphore_acquire(&semaphore), 0);
    end_ones("a! b! turn");
    CHECK(semaphore_locked(&semaphore));
    return 0;
}

TEST(and_hold_nobody_up)    /* S4 */
{
    play(acquire_before_cancelled, NULL);
}

/* Who came behind somebody that is cancelled now does not wait for ever. */
static int cancel_the_first(void *arg, Value *result)
{
    none_before(1);
    release(1);                                    /* "a" has it */
    release(1);                                    /* and this is free */
    new_one(async_get_running_loop(), wait_semaphore, &semaphore, 0);
    new_one(async_get_running_loop(), wait_semaphore, &semaphore, 0);
    CHECK(task_cancel(ones[0].task));
    end_ones("a! b c");
    return 0;
}

TEST(a_free_permit_behind_a_cancelled_one_is_found)    /* S3 S4 */
{
    play(cancel_the_first, NULL);
}

static int cancel_bounded(void *arg, Value *result)
{
    bounded_semaphore_init(&semaphore, 1);
    CHECK_INT(semaphore_acquire(&semaphore), 0);
    let_wait(1, wait_semaphore, &semaphore);
    release(1);
    CHECK(task_cancel(ones[0].task));
    end_ones("a!");
    CHECK_INT(semaphore_release(&semaphore), E_VALUE);
    check_free(1);
    return 0;
}

TEST(a_permit_given_back_does_not_break_the_bound)    /* S2 S3 */
{
    play(cancel_bounded, NULL);
}

/* ---- With a limit ---- */
static void release_callback(void *arg)
{
    release(1);
}

/* The first permit comes in the turn in which the time of "a" is over. */
static int limit_waits(void *arg, Value *result)
{
    none_before(0);
    CHECK(loop_call_at(async_get_running_loop(), 1, release_callback, NULL));
    let_wait_for(1, wait_semaphore, &semaphore);
    let_wait_for(2, wait_semaphore, &semaphore);
    rest(1);
    end_ones("a~ b");
    CHECK(semaphore_locked(&semaphore));
    let_wait_for(1, wait_semaphore, &semaphore);
    rest(2);
    end_ones("a~");
    release(1);
    check_free(1);
    return 0;
}

TEST(its_waits_can_have_limits)    /* S3 */
{
    play(limit_waits, NULL);
}
