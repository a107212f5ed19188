/* The rules behind CPython's own tests of conditions: each test here names the
 * one it was read from, in test_locks.py, ConditionTests.
 *
 * What C cannot express: test_repr; test_ambiguous_loops (it sets a private
 * field; a condition belongs to no loop here, but to those who wait). */
#include "../../code/06_gather/timeout.h"
#include "../../code/07_sync/condition.h"
#include "../05_tasks/python.h"

/* ---- Helpers ---- */
static Condition cond;
static bool wake;

static bool is_woken(void *arg)
{
    return wake;
}

static int wait_held(void *arg, Value *result)
{
    return condition_wait(&cond);
}

/* Waits and tells; with the lock in the end. */
static int wait_and_keep(void *word, Value *result)
{
    CHECK_INT(condition_acquire(&cond), 0);
    int err = condition_wait(&cond);
    if (err == 0)
        print("%s", (char *)word);
    return err;
}

static int wait_and_tell(void *word, Value *result)
{
    int err = wait_and_keep(word, result);
    CHECK_INT(condition_release(&cond), 0);
    return err;
}

static SUSPENDS void pause_turn(void)
{
    CHECK_INT(async_sleep(0), 0);
}

static SUSPENDS void notify(size_t n)
{
    CHECK_INT(condition_acquire(&cond), 0);
    CHECK_INT(condition_notify(&cond, n), 0);
    CHECK_INT(condition_release(&cond), 0);
}

static void check_ended(Task *task, int err)
{
    CHECK(task_done(task));
    CHECK_INT(task_error(task), err);
    task_release(task);
}

/* What has been printed, and somebody has the lock. */
static void check_told(const char *words)
{
    CHECK_STR(printed, words);
    CHECK(condition_locked(&cond));
}

/* ---- Waiting ---- */
static int main_of_wait(void *arg, Value *result)
{
    Task *a = create(wait_and_keep, "1"), *b = create(wait_and_keep, "2");
    Task *c = create(wait_and_keep, "3");
    pause_turn();
    CHECK_STR(printed, "");
    CHECK(!condition_locked(&cond));
    CHECK_INT(condition_acquire(&cond), 0);
    CHECK_INT(condition_notify(&cond, 1), 0);
    pause_turn();
    check_told("");
    CHECK_INT(condition_release(&cond), 0);
    pause_turn();
    check_told("1");
    CHECK_INT(condition_notify(&cond, 2), 0);
    pause_turn();
    check_told("1");
    CHECK_INT(condition_release(&cond), 0);
    pause_turn();
    check_told("12");
    CHECK_INT(condition_release(&cond), 0);
    pause_turn();
    check_told("123");
    check_ended(a, 0);
    check_ended(b, 0);
    check_ended(c, 0);
    return 0;
}

/* CPython: test_wait.  Who is notified needs the lock yet, and gets it when it
 * is released, whoever does that. */
TEST(wait_needs_the_lock_again)
{
    run(main_of_wait);
}

static int main_of_wait_unacquired(void *arg, Value *result)
{
    CHECK_INT(condition_wait(&cond), E_RUNTIME);
    return 0;
}

TEST(wait_unacquired)    /* CPython: test_wait_unacquired */
{
    run(main_of_wait_unacquired);
}

static int main_of_timeout_in_block(void *arg, Value *result)
{
    CHECK_INT(condition_acquire(&cond), 0);
    CHECK_INT(async_wait_for_call(wait_held, NULL, 0.5, NULL), E_TIMEOUT);
    CHECK(condition_locked(&cond));
    return condition_release(&cond);
}

TEST(timeout_in_block)    /* CPython: test_timeout_in_block */
{
    run(main_of_timeout_in_block);
}

/* ---- Waiting for a predicate ---- */
static int wait_for_wake(void *word, Value *result)
{
    CHECK_INT(condition_acquire(&cond), 0);
    int err = condition_wait_for(&cond, is_woken, NULL);
    if (err == 0)
        print("%s", (char *)word);
    CHECK_INT(condition_release(&cond), 0);
    return err;
}

