/* The rules behind CPython's own tests of barriers: each test here names the
 * one it was read from, in test_locks.py, BarrierTests.  Those in which one is
 * reset or aborted have a file of their own.
 *
 * What C cannot express: test_repr.  Where those read from it that the barrier
 * drains, `count` tells here how many have not gone on. */
#include "../../code/06_gather/gather.h"
#include "../../code/06_gather/wait.h"
#include "../../code/07_sync/barrier.h"
#include "../05_tasks/python.h"

#include <math.h>

/* ---- Helpers ---- */
enum { PARTIES = 5 };

static Barrier barrier;
static int passed;

static void make(size_t parties)
{
    CHECK_INT(barrier_init(&barrier, parties), 0);
}

/* Every one of them has gone on. */
static void check_intact(void)
{
    CHECK_INT(barrier_n_waiting(&barrier), 0);
    CHECK(!barrier_broken(&barrier));
}

static int pass(void *arg, Value *result)
{
    size_t index;
    int err = barrier_wait(&barrier, &index);
    passed += err == 0;
    result->i = (long long)index;
    return err;
}

static SUSPENDS void pause_turn(void)
{
    CHECK_INT(async_sleep(0), 0);
}

/* So many tasks at a time, none of which may fail. */
static SUSPENDS void gather_tasks(size_t n, CoroFn *fn, Outcome outcomes[])
{
    Call calls[PARTIES];
    for (size_t i = 0; i < n; i++)
        calls[i] = (Call){ .fn = fn };
    CHECK_INT(async_gather_calls(calls, n, outcomes, 0), 0);
}

/* Their results are 0, 1, ..., n - 1, in some order. */
static void check_indices(const Outcome outcomes[], size_t n)
{
    unsigned seen = 0;
    for (size_t i = 0; i < n; i++)
        seen |= 1u << outcomes[i].value.i;
    CHECK_INT(seen, (1u << n) - 1);
}

/* ---- Making one ---- */
TEST(a_new_barrier_fills)    /* CPython: test_barrier */
{
    make(PARTIES);
    CHECK_INT(barrier_n_waiting(&barrier), 0);
    CHECK_INT(barrier_parties(&barrier), PARTIES);
    CHECK(!barrier_broken(&barrier));
}

TEST(barrier_parties)    /* CPython: test_barrier_parties; not -4 */
{
    CHECK_INT(barrier_init(&barrier, 0), E_VALUE);
    CHECK_INT(barrier_init(&barrier, PARTIES), 0);
}

/* ---- Filling it ---- */
static int main_of_context_manager(void *arg, Value *result)
{
    Outcome outcomes[3];
    make(3);
    gather_tasks(3, pass, outcomes);
    check_indices(outcomes, 3);
    check_intact();
    return 0;
}

TEST(each_has_an_index)    /* CPython: test_context_manager */
{
    run(main_of_context_manager);
}

static int main_of_one_task(void *arg, Value *result)
{
    make(1);
    size_t index = 7;
    CHECK_INT(barrier_wait(&barrier, &index), 0);
    CHECK_INT(index, 0);
    check_intact();
    return 0;
}

TEST(filling_one_task)    /* CPython: test_filling_one_task */
{
    run(main_of_one_task);
}

static int main_of_one_task_twice(void *arg, Value *result)
{
    make(1);
    Value first, second;
    Task *a = create(pass, NULL);
    pause_turn();
    CHECK_INT(barrier_n_waiting(&barrier), 0);
    Task *b = create(pass, NULL);
    pause_turn();
    CHECK_INT(task_result(a, &first), 0);
    CHECK_INT(task_result(b, &second), 0);
    CHECK_INT(first.i, second.i);
    check_intact();
    task_release(a);
    task_release(b);
    return 0;
}

TEST(filling_one_task_twice)    /* CPython: test_filling_one_task_twice */
{
    run(main_of_one_task_twice);
}

static int main_of_task_by_task(void *arg, Value *result)
{
    make(3);
    Task *a = create(pass, NULL);
    pause_turn();
    CHECK_INT(barrier_n_waiting(&barrier), 1);
    Task *b = create(pass, NULL);
    pause_turn();
    CHECK_INT(barrier_n_waiting(&barrier), 2);
    CHECK_INT(passed, 0);
    Task *c = create(pass, NULL);
    pause_turn();
    CHECK_INT(async_wait(FUTURES(a, b, c), INFINITY, ALL_COMPLETED), 0);
    check_intact();
    CHECK_INT(task_join(a, NULL), 0);
    CHECK_INT(task_join(b, NULL), 0);
    return task_join(c, NULL);
}

