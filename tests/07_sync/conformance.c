/* Programs in Python about what tasks share, and what CPython prints for them:
 * the same lines, in the same order.  `async with` is a pair of calls. */
#include "../../code/06_gather/wait.h"
#include "../../code/07_sync/condition.h"
#include "../../code/07_sync/event.h"
#include "../../code/07_sync/semaphore.h"
#include "../05_tasks/python.h"

#include <math.h>

/* ---- Helpers ---- */
static Lock lock;
static Event event;
static Condition cond;
static Semaphore semaphore;

/* asyncio.wait([a, b], timeout=...). */
static SUSPENDS void wait_for_both(Task *a, Task *b, double timeout)
{
    CHECK_INT(async_wait(FUTURES(a, b), timeout, ALL_COMPLETED), 0);
}

static void release_both(Task *a, Task *b)
{
    task_release(a);
    task_release(b);
}

/* ---- lock_02: nobody overtakes ---- */
static int have_lock(void *arg, Value *result)
{
    CHECK_INT(lock_acquire(&lock), 0);
    print("waiter has the lock\n");
    return lock_release(&lock);
}

static int main_of_lock_02(void *arg, Value *result)
{
    CHECK_INT(lock_acquire(&lock), 0);
    Task *waiter = create(have_lock, NULL);
    async_sleep(0);
    CHECK_INT(lock_release(&lock), 0);
    print("released; locked() is %s but a waiter is queued\n",
          truth(lock_locked(&lock)));
    CHECK_INT(lock_acquire(&lock), 0);
    print("main got it after the waiter\n");
    CHECK_INT(lock_release(&lock), 0);
    return task_join(waiter, NULL);
}

TEST(lock_02_no_barging)    /* K2 */
{
    run(main_of_lock_02);
    CHECK_STR(printed,
              "released; locked() is False but a waiter is queued\n"
              "waiter has the lock\n"
              "main got it after the waiter\n");
}

/* ---- lock_04: woken, and then cancelled ---- */
static int use_lock(void *name, Value *result)
{
    int err = lock_acquire(&lock);
    if (err != 0)
        return err;
    print("%s has it\n", (char *)name);
    return lock_release(&lock);
}

static int main_of_lock_04(void *arg, Value *result)
{
    CHECK_INT(lock_acquire(&lock), 0);
    Task *a = create(use_lock, "a"), *b = create(use_lock, "b");
    async_sleep(0);
    CHECK_INT(lock_release(&lock), 0);
    task_cancel(a);
    wait_for_both(a, b, 1);
    print("a cancelled %s b done %s locked %s\n", truth(task_cancelled(a)),
          truth(task_done(b)), truth(lock_locked(&lock)));
    release_both(a, b);
    return 0;
}

TEST(lock_04_cancel_waiter_just_woken)    /* K4 */
{
    run(main_of_lock_04);
    CHECK_STR(printed, "b has it\n"
                       "a cancelled True b done True locked False\n");
}

/* ---- event_02: set, and at once cleared ---- */
static int wait_for_event(void *arg, Value *result)
{
    int err = event_wait(&event);
    print("woken %s although is_set() is %s\n", truth(err == 0),
          truth(event_is_set(&event)));
    return err;
}

static int main_of_event_02(void *arg, Value *result)
{
    Task *task = create(wait_for_event, NULL);
    async_sleep(0);
    event_set(&event);
    event_clear(&event);
    return task_join(task, NULL);
}

TEST(event_02_set_then_clear_still_wakes)    /* E2 */
{
    run(main_of_event_02);
    CHECK_STR(printed, "woken True although is_set() is False\n");
}

/* ---- cond_02: without the lock ---- */
static int main_of_cond_02(void *arg, Value *result)
{
    print("notify without the lock: %s\n",
          error_name(condition_notify(&cond, 1)));
    print("notify_all without the lock: %s\n",
          error_name(condition_notify_all(&cond)));
    print("release without the lock: %s\n",
          error_name(condition_release(&cond)));
    print("wait without the lock: %s\n", error_name(condition_wait(&cond)));
    CHECK_INT(condition_acquire(&cond), 0);
    CHECK_INT(condition_notify(&cond, 5), 0);
    print("notify without waiters is a no-op\n");
    return condition_release(&cond);
}

TEST(cond_02_errors)    /* N2 */
{
    run(main_of_cond_02);
    CHECK_STR(printed, "notify without the lock: RuntimeError\n"
                       "notify_all without the lock: RuntimeError\n"
                       "release without the lock: RuntimeError\n"
                       "wait without the lock: RuntimeError\n"
                       "notify without waiters is a no-op\n");
}

/* ---- cond_04: cancelled while it waits for the lock ---- */
static int wait_to_be_cancelled(void *arg, Value *result)
{
    CHECK_INT(condition_acquire(&cond), 0);
    int err = condition_wait(&cond);
    print("%s; locked %s\n", error_name(err), truth(condition_locked(&cond)));
    CHECK_INT(condition_release(&cond), 0);
    return err;
}