static int main_of_wait_for(void *arg, Value *result)
{
    Task *task = create(wait_for_wake, "1");
    pause_turn();
    CHECK_STR(printed, "");
    notify(1);
    pause_turn();
    CHECK_STR(printed, "");
    wake = true;
    notify(1);
    pause_turn();
    CHECK_STR(printed, "1");
    check_ended(task, 0);
    return 0;
}

TEST(wait_for_asks_again)    /* CPython: test_wait_for */
{
    run(main_of_wait_for);
}

static int main_of_wait_for_unacquired(void *arg, Value *result)
{
    wake = true;
    CHECK_INT(condition_wait_for(&cond, is_woken, NULL), 0);
    wake = false;
    CHECK_INT(condition_wait_for(&cond, is_woken, NULL), E_RUNTIME);
    return 0;
}

/* CPython: test_wait_for_unacquired.  Without the lock only what is true
 * already. */
TEST(wait_for_unacquired)
{
    run(main_of_wait_for_unacquired);
}

/* ---- Notifying ---- */
static int main_of_notify(void *arg, Value *result)
{
    Task *a = create(wait_and_tell, "1"), *b = create(wait_and_tell, "2");
    Task *c = create(wait_and_tell, "3");
    pause_turn();
    CHECK_STR(printed, "");
    notify(1);
    pause_turn();
    CHECK_STR(printed, "1");
    CHECK_INT(condition_acquire(&cond), 0);
    CHECK_INT(condition_notify(&cond, 1), 0);
    CHECK_INT(condition_notify(&cond, 2048), 0);
    CHECK_INT(condition_release(&cond), 0);
    pause_turn();
    CHECK_STR(printed, "123");
    check_ended(a, 0);
    check_ended(b, 0);
    check_ended(c, 0);
    return 0;
}

/* CPython: test_notify.  More than wait is all who wait. */
TEST(notify_wakes_so_many)
{
    run(main_of_notify);
}

static int main_of_notify_all(void *arg, Value *result)
{
    Task *a = create(wait_and_tell, "1"), *b = create(wait_and_tell, "2");
    pause_turn();
    CHECK_STR(printed, "");
    CHECK_INT(condition_acquire(&cond), 0);
    CHECK_INT(condition_notify_all(&cond), 0);
    CHECK_INT(condition_release(&cond), 0);
    pause_turn();
    CHECK_STR(printed, "12");
    check_ended(a, 0);
    check_ended(b, 0);
    return 0;
}

TEST(notify_all)    /* CPython: test_notify_all */
{
    run(main_of_notify_all);
}

TEST(notify_unacquired)    /* CPython: test_notify_unacquired */
{
    CHECK_INT(condition_notify(&cond, 1), E_RUNTIME);
}

TEST(notify_all_unacquired)    /* CPython: test_notify_all_unacquired */
{
    CHECK_INT(condition_notify_all(&cond), E_RUNTIME);
}

/* ---- The lock ---- */
static int main_of_context_manager(void *arg, Value *result)
{
    CHECK(!condition_locked(&cond));
    CHECK_INT(condition_acquire(&cond), 0);
    CHECK(condition_locked(&cond));
    CHECK_INT(condition_release(&cond), 0);
    CHECK(!condition_locked(&cond));
    return 0;
}

TEST(a_pair_of_calls_locks_and_frees)    /* CPython: test_context_manager */
{
    run(main_of_context_manager);
}

static void check_locked(Lock *lock, Condition *condition, bool is_locked)
{
    CHECK_INT(lock_locked(lock), is_locked);
    CHECK_INT(condition_locked(condition), is_locked);
}

static int main_of_explicit_lock(void *arg, Value *result)
{
    Lock lock = { 0 };
    Condition condition;
    condition_init(&condition, &lock);
    check_locked(&lock, &condition, false);
    CHECK_INT(condition_acquire(&condition), 0);
    check_locked(&lock, &condition, true);
    CHECK_INT(condition_release(&condition), 0);
    check_locked(&lock, &condition, false);
    CHECK_INT(lock_acquire(&lock), 0);
    check_locked(&lock, &condition, true);
    CHECK_INT(lock_release(&lock), 0);
    check_locked(&lock, &condition, false);
    return 0;
}

/* CPython: test_explicit_lock.  Through the one or the other, it is locked for
 * both. */
TEST(explicit_lock)
{
    run(main_of_explicit_lock);
}