TEST(filling_task_by_task)    /* CPython: test_filling_task_by_task */
{
    run(main_of_task_by_task);
}

/* ---- Again ---- */
static int passed_twice;

static int pass_twice(void *arg, Value *result)
{
    CHECK_INT(pass(arg, result), 0);
    CHECK_INT(pass(arg, result), 0);
    passed_twice++;
    return 0;
}

static int main_of_wait_twice(void *arg, Value *result)
{
    make(PARTIES);
    gather_tasks(PARTIES, pass_twice, NULL);
    CHECK_INT(passed, 2 * PARTIES);
    CHECK_INT(passed_twice, PARTIES);
    check_intact();
    return 0;
}

TEST(filling_tasks_wait_twice)    /* CPython: test_filling_tasks_wait_twice */
{
    run(main_of_wait_twice);
}

static int main_of_return_value(void *arg, Value *result)
{
    Outcome outcomes[PARTIES];
    make(PARTIES);
    gather_tasks(PARTIES, pass_twice, outcomes);
    check_indices(outcomes, PARTIES);
    check_intact();
    return 0;
}

/* CPython: test_filling_tasks_check_return_value.  The second time, too, each
 * has an index of its own. */
TEST(filling_tasks_check_return_value)
{
    run(main_of_return_value);
}

/* ---- Draining it ---- */
static int pass_and_look(void *arg, Value *result)
{
    CHECK_INT(pass(arg, result), 0);
    CHECK_INT(barrier_n_waiting(&barrier), 0);
    print(barrier.count > 0 ? "draining " : "filling ");
    return 0;
}

static int main_of_draining_state(void *arg, Value *result)
{
    make(PARTIES);
    gather_tasks(PARTIES, pass_and_look, NULL);
    check_intact();
    return 0;
}

/* CPython: test_draining_state.  The last who goes on ends it. */
TEST(draining_state)
{
    run(main_of_draining_state);
    CHECK_STR(printed, "draining draining draining draining filling ");
}

static Barrier others;
static int waiting_again = 2;

static int pass_or_wait_for_others(void *arg, Value *result)
{
    CHECK_INT(barrier_wait(&barrier, NULL), 0);
    if (waiting_again-- <= 0)
        CHECK_INT(barrier_wait(&others, NULL), 0);
    passed++;
    return barrier_wait(&barrier, NULL);
}

static int main_of_blocking(void *arg, Value *result)
{
    make(PARTIES);
    CHECK_INT(barrier_init(&others, PARTIES - 2), 0);
    gather_tasks(PARTIES, pass_or_wait_for_others, NULL);
    CHECK_INT(passed, PARTIES);
    check_intact();
    return 0;
}

/* CPython: test_blocking_tasks_while_draining.  Two come again while it drains,
 * and three later. */
TEST(blocking_tasks_while_draining)
{
    run(main_of_blocking);
}

/* ---- Leaving it ---- */
static int main_of_cancel_one(void *arg, Value *result)
{
    make(3);
    Task *a = create(pass, NULL);
    pause_turn();
    CHECK_INT(barrier_n_waiting(&barrier), 1);
    Task *b = create(pass, NULL);
    pause_turn();
    CHECK_INT(barrier_n_waiting(&barrier), 2);
    CHECK(task_cancel(a));
    pause_turn();
    CHECK_INT(barrier_n_waiting(&barrier), 1);
    CHECK_INT(task_join(a, NULL), E_CANCELLED);
    Task *c = create(pass, NULL);
    pause_turn();
    CHECK_INT(barrier_n_waiting(&barrier), 2);
    Task *d = create(pass, NULL);
    CHECK_INT(async_gather(FUTURES(b, c, d), NULL, 0), 0);
    CHECK_INT(passed, 3);
    check_intact();
    task_release(b);
    task_release(c);
    task_release(d);
    return 0;
}

/* CPython: test_filling_tasks_cancel_one.  It is not broken by that. */
TEST(filling_tasks_cancel_one)
{
    run(main_of_cancel_one);
}
