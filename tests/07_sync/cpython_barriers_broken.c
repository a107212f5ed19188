/* The rules behind CPython's own tests of barriers that are reset or aborted:
 * each test here names the one it was read from, in test_locks.py,
 * BarrierTests. */
#include "../../code/06_gather/gather.h"
#include "../../code/07_sync/barrier.h"
#include "../05_tasks/python.h"

/* ---- Helpers ---- */
enum { PARTIES = 5, HALF = PARTIES / 2 };

static Barrier barrier;
static int broken, passed, count;

static void make(size_t parties)
{
    CHECK_INT(barrier_init(&barrier, parties), 0);
}

static void check_state(bool is_broken)
{
    CHECK_INT(barrier_n_waiting(&barrier), 0);
    CHECK_INT(barrier_broken(&barrier), is_broken);
}

static int reset(void *arg, Value *result)
{
    return barrier_reset(&barrier);
}

static int abort_it(void *arg, Value *result)
{
    return barrier_abort(&barrier);
}

static SUSPENDS int pass(void)
{
    return barrier_wait(&barrier, NULL);
}

/* Waits, and counts how that has ended. */
static int wait_and_count(void *arg, Value *result)
{
    int err = pass();
    passed += err == 0;
    broken += err == E_BROKEN_BARRIER;
    return 0;
}

static SUSPENDS void pause_turn(void)
{
    CHECK_INT(async_sleep(0), 0);
}

/* As many tasks as there are parties, none of which may fail. */
static SUSPENDS void gather_tasks(CoroFn *function)
{
    Call calls[PARTIES];
    for (int i = 0; i < PARTIES; i++)
        calls[i] = (Call){ .fn = function };
    CHECK_INT(async_gather_calls(calls, PARTIES, NULL, 0), 0);
}

/* All but one. */
static void create_others(Task *tasks[PARTIES - 1], CoroFn *function)
{
    for (int i = 0; i < PARTIES - 1; i++)
        tasks[i] = create(function, NULL);
}

static SUSPENDS void gather_others(Task *tasks[PARTIES - 1])
{
    CHECK_INT(async_gather(tasks, PARTIES - 1, NULL, 0), 0);
    for (int i = 0; i < PARTIES - 1; i++)
        task_release(tasks[i]);
}

/* ---- With nobody in it ---- */
static int main_of_reset(void *arg, Value *result)
{
    make(1);
    Task *task = create(reset, NULL);
    pause_turn();
    check_state(false);
    return task_join(task, NULL);
}

TEST(reset_barrier)    /* CPython: test_reset_barrier */
{
    run(main_of_reset);
}

static int main_of_abort(void *arg, Value *result)
{
    make(1);
    Task *task = create(abort_it, NULL);
    pause_turn();
    check_state(true);
    return task_join(task, NULL);
}

TEST(abort_barrier)    /* CPython: test_abort_barrier */
{
    run(main_of_abort);
}

/* ---- Reset while they wait ---- */
static int main_of_reset_waiting(void *arg, Value *result)
{
    Task *tasks[PARTIES - 1];
    make(PARTIES);
    create_others(tasks, wait_and_count);
    pause_turn();
    Task *task = create(reset, NULL);
    gather_others(tasks);
    CHECK_INT(broken, PARTIES - 1);
    check_state(false);
    return task_join(task, NULL);
}

/* CPython: test_reset_barrier_while_tasks_waiting */
TEST(reset_while_tasks_wait)
{
    run(main_of_reset_waiting);
}

static int wait_again(void *arg, Value *result)
{
    CHECK_INT(wait_and_count(arg, result), 0);
    int err = pass();
    passed += err == 0;
    return err;
}

static int main_of_waiting_again(void *arg, Value *result)
{
    Task *tasks[PARTIES - 1];
    make(PARTIES);
    create_others(tasks, wait_again);
    Task *task = create(reset, NULL);
    pause_turn();
    Task *last = create(wait_and_count, NULL);
    gather_others(tasks);
    CHECK_INT(broken, PARTIES - 1);
    CHECK_INT(passed, PARTIES);
    check_state(false);
    CHECK_INT(task_join(last, NULL), 0);
    return task_join(task, NULL);
}

/* CPython: test_reset_barrier_while_tasks_waiting_and_waiting_again.  Those who
 * were sent away come again, and one more. */
TEST(reset_and_they_wait_again)
{
    run(main_of_waiting_again);
}

/* ---- Reset while it drains ---- */
static int reset_at_half(void *arg, Value *result)
{
    int err = pass();
    passed += err == 0;
    broken += err == E_BROKEN_BARRIER;
    return err == 0 && barrier.count == HALF ? barrier_reset(&barrier) : 0;
}

static int main_of_half_draining(void *arg, Value *result)
{
    make(PARTIES);
    gather_tasks(reset_at_half);
    CHECK_INT(broken, HALF);
    CHECK_INT(passed, PARTIES - HALF);
    check_state(false);
    return 0;
}

