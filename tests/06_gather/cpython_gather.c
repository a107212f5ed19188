/* The rules behind CPython's own tests of gather(): each test here names the
 * one it was read from, in test_tasks.py. */
#include "cpython.h"

/* ---- A gathering task ---- */
/* Stands for the future that asyncio.gather() returns. */
typedef struct Gathering {
    Future *futures[6];
    Outcome outcomes[6];
    int n, flags;
} Gathering;

static int gather_them(void *arg, Value *result)
{
    Gathering *this = arg;
    return async_gather(this->futures, (size_t)this->n, this->outcomes,
                        this->flags);
}

/* CPython's tests run with futures, and with coroutines that await them. */
typedef struct Children {
    Loop *loop;
    Future *futures[6];
    Gathering gathering;
    Task *task;
} Children;

static void begin(Children *all, int n, int flags, bool as_coroutines)
{
    *all = (Children){ .loop = new_loop(),
                       .gathering = { .n = n, .flags = flags } };
    for (int i = 0; i < n; i++) {
        Future *future = all->futures[i] = future_new(all->loop);
        all->gathering.futures[i] = as_coroutines
            ? create_in(all->loop, await_it, future) : future_retain(future);
    }
    all->task = create_in(all->loop, gather_them, &all->gathering);
    run_turns(all->loop, 2);
    CHECK(!task_done(all->task));
}

static void end(Children *all)
{
    run_turns(all->loop, 3);
    for (int i = 0; i < all->gathering.n; i++) {
        future_release(all->gathering.futures[i]);
        future_release(all->futures[i]);
    }
    task_release(all->task);
    finish(all->loop);
}

static void set(Children *all, int i, long long value)
{
    CHECK_INT(future_set_result(all->futures[i], (Value){ .i = value }), 0);
}

static void fail(Children *all, int i, int error)
{
    Value none = { .i = 0 };
    CHECK_INT(future_set_error(all->futures[i], error, none), 0);
}

static void check(Children *all, int i, int error, long long value)
{
    CHECK_INT(all->gathering.outcomes[i].error, error);
    CHECK_INT(all->gathering.outcomes[i].value.i, value);
}

/* ---- All succeed ---- */
static void check_success(int flags, bool as_coroutines)
{
    Children all;
    begin(&all, 3, flags, as_coroutines);
    set(&all, 1, 1);
    set(&all, 0, 2);
    run_turns(all.loop, 4);
    CHECK(!task_done(all.task));
    set(&all, 2, 3);
    run_turns(all.loop, 4);
    CHECK_INT(task_error(all.task), 0);
    check(&all, 0, 0, 2);
    check(&all, 1, 0, 1);
    check(&all, 2, 0, 3);
    end(&all);
}

TEST(success)    /* CPython: test_success */
{
    check_success(0, false);
    check_success(0, true);
}

TEST(result_exception_success)    /* CPython: test_result_exception_success */
{
    check_success(RETURN_EXCEPTIONS, false);
    check_success(RETURN_EXCEPTIONS, true);
}

/* ---- One fails ---- */
static void check_one_exception(bool as_coroutines)
{
    Children all;
    begin(&all, 5, 0, as_coroutines);
    set(&all, 0, 1);
    fail(&all, 1, ZERO_DIVISION);
    run_turns(all.loop, 4);
    CHECK_INT(task_error(all.task), ZERO_DIVISION);
    set(&all, 2, 3);
    future_cancel(all.futures[3]);
    fail(&all, 4, E_RUNTIME);
    run_turns(all.loop, 4);
    CHECK_INT(task_error(all.task), ZERO_DIVISION);
    check(&all, 2, E_INVALID_STATE, 0);
    future_error(all.futures[4]);
    end(&all);
}

TEST(one_exception)    /* CPython: test_one_exception */
{
    check_one_exception(false);
    check_one_exception(true);
}

static void check_return_exceptions(bool as_coroutines)
{
    Children all;
    begin(&all, 4, RETURN_EXCEPTIONS, as_coroutines);
    set(&all, 1, 1);
    fail(&all, 2, ZERO_DIVISION);
    set(&all, 0, 3);
    run_turns(all.loop, 4);
    CHECK(!task_done(all.task));
    fail(&all, 3, E_RUNTIME);
    run_turns(all.loop, 4);
    CHECK_INT(task_error(all.task), 0);
    check(&all, 0, 0, 3);
    check(&all, 1, 0, 1);
    check(&all, 2, ZERO_DIVISION, 0);
    check(&all, 3, E_RUNTIME, 0);
    end(&all);
}

