/* The rules behind CPython's own tests of locks and events: each test here
 * names the one it was read from, in test_locks.py.  Two that look into a
 * list of waiters look into it here, too.
 *
 * What C cannot express: test_repr; test_lock_doesnt_accept_loop_parameter and
 * test_lock_by_with_statement (neither would compile). */
#include "../../code/07_sync/event.h"
#include "../../code/07_sync/lock.h"
#include "../05_tasks/python.h"

/* ---- Helpers ---- */
static Lock lock;
static Event event;

static int acquire(void *arg, Value *result)
{
    return lock_acquire(&lock);
}

static int acquire_and_tell(void *word, Value *result)
{
    int err = lock_acquire(&lock);
    if (err == 0)
        print("%s", (char *)word);
    return err;
}

static int wait_and_tell(void *word, Value *result)
{
    int err = event_wait(&event);
    if (err == 0)
        print("%s", (char *)word);
    return err;
}

static SUSPENDS void pause_turn(void)
{
    CHECK_INT(async_sleep(0), 0);
}

/* It has ended so. */
static void check_ended(Task *task, int err)
{
    CHECK(task_done(task));
    CHECK_INT(task_error(task), err);
    task_release(task);
}

/* ---- Acquiring ---- */
static int main_of_lock(void *arg, Value *result)
{
    Lock other;
    lock_init(&other);
    CHECK(!lock_locked(&other));
    CHECK(!lock_locked(&lock));
    return 0;
}

TEST(a_new_lock_is_free)    /* CPython: LockTests.test_lock */
{
    run(main_of_lock);
}

static int main_of_acquire(void *arg, Value *result)
{
    CHECK_INT(lock_acquire(&lock), 0);
    Task *a = create(acquire_and_tell, "1"), *b = create(acquire_and_tell, "2");
    pause_turn();
    CHECK_STR(printed, "");
    CHECK_INT(lock_release(&lock), 0);
    pause_turn();
    CHECK_STR(printed, "1");
    pause_turn();
    CHECK_STR(printed, "1");
    Task *c = create(acquire_and_tell, "3");
    CHECK_INT(lock_release(&lock), 0);
    pause_turn();
    CHECK_STR(printed, "12");
    CHECK_INT(lock_release(&lock), 0);
    pause_turn();
    CHECK_STR(printed, "123");
    check_ended(a, 0);
    check_ended(b, 0);
    check_ended(c, 0);
    return 0;
}

/* CPython: LockTests.test_acquire.  Each release lets in one, in the order of
 * their coming, in the next turn. */
TEST(acquire)
{
    run(main_of_acquire);
}

static int main_of_context_manager(void *arg, Value *result)
{
    CHECK(!lock_locked(&lock));
    CHECK_INT(lock_acquire(&lock), 0);
    CHECK(lock_locked(&lock));
    CHECK_INT(lock_release(&lock), 0);
    CHECK(!lock_locked(&lock));
    return 0;
}

TEST(a_pair_of_calls_locks_and_frees)    /* CPython: test_context_manager */
{
    run(main_of_context_manager);
}

/* ---- Releasing ---- */
static int main_of_release_not_acquired(void *arg, Value *result)
{
    CHECK_INT(lock_release(&lock), E_RUNTIME);
    CHECK(!lock_locked(&lock));
    return 0;
}

TEST(release_not_acquired)    /* CPython: LockTests.test_release_not_acquired */
{
    run(main_of_release_not_acquired);
}

static int main_of_release_no_waiters(void *arg, Value *result)
{
    CHECK_INT(lock_acquire(&lock), 0);
    CHECK(lock_locked(&lock));
    CHECK_INT(lock_release(&lock), 0);
    CHECK(!lock_locked(&lock));
    return 0;
}

TEST(release_no_waiters)    /* CPython: LockTests.test_release_no_waiters */
{
    run(main_of_release_no_waiters);
}

/* ---- Cancelling ---- */
static int main_of_acquire_cancel(void *arg, Value *result)
{
    CHECK_INT(lock_acquire(&lock), 0);
    Task *task = create(acquire, NULL);
    soon(cancel, task);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK_PTR(lock.waiters.first, NULL);
    return 0;
}

TEST(acquire_cancel)    /* CPython: LockTests.test_acquire_cancel */
{
    run(main_of_acquire_cancel);
}

static int hold_lock(void *until, Value *result)
{
    int err = lock_acquire(&lock);
    if (err != 0)
        return err;
    if (until != NULL)
        err = await(until, NULL);
    CHECK_INT(lock_release(&lock), 0);
    return err;
}