/* CPython: test_reset_barrier_when_tasks_half_draining.  Those who have not
 * gone on yet are sent away. */
TEST(reset_when_half_have_gone)
{
    run(main_of_half_draining);
}

/* Those who come while it drains wait before it. */
static int reset_or_block(void *arg, Value *result)
{
    int err = pass();
    if (err == E_BROKEN_BARRIER) {
        broken++;
        return pass();
    }
    CHECK_INT(err, 0);
    if (++count > HALF)
        CHECK_INT(barrier_reset(&barrier), 0);
    return pass();
}

static int main_of_half_blocking(void *arg, Value *result)
{
    make(PARTIES);
    gather_tasks(reset_or_block);
    CHECK_INT(broken, HALF);
    check_state(false);
    return 0;
}

/* CPython: test_reset_barrier_when_tasks_half_draining_half_blocking.  Who
 * waits before it is not sent away. */
TEST(reset_spares_those_before_it)
{
    run(main_of_half_blocking);
}

static int reset_as_last(void *arg, Value *result)
{
    CHECK_INT(pass(), 0);
    if (++count == PARTIES) {
        CHECK_INT(barrier_reset(&barrier), 0);
        CHECK_INT(pass(), 0);
    } else {
        CHECK_INT(wait_and_count(arg, result), 0);
    }
    int err = pass();
    print(err == 0 ? "k" : "e");
    return err;
}

static int main_of_reset_draining(void *arg, Value *result)
{
    make(PARTIES);
    gather_tasks(reset_as_last);
    CHECK_INT(passed, PARTIES - 1);
    CHECK_INT(broken, 0);
    CHECK_STR(printed, "kkkkk");
    check_state(false);
    return 0;
}

/* CPython: test_reset_barrier_while_tasks_draining.  The last who has gone on
 * resets it: the others may have come again, and stay. */
TEST(reset_by_the_last)
{
    run(main_of_reset_draining);
}

/* ---- Aborted ---- */
static int blocked;

static int abort_or_block(void *arg, Value *result)
{
    int err = pass();
    if (err == E_BROKEN_BARRIER) {
        broken++;
        return 0;
    }
    CHECK_INT(err, 0);
    if (++count > HALF)
        return barrier_abort(&barrier);
    CHECK_INT(pass(), E_BROKEN_BARRIER);
    blocked++;
    return 0;
}

static int main_of_abort_draining(void *arg, Value *result)
{
    make(PARTIES);
    gather_tasks(abort_or_block);
    CHECK_INT(broken, HALF);
    CHECK_INT(blocked, PARTIES - HALF - 1);
    check_state(true);
    return 0;
}

/* CPython: test_abort_barrier_when_tasks_half_draining_half_blocking.  Those
 * who have not gone on are sent away, and those who wait before it. */
TEST(abort_when_half_have_gone)
{
    run(main_of_abort_draining);
}

/* The one in the middle fails after the barrier, and aborts it. */
static SUSPENDS void fail_in_the_middle(void)
{
    size_t index;
    int err = barrier_wait(&barrier, &index);
    if (err == 0 && index == HALF) {
        CHECK_INT(barrier_abort(&barrier), 0);
        return;
    }
    if (err == 0)
        err = pass();
    passed += err == 0;
    broken += err == E_BROKEN_BARRIER;
}

static int pass_or_fail(void *arg, Value *result)
{
    fail_in_the_middle();
    return 0;
}

static int main_of_exception(void *arg, Value *result)
{
    make(PARTIES);
    gather_tasks(pass_or_fail);
    CHECK_INT(passed, 0);
    CHECK_INT(broken, PARTIES - 1);
    check_state(true);
    return 0;
}

TEST(abort_after_an_error)    /* CPython: test_abort_barrier_when_exception */
{
    run(main_of_exception);
}

static Barrier other;

static int fail_and_reset(void *arg, Value *result)
{
    size_t index;
    fail_in_the_middle();
    CHECK_INT(barrier_wait(&other, &index), 0);
    if (index == HALF)
        CHECK_INT(barrier_reset(&barrier), 0);
    CHECK_INT(barrier_wait(&other, NULL), 0);
    int err = pass();
    count += err == 0;
    return err;
}

static int main_of_resetting(void *arg, Value *result)
{
    make(PARTIES);
    CHECK_INT(barrier_init(&other, PARTIES), 0);
    gather_tasks(fail_and_reset);
    CHECK_INT(passed, 0);
    CHECK_INT(broken, PARTIES - 1);
    CHECK_INT(count, PARTIES);
    check_state(false);
    return 0;
}

/* CPython: test_abort_barrier_when_exception_then_resetting.  A second barrier
 * tells when all have left the first. */
TEST(abort_after_an_error_then_reset)
{
    run(main_of_resetting);
}
