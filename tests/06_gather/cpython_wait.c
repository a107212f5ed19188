/* The rules behind CPython's own tests of wait(): each test here names the one
 * it was read from, in test_tasks.py. */
#include "cpython.h"

/* ---- Two tasks ---- */
static double now_in(Loop *loop)
{
    return loop_time(loop);
}

typedef struct Waiting {
    Task *tasks[2];
    double timeout;
    enum ReturnWhen when;
    bool are_done[2];    /* when the wait was over */
} Waiting;

static int wait_for_both(void *arg, Value *result)
{
    Waiting *this = arg;
    int err = async_wait(this->tasks, 2, this->timeout, this->when);
    for (int i = 0; i < 2; i++)
        this->are_done[i] = task_done(this->tasks[i]);
    return err;
}

static void check_waiting(Loop *loop, Waiting *this, bool first, bool second)
{
    CHECK_INT(run_in(loop, wait_for_both, this, NULL), 0);
    CHECK_INT(this->are_done[0], first);
    CHECK_INT(this->are_done[1], second);
}

/* Lets both end. */
static void end(Loop *loop, Waiting *this)
{
    Waiting all = { { this->tasks[0], this->tasks[1] }, INFINITY,
                    ALL_COMPLETED, { false, false } };
    check_waiting(loop, &all, true, true);
    release_all(this->tasks, 2);
    finish(loop);
}

/* ---- For all ---- */
/* CPython: test_wait.  The second time it goes another way, and takes none. */
TEST(wait)
{
    Loop *loop = new_loop();
    double delays[] = { 0.1, 0.15 };
    Waiting this = { { create_in(loop, sleep_for, &delays[1]),
                       create_in(loop, sleep_for, &delays[0]) },
                     INFINITY, ALL_COMPLETED, { false, false } };
    for (int i = 0; i < 2; i++) {
        check_waiting(loop, &this, true, true);
        CHECK_DOUBLE(now_in(loop), 0.15, 1e-6);
    }
    end(loop, &this);
}

static int sleep_and_fail(void *delay, Value *result)
{
    int err = async_sleep(*(double *)delay);
    return err == 0 ? ZERO_DIVISION : err;
}

TEST(wait_with_exception)    /* CPython: test_wait_with_exception */
{
    Loop *loop = new_loop();
    double delays[] = { 0.1, 0.15 };
    Waiting this = { { create_in(loop, sleep_and_fail, &delays[1]),
                       create_in(loop, sleep_for, &delays[0]) },
                     INFINITY, ALL_COMPLETED, { false, false } };
    for (int i = 0; i < 2; i++) {
        check_waiting(loop, &this, true, true);
        CHECK_INT(task_error(this.tasks[0]), ZERO_DIVISION);
        CHECK_INT(task_error(this.tasks[1]), 0);
        CHECK_DOUBLE(now_in(loop), 0.15, 1e-6);
    }
    end(loop, &this);
}

static int return_text(void *text, Value *result)
{
    *result = (Value){ .s = text };
    return 0;
}

static int wait_for_duplicates(void *arg, Value *result)
{
    Task *c = create(return_text, "test"), *d = create(return_text, "spam");
    CHECK_INT(async_wait(FUTURES(c, c, d), INFINITY, ALL_COMPLETED), 0);
    Value value;
    CHECK_INT(task_join(c, &value), 0);
    CHECK_STR(value.s, "test");
    CHECK_INT(task_join(d, &value), 0);
    CHECK_STR(value.s, "spam");
    return 0;
}

/* CPython: test_wait_duplicate_coroutines.  As a list: no set is made of it. */
TEST(wait_duplicate_coroutines)
{
    run(wait_for_duplicates);
}

/* ---- For the first ---- */
TEST(wait_first_completed)    /* CPython: test_wait_first_completed */
{
    Loop *loop = new_loop();
    double delays[] = { 0.1, 10 };
    Waiting this = { { create_in(loop, sleep_for, &delays[0]),
                       create_in(loop, sleep_for, &delays[1]) },
                     INFINITY, FIRST_COMPLETED, { false, false } };
    check_waiting(loop, &this, true, false);
    CHECK_DOUBLE(now_in(loop), 0.1, 1e-6);
    end(loop, &this);
}

static int yield_times(void *count, Value *result)
{
    int err = 0;
    for (int i = 0; i < *(int *)count && err == 0; i++)
        err = async_sleep(0);
    return err;
}