TEST(return_exceptions)    /* CPython: test_return_exceptions */
{
    check_return_exceptions(false);
    check_return_exceptions(true);
}

/* ---- One is cancelled ---- */
/* CPython: test_one_cancellation.  There the gather has failed with a
 * CancelledError, and is not cancelled; here the task that gathers is, as
 * whoever awaits CPython's. */
TEST(one_cancellation)
{
    Children all;
    begin(&all, 5, 0, false);
    set(&all, 0, 1);
    future_cancel(all.futures[1]);
    run_turns(all.loop, 4);
    CHECK_INT(task_error(all.task), E_CANCELLED);
    CHECK_INT(task_cancelling(all.task), 0);
    set(&all, 2, 3);
    future_cancel(all.futures[3]);
    fail(&all, 4, E_RUNTIME);
    future_error(all.futures[4]);
    end(&all);
}

/* CPython: test_result_exception_one_cancellation */
TEST(result_exception_one_cancellation)
{
    Children all;
    begin(&all, 6, RETURN_EXCEPTIONS, false);
    set(&all, 0, 1);
    fail(&all, 1, ZERO_DIVISION);
    future_cancel(all.futures[2]);
    run_turns(all.loop, 4);
    CHECK(!task_done(all.task));
    set(&all, 3, 3);
    future_cancel(all.futures[4]);
    fail(&all, 5, E_RUNTIME);
    CHECK_INT(complete(all.loop, all.task), 0);
    check(&all, 0, 0, 1);
    check(&all, 1, ZERO_DIVISION, 0);
    check(&all, 2, E_CANCELLED, 0);
    check(&all, 3, 0, 3);
    check(&all, 4, E_CANCELLED, 0);
    check(&all, 5, E_RUNTIME, 0);
    end(&all);
}

/* ---- Whose futures ---- */
/* CPython: test_constructor_heterogenous_futures, where it is a ValueError */
TEST(constructor_heterogenous_futures)
{
    Loop *loop = new_loop(), *other = new_loop();
    Future *futures[] = { future_new(loop), future_new(other) };
    Gathering this = { { futures[0], futures[1] }, .n = 2 };
    CHECK_INT(run_in(loop, gather_them, &this, NULL), E_RUNTIME);
    release_all(futures, 2);
    finish(loop);
    finish(other);
}

/* CPython: test_constructor_homogenous_futures.  Twice with the same ones. */
TEST(constructor_homogenous_futures)
{
    Children all;
    begin(&all, 3, 0, false);
    Gathering again = all.gathering;
    Task *task = create_in(all.loop, gather_them, &again);
    run_turns(all.loop, 2);
    CHECK(!task_done(all.task));
    CHECK(!task_done(task));
    for (int i = 0; i < 3; i++)
        set(&all, i, i);
    CHECK_INT(complete(all.loop, task), 0);
    CHECK_INT(again.outcomes[2].value.i, 2);
    check(&all, 2, 0, 2);
    task_release(task);
    end(&all);
}

/* ---- One several times ---- */
static int return_text(void *text, Value *result)
{
    *result = (Value){ .s = text };
    return 0;
}

static int gather_duplicates(void *arg, Value *result)
{
    Outcome outcomes[4];
    Task *c = create(return_text, "abc"), *d = create(return_text, "def");
    CHECK_INT(async_gather(FUTURES(c, c, d, c), outcomes, 0), 0);
    CHECK_STR(outcomes[0].value.s, "abc");
    CHECK_STR(outcomes[1].value.s, "abc");
    CHECK_STR(outcomes[2].value.s, "def");
    CHECK_STR(outcomes[3].value.s, "abc");
    task_release(c);
    task_release(d);
    return 0;
}

/* CPython: test_duplicate_coroutines.  With tasks: a call is no object that
 * could be there twice. */
TEST(duplicate_coroutines)
{
    run(gather_duplicates);
}