static int main_of_cond_04(void *arg, Value *result)
{
    Task *task = create(wait_to_be_cancelled, NULL);
    async_sleep(0.01);
    CHECK_INT(condition_acquire(&cond), 0);
    CHECK_INT(condition_notify(&cond, 1), 0);
    async_sleep(0.01);
    task_cancel(task);
    async_sleep(0.01);
    task_cancel(task);
    async_sleep(0.01);
    print("two cancels while it waits for the lock; done: %s\n",
          truth(task_done(task)));
    CHECK_INT(condition_release(&cond), 0);
    CHECK_INT(async_wait(FUTURES(task), INFINITY, ALL_COMPLETED), 0);
    print("cancelled %s locked %s\n", truth(task_cancelled(task)),
          truth(condition_locked(&cond)));
    task_release(task);
    return 0;
}

TEST(cond_04_cancel_while_reacquiring)    /* N3 */
{
    run(main_of_cond_04);
    CHECK_STR(printed,
              "two cancels while it waits for the lock; done: False\n"
              "CancelledError; locked True\n"
              "cancelled True locked False\n");
}

/* ---- cond_06: notified, and then cancelled ---- */
static int wait_for_notification(void *name, Value *result)
{
    CHECK_INT(condition_acquire(&cond), 0);
    int err = condition_wait(&cond);
    if (err == 0)
        print("%s got the notification\n", (char *)name);
    CHECK_INT(condition_release(&cond), 0);
    return err;
}

static int main_of_cond_06(void *arg, Value *result)
{
    Task *a = create(wait_for_notification, "a");
    Task *b = create(wait_for_notification, "b");
    async_sleep(0.01);
    CHECK_INT(condition_acquire(&cond), 0);
    CHECK_INT(condition_notify(&cond, 1), 0);
    task_cancel(a);
    CHECK_INT(condition_release(&cond), 0);
    CHECK_INT(async_wait(FUTURES(b), 0.1, ALL_COMPLETED), 0);
    print("a cancelled %s b done %s\n", truth(task_cancelled(a)),
          truth(task_done(b)));
    task_cancel(b);
    CHECK_INT(async_wait(FUTURES(b), INFINITY, ALL_COMPLETED), 0);
    release_both(a, b);
    return 0;
}

TEST(cond_06_notified_then_cancelled_passes_on)    /* N5 */
{
    run(main_of_cond_06);
    CHECK_STR(printed, "b got the notification\n"
                       "a cancelled True b done True\n");
}

/* ---- sem_02: released too often ---- */
static int main_of_sem_02(void *arg, Value *result)
{
    semaphore_init(&semaphore, 1);
    CHECK_INT(semaphore_release(&semaphore), 0);
    CHECK_INT(semaphore_release(&semaphore), 0);
    for (int i = 0; i < 3; i++)
        CHECK_INT(semaphore_acquire(&semaphore), 0);
    print("plain semaphore may exceed its initial value; locked %s\n",
          truth(semaphore_locked(&semaphore)));
    Semaphore bounded, zero;
    bounded_semaphore_init(&bounded, 1);
    print("bounded: %s\n", error_name(semaphore_release(&bounded)));
    CHECK_INT(semaphore_acquire(&bounded), 0);
    CHECK_INT(semaphore_release(&bounded), 0);
    semaphore_init(&zero, 0);
    print("zero is locked %s\n", truth(semaphore_locked(&zero)));
    return 0;
}

/* A line is missing: "negative: ValueError", as a size_t is never negative. */
TEST(sem_02_bounded_and_invalid)    /* S2 */
{
    run(main_of_sem_02);
    CHECK_STR(printed,
              "plain semaphore may exceed its initial value; locked True\n"
              "bounded: ValueError\n"
              "zero is locked True\n");
}

/* ---- sem_04: nobody overtakes ---- */
static int use_permit(void *name, Value *result)
{
    CHECK_INT(semaphore_acquire(&semaphore), 0);
    print("%s acquired\n", (char *)name);
    async_sleep(0.01);
    return semaphore_release(&semaphore);
}

static int main_of_sem_04(void *arg, Value *result)
{
    semaphore_init(&semaphore, 1);
    CHECK_INT(semaphore_acquire(&semaphore), 0);
    Task *waiter = create(use_permit, "waiter");
    async_sleep(0);
    CHECK_INT(semaphore_release(&semaphore), 0);
    print("locked() right after release with a waiter: %s\n",
          truth(semaphore_locked(&semaphore)));
    Task *newcomer = create(use_permit, "newcomer");
    wait_for_both(waiter, newcomer, INFINITY);
    print("locked %s\n", truth(semaphore_locked(&semaphore)));
    release_both(waiter, newcomer);
    return 0;
}

TEST(sem_04_no_barging)    /* S4 */
{
    run(main_of_sem_04);
    CHECK_STR(printed, "locked() right after release with a waiter: True\n"
                       "waiter acquired\n"
                       "newcomer acquired\n"
                       "locked False\n");
}

/* ---- seed_18: an event ---- */
static int wait_for_it(void *arg, Value *result)
{
    print("waiting for it ...\n");
    int err = event_wait(&event);
    print("... got it!\n");
    return err;
}

static int main_of_seed_18(void *arg, Value *result)
{
    Task *waiter = create(wait_for_it, NULL);
    async_sleep(0.05);
    event_set(&event);
    return task_join(waiter, NULL);
}

TEST(seed_18_event_waiter)
{
    run(main_of_seed_18);
    CHECK_STR(printed, "waiting for it ...\n"
                       "... got it!\n");
}
