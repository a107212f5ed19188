/* The rules behind CPython's own tests of shield(): each test here names the
 * one it was read from, in test_tasks.py.  A task that waits behind a shield
 * stands for the future that asyncio.shield() returns. */
#include "cpython.h"

/* ---- Helpers ---- */
static int shield(void *future, Value *result)
{
    return async_shield(future, result);
}

typedef struct Shielded {
    Loop *loop;
    Future *inner;
    Task *outer;
} Shielded;

static Shielded begin(void)
{
    Shielded this = { .loop = new_loop() };
    this.inner = future_new(this.loop);
    this.outer = create_in(this.loop, shield, this.inner);
    run_briefly(this.loop);
    return this;
}

static void end(Shielded *this)
{
    future_release(this->inner);
    task_release(this->outer);
    finish(this->loop);
}

/* ---- What comes through ---- */
TEST(shield_result)    /* CPython: test_shield_result */
{
    Shielded this = begin();
    Value value;
    CHECK_INT(future_set_result(this.inner, (Value){ .i = 42 }), 0);
    CHECK_INT(loop_run_until_complete(this.loop, this.outer, &value), 0);
    CHECK_INT(value.i, 42);
    end(&this);
}

TEST(shield_exception)    /* CPython: test_shield_exception */
{
    Shielded this = begin();
    CHECK_INT(future_set_error(this.inner, E_RUNTIME, (Value){ .i = 5 }), 0);
    run_turns(this.loop, 2);
    CHECK_INT(task_error(this.outer), E_RUNTIME);
    end(&this);
}

TEST(shield_cancel_inner)    /* CPython: test_shield_cancel_inner */
{
    Shielded this = begin();
    future_cancel(this.inner);
    run_turns(this.loop, 2);
    CHECK(task_cancelled(this.outer));
    end(&this);
}

/* ---- What does not ---- */
TEST(shield_cancel_outer)    /* CPython: test_shield_cancel_outer */
{
    Shielded this = begin();
    task_cancel(this.outer);
    run_turns(this.loop, 2);
    CHECK(task_cancelled(this.outer));
    CHECK(!future_done(this.inner));
    end(&this);
}

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

static int shield_proof(void *arg, Value *result)
{
    Proof *proof = arg;
    proof->inner = create(prove_1, proof);
    int err = async_shield(proof->inner, NULL);
    proof->proof += err == 0 ? 100 : 0;
    return err;
}

TEST(shield_effect)    /* CPython: test_shield_effect */
{
    Loop *loop = new_loop();
    Proof proof = { .waiter = future_new(loop) };
    Task *f = create_in(loop, shield_proof, &proof);
    run_turns(loop, 2);
    task_cancel(f);
    CHECK_INT(complete(loop, f), E_CANCELLED);
    CHECK_INT(future_set_result(proof.waiter, (Value){ .i = 0 }), 0);
    run_briefly(loop);
    CHECK_INT(proof.proof, 1);
    release_all((Future *[]){ f, proof.inner, proof.waiter }, 3);
    finish(loop);
}

/* ---- Done already ---- */
static void set_true(void *flag)
{
    *(bool *)flag = true;
}

static int shield_done(void *future, Value *result)
{
    bool has_yielded = false;
    soon(set_true, &has_yielded);
    int err = async_shield(future, result);
    CHECK(!has_yielded);
    CHECK_INT(async_sleep(0), 0);
    return err;
}

TEST(shield_shortcut)    /* CPython: test_shield_shortcut */
{
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    Value value;
    CHECK_INT(future_set_result(future, (Value){ .i = 42 }), 0);
    CHECK_INT(run_in(loop, shield_done, future, &value), 0);
    CHECK_INT(value.i, 42);
    future_release(future);
    finish(loop);
}

/* ---- With a gather ---- */
typedef struct Pair {
    Future *futures[2];
    Outcome outcomes[2];
} Pair;

static int gather_pair(void *arg, Value *result)
{
    Pair *pair = arg;
    return async_gather(pair->futures, 2, pair->outcomes, 0);
}

TEST(shield_gather)    /* CPython: test_shield_gather */
{
    Loop *loop = new_loop();
    Pair pair = { { future_new(loop), future_new(loop) }, { { 0 } } };
    Task *parent = create_in(loop, gather_pair, &pair);
    Task *outer = create_in(loop, shield, parent);
    run_briefly(loop);
    task_cancel(outer);
    run_briefly(loop);
    CHECK(task_cancelled(outer));
    CHECK_INT(future_set_result(pair.futures[0], (Value){ .i = 1 }), 0);
    CHECK_INT(future_set_result(pair.futures[1], (Value){ .i = 2 }), 0);
    run_turns(loop, 2);
    CHECK_INT(task_error(parent), 0);
    CHECK_INT(pair.outcomes[0].value.i, 1);
    CHECK_INT(pair.outcomes[1].value.i, 2);
    release_all(pair.futures, 2);
    release_all((Future *[]){ parent, outer }, 2);
    finish(loop);
}

/* CPython: test_gather_shield.  The shields are cancelled, and what is behind
 * them is not. */
TEST(gather_shield)
{
    Loop *loop = new_loop();
    Future *children[] = { future_new(loop), future_new(loop) };
    Pair inner = { { create_in(loop, shield, children[0]),
                     create_in(loop, shield, children[1]) }, { { 0 } } };
    Task *parent = create_in(loop, gather_pair, &inner);
    run_briefly(loop);
    task_cancel(parent);
    CHECK_INT(complete(loop, parent), E_CANCELLED);
    CHECK(task_cancelled(inner.futures[0]));
    CHECK(task_cancelled(inner.futures[1]));
    for (int i = 0; i < 2; i++)
        CHECK_INT(future_set_result(children[i], (Value){ .i = i }), 0);
    run_briefly(loop);
    release_all(children, 2);
    release_all(inner.futures, 2);
    task_release(parent);
    finish(loop);
}

static int return_from_task(void *arg, Value *result)
{
    Task *task = create(return_42, NULL);
    int err = async_shield(task, result);
    task_release(task);
    return err;
}

/* CPython: test_shield_coroutine_use_running_loop */
TEST(shield_coroutine_use_running_loop)
{
    Loop *loop = new_loop();
    Value value;
    CHECK_INT(run_in(loop, return_from_task, NULL, &value), 0);
    CHECK_INT(value.i, 42);
    finish(loop);
}

/* ---- What C cannot express ---- */
/* test_shield_coroutine_without_loop, _use_global_loop: what is shielded is a
 * future, and has its loop. */
