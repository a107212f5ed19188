/* The rules behind CPython's own tests of semaphores: each test here names the
 * one it was read from, in test_locks.py, SemaphoreTests.  Where those look at
 * the number of permits, it is asked here if there are any.
 *
 * What C cannot express: test_repr; test_semaphore_value (a size_t is never
 * negative). */
#include "../../code/06_gather/gather.h"
#include "../../code/06_gather/timeout.h"
#include "../../code/07_sync/semaphore.h"
#include "../05_tasks/python.h"

/* ---- Helpers ---- */
static Semaphore semaphore;

static int acquire(void *arg, Value *result)
{
    return semaphore_acquire(&semaphore);
}

static int acquire_and_tell(void *word, Value *result)
{
    int err = semaphore_acquire(&semaphore);
    if (err == 0)
        print("%s", (char *)word);
    return err;
}

static void release(void)
{
    CHECK_INT(semaphore_release(&semaphore), 0);
}

static SUSPENDS void pause_turn(void)
{
    CHECK_INT(async_sleep(0), 0);
}

static void check_ended(Task *task, int err)
{
    CHECK(task_done(task));
    CHECK_INT(task_error(task), err);
    task_release(task);
}

/* ---- Values ---- */
TEST(initial_value_zero)    /* CPython: test_initial_value_zero */
{
    semaphore_init(&semaphore, 0);
    CHECK(semaphore_locked(&semaphore));
}

TEST(a_new_semaphore_has_its_permits)    /* CPython: test_semaphore */
{
    semaphore_init(&semaphore, 1);
    CHECK(!semaphore_locked(&semaphore));
}

TEST(release_not_acquired)    /* CPython: test_release_not_acquired */
{
    bounded_semaphore_init(&semaphore, 1);
    CHECK_INT(semaphore_release(&semaphore), E_VALUE);
    CHECK(!semaphore_locked(&semaphore));
}

static int main_of_release_no_waiters(void *arg, Value *result)
{
    semaphore_init(&semaphore, 1);
    CHECK_INT(semaphore_acquire(&semaphore), 0);
    CHECK(semaphore_locked(&semaphore));
    release();
    CHECK(!semaphore_locked(&semaphore));
    return 0;
}

TEST(release_no_waiters)    /* CPython: test_release_no_waiters */
{
    run(main_of_release_no_waiters);
}

/* ---- Acquiring ---- */
static int main_of_acquire(void *arg, Value *result)
{
    semaphore_init(&semaphore, 3);
    CHECK_INT(semaphore_acquire(&semaphore), 0);
    CHECK_INT(semaphore_acquire(&semaphore), 0);
    CHECK(!semaphore_locked(&semaphore));
    Task *tasks[] = { create(acquire_and_tell, "1"),
                      create(acquire_and_tell, "2"),
                      create(acquire_and_tell, "3") };
    pause_turn();
    CHECK_STR(printed, "1");
    CHECK(semaphore_locked(&semaphore));
    Task *fourth = create(acquire_and_tell, "4");
    release();
    release();
    pause_turn();
    CHECK_STR(printed, "123");
    CHECK(semaphore_locked(&semaphore));
    CHECK(!task_done(fourth));
    release();
    CHECK_INT(task_join(fourth, NULL), 0);
    for (int i = 0; i < 3; i++)
        check_ended(tasks[i], 0);
    return 0;
}

/* CPython: test_acquire.  Permits that are released go to those who wait, and
 * are not there for who comes meanwhile. */
TEST(acquire_hands_over)
{
    run(main_of_acquire);
}

/* ---- Cancelling ---- */
static int main_of_acquire_cancel(void *arg, Value *result)
{
    semaphore_init(&semaphore, 1);
    CHECK_INT(semaphore_acquire(&semaphore), 0);
    Task *task = create(acquire, NULL);
    soon(cancel, task);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK_PTR(semaphore.waiters.first, NULL);
    return 0;
}

TEST(acquire_cancel)    /* CPython: test_acquire_cancel */
{
    run(main_of_acquire_cancel);
}

static int main_of_cancel_before_awoken(void *arg, Value *result)
{
    Task *tasks[4];
    semaphore_init(&semaphore, 0);
    for (int i = 0; i < 4; i++)
        tasks[i] = create(acquire, NULL);
    pause_turn();
    CHECK(task_cancel(tasks[0]));
    CHECK(task_cancel(tasks[1]));
    release();
    pause_turn();
    pause_turn();
    CHECK(task_done(tasks[2]));
    CHECK(!task_done(tasks[3]));
    CHECK(!task_cancel(tasks[2]));
    CHECK(task_cancel(tasks[3]));
    pause_turn();
    for (int i = 0; i < 4; i++)
        check_ended(tasks[i], i == 2 ? 0 : E_CANCELLED);
    return 0;
}

/* CPython: test_acquire_cancel_before_awoken.  The permit passes by those who
 * are cancelled. */
TEST(acquire_cancel_before_awoken)
{
    run(main_of_cancel_before_awoken);
}

static int main_of_acquire_hang(void *arg, Value *result)
{
    semaphore_init(&semaphore, 0);
    Task *a = create(acquire, NULL), *b = create(acquire, NULL);
    pause_turn();
    CHECK(task_cancel(a));
    release();
    pause_turn();
    pause_turn();
    CHECK(semaphore_locked(&semaphore));
    check_ended(a, E_CANCELLED);
    check_ended(b, 0);
    return 0;
}