/* CPython: test_wait_really_done.  The second ends before the first has woken
 * who waits. */
TEST(wait_really_done)
{
    Loop *loop = new_loop();
    int counts[] = { 1, 2 };
    Task *a = create_in(loop, yield_times, &counts[0]);
    Task *b = create_in(loop, yield_times, &counts[1]);
    Waiting this = { { b, a }, INFINITY, FIRST_COMPLETED, { false, false } };
    check_waiting(loop, &this, true, true);
    CHECK_INT(task_error(a), 0);
    CHECK_INT(task_error(b), 0);
    end(loop, &this);
}

/* ---- For the first error ---- */
static void check_first_exception(double delay)
{
    Loop *loop = new_loop();
    Waiting this = { { create_in(loop, sleep_and_fail, &delay),
                       create_in(loop, sleep_10, NULL) },
                     INFINITY, FIRST_EXCEPTION, { false, false } };
    check_waiting(loop, &this, true, false);
    CHECK_DOUBLE(now_in(loop), delay, 1e-6);
    CHECK_INT(task_error(this.tasks[0]), ZERO_DIVISION);
    end(loop, &this);
}

TEST(wait_first_exception)    /* CPython: test_wait_first_exception */
{
    check_first_exception(0);
}

/* CPython: test_wait_first_exception_in_wait */
TEST(wait_first_exception_in_wait)
{
    check_first_exception(0.01);
}

/* ---- For some time ---- */
static void check_timeout(double timeout)
{
    Loop *loop = new_loop();
    double delays[] = { 0.1, 0.15 };
    Waiting this = { { create_in(loop, sleep_for, &delays[1]),
                       create_in(loop, sleep_for, &delays[0]) },
                     timeout, ALL_COMPLETED, { false, false } };
    check_waiting(loop, &this, false, true);
    CHECK_DOUBLE(now_in(loop), timeout, 1e-6);
    end(loop, &this);
}

TEST(wait_with_timeout)    /* CPython: test_wait_with_timeout */
{
    check_timeout(0.11);
}

/* CPython: test_wait_concurrent_complete.  The time is over in the turn in
 * which the first one ends. */
TEST(wait_concurrent_complete)
{
    check_timeout(0.1);
}

/* ---- Refusals ---- */
static int wait_wrongly(void *arg, Value *result)
{
    Future *future = new_future();
    enum ReturnWhen when = (enum ReturnWhen)-1;
    CHECK_INT(async_wait(NULL, 0, INFINITY, ALL_COMPLETED), E_VALUE);
    CHECK_INT(async_wait(&future, 1, INFINITY, when), E_VALUE);
    future_release(future);
    return 0;
}

/* CPython: test_wait_errors, and the last part of test_wait_invalid_args */
TEST(wait_errors)
{
    run(wait_wrongly);
}

/* ---- Cancelled ---- */
typedef struct Proof {
    Future *waiter;
    Task *inner;
    int proof;
} Proof;

static int prove_1(void *arg, Value *result)
{
    Proof *proof = arg;
    int err = await(proof->waiter, NULL);
    proof->proof += err == 0;
    return err;
}

static int wait_for_proof(void *arg, Value *result)
{
    Proof *proof = arg;
    int err = async_wait(&proof->inner, 1, INFINITY, ALL_COMPLETED);
    proof->proof += err == 0 ? 100 : 0;
    return err;
}

/* CPython: test_yield_wait_does_not_shield_cancel */
TEST(yield_wait_does_not_shield_cancel)
{
    Loop *loop = new_loop();
    Proof proof = { .waiter = future_new(loop) };
    proof.inner = create_in(loop, prove_1, &proof);
    Task *f = create_in(loop, wait_for_proof, &proof);
    run_briefly(loop);
    task_cancel(f);
    CHECK_INT(complete(loop, f), E_CANCELLED);
    CHECK_INT(future_set_result(proof.waiter, (Value){ .i = 0 }), 0);
    run_briefly(loop);
    CHECK_INT(proof.proof, 1);
    release_all((Future *[]){ f, proof.inner, proof.waiter }, 3);
    finish(loop);
}

/* ---- What C cannot express ---- */
/* test_wait_with_iterator_of_tasks, test_wait_generator: futures are in an
 * array.  test_wait_invalid_args, the rest: no other type is passed. */
