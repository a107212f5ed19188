/* The rules behind CPython's own tests of conditions whose waiters are
 * cancelled: each test here names the one it was read from, in test_locks.py,
 * ConditionTests. */
#include "../../code/06_gather/timeout.h"
#include "../../code/07_sync/condition.h"
#include "../05_tasks/python.h"

/* ---- Helpers ---- */
static Condition cond;

static int wait_held(void *arg, Value *result)
{
    return condition_wait(&cond);
}

static void release_lock(void *arg)
{
    CHECK_INT(condition_release(&cond), 0);
}

static SUSPENDS void pause_turn(void)
{
    CHECK_INT(async_sleep(0), 0);
}

/* ---- While it waits, or for the lock ---- */
static int main_of_wait_cancel(void *arg, Value *result)
{
    CHECK_INT(condition_acquire(&cond), 0);
    Task *task = create(wait_held, NULL);
    soon(cancel, task);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK_PTR(cond.waiters.first, NULL);
    CHECK(condition_locked(&cond));
    return 0;
}

/* CPython: test_wait_cancel.  Even then the lock is held in the end. */
TEST(wait_cancel)
{
    run(main_of_wait_cancel);
}

static int main_of_wait_cancel_contested(void *arg, Value *result)
{
    CHECK_INT(condition_acquire(&cond), 0);
    CHECK(condition_locked(&cond));
    Task *task = create(wait_held, NULL);
    pause_turn();
    CHECK(!condition_locked(&cond));
    CHECK_INT(condition_acquire(&cond), 0);
    CHECK(condition_locked(&cond));
    CHECK_INT(condition_notify(&cond, 1), 0);
    soon(cancel, task);
    soon(release_lock, NULL);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK(condition_locked(&cond));
    return 0;
}

/* CPython: test_wait_cancel_contested.  The same, where another had it. */
TEST(wait_cancel_contested)
{
    run(main_of_wait_cancel_contested);
}

static bool has_waited;

static int wait_in_block(void *arg, Value *result)
{
    CHECK_INT(condition_acquire(&cond), 0);
    has_waited = true;
    int err = condition_wait(&cond);
    CHECK_INT(condition_release(&cond), 0);
    return err;
}

static int main_of_wait_cancel_after_notify(void *arg, Value *result)
{
    Task *task = create(wait_in_block, NULL);
    pause_turn();
    CHECK_INT(condition_acquire(&cond), 0);
    CHECK_INT(condition_notify(&cond, 1), 0);
    pause_turn();
    CHECK(task_cancel(task));
    pause_turn();
    CHECK_INT(condition_release(&cond), 0);
    pause_turn();
    CHECK(task_cancelled(task));
    CHECK(has_waited);
    task_release(task);
    return 0;
}

/* CPython: test_wait_cancel_after_notify.  It waits for the lock, and is
 * cancelled: that is not forgotten. */
TEST(wait_cancel_after_notify)
{
    run(main_of_wait_cancel_after_notify);
}

/* ---- Its message ---- */
static bool wake;

static bool is_woken(void *arg)
{
    return wake;
}

static int wait_for_wake(void *arg, Value *result)
{
    CHECK_INT(condition_acquire(&cond), 0);
    int err = condition_wait_for(&cond, is_woken, NULL);
    CHECK_INT(err, E_CANCELLED);
    CHECK_INT(condition_release(&cond), 0);
    return err;
}

static SUSPENDS int check_message(Task *task)
{
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK_STR(future_cancel_message(task), "foo");
    task_release(task);
    return 0;
}

static int main_of_error_wakeup(void *arg, Value *result)
{
    Task *task = create(wait_for_wake, NULL);
    pause_turn();
    CHECK(task_cancel_with(task, "foo"));
    return check_message(task);
}

/* CPython: test_cancelled_error_wakeup.  The error passes with its message. */
TEST(cancelled_error_wakeup)
{
    run(main_of_error_wakeup);
}

static int main_of_error_acquire(void *arg, Value *result)
{
    Task *task = create(wait_for_wake, NULL);
    pause_turn();
    CHECK_INT(condition_acquire(&cond), 0);
    wake = true;
    CHECK_INT(condition_notify(&cond, 1), 0);
    pause_turn();
    CHECK(task_cancel_with(task, "foo"));
    CHECK_INT(condition_release(&cond), 0);
    return check_message(task);
}

/* CPython: test_cancelled_error_re_aquire.  So it does from the lock. */
TEST(cancelled_error_while_it_acquires_again)
{
    run(main_of_error_acquire);
}

/* ---- Its notification ---- */
static int state;    /* items; less than 0: the end */

static bool is_not_empty(void *arg)
{
    return state != 0;
}

static bool is_empty(void *arg)
{
    return state == 0;
}

static int consume(void *arg, Value *result)
{
    int err = condition_acquire(&cond);
    while (err == 0 && state >= 0) {
        err = condition_wait_for(&cond, is_not_empty, NULL);
        if (err == 0 && state > 0)
            state--;
    }
    CHECK_INT(condition_release(&cond), 0);
    return err;
}

/* Nobody notifies us: when the time is over, we look. */
static SUSPENDS int wait_until_empty(void)
{
    Timeout timeout;
    CHECK_INT(timeout_enter(&timeout, 0.01), 0);
    return timeout_exit(&timeout, condition_wait_for(&cond, is_empty, NULL));
}

/* One item, for the first of two, who is cancelled some turns later. */
static SUSPENDS int produce_one(int turns)
{
    Task *a = create(consume, NULL), *b = create(consume, NULL);
    pause_turn();
    CHECK_INT(condition_acquire(&cond), 0);
    state++;
    CHECK_INT(condition_notify(&cond, 1), 0);
    for (int i = 0; i < turns; i++)
        pause_turn();
    CHECK(task_cancel(a));
    CHECK_INT(wait_until_empty(), E_TIMEOUT);
    CHECK_INT(state, 0);
    state = -1;
    CHECK_INT(condition_notify_all(&cond), 0);
    CHECK_INT(condition_release(&cond), 0);
    CHECK_INT(task_join(b, NULL), 0);
    CHECK_INT(task_join(a, NULL), E_CANCELLED);
    return 0;
}

static int main_of_cancelled_wakeup(void *arg, Value *result)
{
    return produce_one(0);
}

/* CPython: test_cancelled_wakeup.  Notified and then cancelled, it passes the
 * notification on. */
TEST(cancelled_wakeup)
{
    run(main_of_cancelled_wakeup);
}

static int main_of_cancelled_relock(void *arg, Value *result)
{
    return produce_one(1);
}

/* CPython: test_cancelled_wakeup_relock.  The same from the lock. */
TEST(cancelled_wakeup_relock)
{
    run(main_of_cancelled_relock);
}