TEST(acquire_does_not_hang)    /* CPython: test_acquire_hang */
{
    run(main_of_acquire_hang);
}

static Task *second;

static int use_and_cancel(void *arg, Value *result)
{
    CHECK_INT(semaphore_acquire(&semaphore), 0);
    CHECK_INT(async_sleep(0), 0);
    release();
    CHECK(task_cancel(second));
    return 0;
}

static int main_of_acquire_no_hang(void *arg, Value *result)
{
    Outcome outcomes[2];
    semaphore_init(&semaphore, 1);
    Task *first = create(use_and_cancel, NULL);
    second = create(acquire, NULL);
    CHECK_INT(async_gather(FUTURES(first, second), outcomes,
                           RETURN_EXCEPTIONS), 0);
    CHECK_INT(outcomes[0].error, 0);
    CHECK_INT(outcomes[1].error, E_CANCELLED);
    task_release(first);
    task_release(second);
    CHECK_INT(async_wait_for_call(acquire, NULL, 1, NULL), 0);
    return 0;
}

/* CPython: test_acquire_no_hang.  Who has the permit and is cancelled before he
 * runs gives it back. */
TEST(acquire_no_hang)
{
    run(main_of_acquire_no_hang);
}

/* ---- First come, first served ---- */
static SUSPENDS void check_joined(Task *a, Task *b, Task *c)
{
    CHECK_INT(task_join(a, NULL), 0);
    CHECK_INT(task_join(b, NULL), 0);
    CHECK_INT(task_join(c, NULL), 0);
}

static int acquire_twice(void *word, Value *result)
{
    for (int i = 1; i <= 2; i++) {
        CHECK_INT(semaphore_acquire(&semaphore), 0);
        print("%s_%d ", (char *)word, i);
        CHECK_INT(async_sleep(0.01), 0);
        release();
    }
    return 0;
}

static int main_of_order(void *arg, Value *result)
{
    semaphore_init(&semaphore, 1);
    return async_gather_calls(CALLS({ acquire_twice, "c1" },
                                    { acquire_twice, "c2" },
                                    { acquire_twice, "c3" }), NULL, 0);
}

TEST(acquire_fifo_order)    /* CPython: test_acquire_fifo_order */
{
    run(main_of_order);
    CHECK_STR(printed, "c1_1 c2_1 c3_1 c1_2 c2_2 c3_2 ");
}

static int acquire_again(void *arg, Value *result)
{
    CHECK_INT(acquire_and_tell("2", result), 0);
    release();
    return acquire_and_tell("4", result);
}

static int main_of_order_2(void *arg, Value *result)
{
    semaphore_init(&semaphore, 1);
    Task *a = create(acquire_and_tell, "1");
    Task *b = create(acquire_again, NULL);
    Task *c = create(acquire_and_tell, "3");
    pause_turn();
    release();
    release();
    check_joined(a, b, c);
    return 0;
}

/* CPython: test_acquire_fifo_order_2.  Who releases and wants it again waits
 * for those who came before. */
TEST(acquire_fifo_order_2)
{
    run(main_of_order_2);
    CHECK_STR(printed, "1234");
}

static int main_of_order_3(void *arg, Value *result)
{
    semaphore_init(&semaphore, 0);
    Task *tasks[] = { create(acquire_and_tell, "1"),
                      create(acquire_and_tell, "2"),
                      create(acquire_and_tell, "3") };
    pause_turn();
    CHECK(task_cancel(tasks[0]));
    pause_turn();
    release();
    release();
    CHECK_INT(task_join(tasks[0], NULL), E_CANCELLED);
    CHECK_INT(task_join(tasks[1], NULL), 0);
    return task_join(tasks[2], NULL);
}

TEST(acquire_fifo_order_3)    /* CPython: test_acquire_fifo_order_3 */
{
    run(main_of_order_3);
    CHECK_STR(printed, "23");
}

/* ---- Three permits at once ---- */
static Task *fourth;

static int tell(void *word, Value *result)
{
    print("%s", (char *)word);
    return 0;
}

static int acquire_and_create(void *arg, Value *result)
{
    CHECK(semaphore_locked(&semaphore));
    CHECK_INT(semaphore_acquire(&semaphore), 0);
    CHECK(semaphore_locked(&semaphore));
    fourth = create(tell, "4");
    print("1");
    return 0;
}

static int release_three(void *arg, Value *result)
{
    release();
    release();
    release();
    CHECK(semaphore_locked(&semaphore));
    return acquire_and_tell("2", result);
}

static int main_of_order_4(void *arg, Value *result)
{
    semaphore_init(&semaphore, 0);
    Task *a = create(acquire_and_create, NULL);
    Task *b = create(release_three, NULL);
    Task *c = create(acquire_and_tell, "3");
    pause_turn();
    CHECK(semaphore_locked(&semaphore));
    pause_turn();
    check_joined(a, b, c);
    return task_join(fourth, NULL);
}

/* CPython: test_acquire_fifo_order_4.  Two permits are left when the first goes
 * on: he wakes both who had to queue behind him. */
TEST(acquire_fifo_order_4)
{
    run(main_of_order_4);
    CHECK_STR(printed, "1234");
}