static int main_of_cancel_race(void *arg, Value *result)
{
    Future *until = new_future();
    Task *a = create(hold_lock, until);
    pause_turn();
    CHECK(lock_locked(&lock));
    Task *b = create(hold_lock, NULL);
    pause_turn();
    Task *c = create(hold_lock, NULL);
    pause_turn();
    CHECK_INT(future_set_result(until, (Value){ .i = 0 }), 0);
    CHECK(task_cancel(b));
    pause_turn();
    CHECK(!lock_locked(&lock));
    check_ended(a, 0);
    check_ended(b, E_CANCELLED);
    CHECK_INT(task_join(c, NULL), 0);
    future_release(until);
    return 0;
}

/* CPython: LockTests.test_cancel_race.  The first who waits is cancelled, and
 * the lock released before he has gone: it goes to the next. */
TEST(cancel_race)
{
    run(main_of_cancel_race);
}

static int calls, locks;

static int count_lock(void *arg, Value *result)
{
    calls++;
    int err = lock_acquire(&lock);
    locks += err == 0;
    return err;
}

static void cancel_and_release(void *task)
{
    CHECK(task_cancel(task));
    CHECK_INT(lock_release(&lock), 0);
}

static int main_of_cancel_release_race(void *arg, Value *result)
{
    CHECK_INT(lock_acquire(&lock), 0);
    Task *a = create(count_lock, NULL), *b = create(count_lock, NULL);
    Task *c = create(count_lock, NULL);
    pause_turn();
    soon(cancel_and_release, a);
    CHECK_INT(await(a, NULL), E_CANCELLED);
    CHECK_INT(locks, 1);
    CHECK_INT(calls, 3);
    check_ended(a, E_CANCELLED);
    check_ended(b, 0);
    CHECK(task_cancel(c));
    pause_turn();
    check_ended(c, E_CANCELLED);
    return 0;
}

/* CPython: LockTests.test_cancel_release_race.  One is cancelled, and one is
 * let in, not two. */
TEST(cancel_release_race)
{
    run(main_of_cancel_release_race);
}

static int main_of_finished_waiter_cancelled(void *arg, Value *result)
{
    CHECK_INT(lock_acquire(&lock), 0);
    CHECK(lock_locked(&lock));
    Task *b = create(acquire, NULL);
    pause_turn();
    Task *c = create(acquire, NULL);
    CHECK(task_cancel(b));
    CHECK_INT(lock_release(&lock), 0);
    pause_turn();
    CHECK(lock_locked(&lock));
    check_ended(b, E_CANCELLED);
    return task_join(c, NULL);
}

/* CPython: LockTests.test_finished_waiter_cancelled.  Who comes while only a
 * cancelled one waits has the lock at once. */
TEST(finished_waiter_cancelled)
{
    run(main_of_finished_waiter_cancelled);
}

/* ---- Events ---- */
static int main_of_event_wait(void *arg, Value *result)
{
    CHECK(!event_is_set(&event));
    Task *a = create(wait_and_tell, "1"), *b = create(wait_and_tell, "2");
    pause_turn();
    CHECK_STR(printed, "");
    Task *c = create(wait_and_tell, "3");
    event_set(&event);
    pause_turn();
    CHECK_STR(printed, "312");
    check_ended(a, 0);
    check_ended(b, 0);
    check_ended(c, 0);
    return 0;
}

/* CPython: EventTests.test_wait.  The third does not wait, and was ready
 * before those who were woken. */
TEST(event_waits)
{
    run(main_of_event_wait);
}

static int main_of_wait_on_set(void *arg, Value *result)
{
    event_set(&event);
    soon(print_line, "a turn");
    CHECK_INT(event_wait(&event), 0);
    CHECK_STR(printed, "");
    pause_turn();
    return 0;
}

TEST(event_wait_on_set)    /* CPython: EventTests.test_wait_on_set */
{
    run(main_of_wait_on_set);
}

static int main_of_wait_cancel(void *arg, Value *result)
{
    Task *task = create(wait_and_tell, "1");
    soon(cancel, task);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK_PTR(event.waiters.first, NULL);
    return 0;
}

TEST(event_wait_cancel)    /* CPython: EventTests.test_wait_cancel */
{
    run(main_of_wait_cancel);
}

TEST(event_clear)    /* CPython: EventTests.test_clear */
{
    Event other;
    event_init(&other);
    CHECK(!event_is_set(&other));
    event_set(&other);
    CHECK(event_is_set(&other));
    event_clear(&other);
    CHECK(!event_is_set(&other));
}

static int main_of_clear_with_waiters(void *arg, Value *result)
{
    Task *task = create(wait_and_tell, "1");
    pause_turn();
    CHECK_STR(printed, "");
    event_set(&event);
    event_clear(&event);
    CHECK(!event_is_set(&event));
    event_set(&event);
    event_set(&event);
    pause_turn();
    CHECK_STR(printed, "1");
    CHECK_PTR(event.waiters.first, NULL);
    check_ended(task, 0);
    return 0;
}

/* CPython: EventTests.test_clear_with_waiters.  Set again and again, it wakes
 * each once. */
TEST(event_clear_with_waiters)
{
    run(main_of_clear_with_waiters);
}
