/* A concurrent future: completed once, in any thread, and asked in any. */
#include "workers.h"

/* ---- Results ---- */
TEST(a_result_is_there_for_all_who_ask)
{
    ConcurrentFuture *future = new_plain();
    CHECK(!concurrent_future_done(future));
    CHECK(!concurrent_future_cancelled(future));
    concurrent_complete(future, 0, seven);
    CHECK(concurrent_future_done(future));
    CHECK(!concurrent_future_cancelled(future));
    for (int i = 0; i < 2; i++) {
        Value value = nothing;
        CHECK_INT(concurrent_future_result(future, INFINITY, &value), 0);
        CHECK_INT(value.i, 7);
    }
    CHECK_INT(concurrent_future_result(future, 0, NULL), 0);
    concurrent_future_release(future);
    CHECK_INT(destroyed, 1);
}

TEST(an_error_comes_with_its_detail)
{
    ConcurrentFuture *future = new_plain();
    Value value = nothing;
    concurrent_complete(future, EPIPE, seven);
    CHECK_INT(concurrent_future_result(future, INFINITY, &value), EPIPE);
    CHECK_INT(value.i, 7);
    CHECK_INT(concurrent_future_result(future, INFINITY, NULL), EPIPE);
    CHECK(concurrent_future_done(future));
    CHECK(!concurrent_future_cancelled(future));
    concurrent_future_release(future);
}

TEST(it_is_completed_once)
{
    ConcurrentFuture *future = new_plain();
    Value value = nothing;
    concurrent_complete(future, 0, seven);
    concurrent_complete(future, EPIPE, nothing);
    CHECK(!concurrent_future_cancel(future));
    CHECK(!concurrent_start(future));
    CHECK_INT(concurrent_future_result(future, 0, &value), 0);
    CHECK_INT(value.i, 7);
    concurrent_future_release(future);
}

TEST(who_returns_a_cancellation_has_cancelled_it)
{
    ConcurrentFuture *future = new_plain();
    CHECK(concurrent_start(future));
    concurrent_complete(future, E_CANCELLED, nothing);
    CHECK(concurrent_future_done(future));
    CHECK(concurrent_future_cancelled(future));
    CHECK(concurrent_future_cancel(future));
    concurrent_future_release(future);
}

/* ---- Waiting ---- */
TEST(without_time_nobody_waits)
{
    static const double timeouts[] = { 0, -0.0, -1, -1e300, -INFINITY };
    ConcurrentFuture *future = new_plain();
    Value value = seven;
    for (size_t i = 0; i < sizeof timeouts / sizeof *timeouts; i++)
        CHECK_INT(concurrent_future_result(future, timeouts[i], &value),
                  E_TIMEOUT);
    CHECK_INT(value.i, 7);
    CHECK(!concurrent_future_done(future));
    concurrent_complete(future, 0, nothing);
    for (size_t i = 0; i < sizeof timeouts / sizeof *timeouts; i++)
        CHECK_INT(concurrent_future_result(future, timeouts[i], NULL), 0);
    concurrent_future_release(future);
}

TEST(no_number_is_no_timeout)
{
    ConcurrentFuture *future = new_plain();
    Value value = seven;
    CHECK_INT(concurrent_future_result(future, NAN, &value), E_VALUE);
    concurrent_complete(future, 0, nothing);
    CHECK_INT(concurrent_future_result(future, NAN, &value), E_VALUE);
    CHECK_INT(value.i, 7);
    concurrent_future_release(future);
}

TEST(a_timeout_is_never_early_and_changes_nothing)    /* X2 */
{
    static const double timeouts[] = { 1e-9, 0.001, 0.02, 0.02 };
    ConcurrentFuture *future = new_plain();
    for (size_t i = 0; i < sizeof timeouts / sizeof *timeouts; i++) {
        double before = check_now();
        CHECK_INT(concurrent_future_result(future, timeouts[i], NULL),
                  E_TIMEOUT);
        CHECK(check_now() - before >= timeouts[i]);
    }
    CHECK(!concurrent_future_done(future));
    concurrent_complete(future, 0, seven);
    CHECK_INT(result_of(future, NULL), 0);
}

typedef struct Wait {
    ConcurrentFuture *future;
    double timeout;
    Gate *here;
    int error;
    Value value;
} Wait;

static void *wait_there(void *arg)
{
    Wait *wait = arg;
    open_gate(wait->here, 1);
    wait->error = concurrent_future_result(wait->future, wait->timeout,
                                           &wait->value);
    return NULL;
}

TEST(all_who_wait_are_woken)
{
    static const double timeouts[] = { INFINITY, INFINITY, 1e300, 3e9, 3600.5 };
    enum { COUNT = sizeof timeouts / sizeof *timeouts };
    ConcurrentFuture *future = new_plain();
    Gate here = new_gate();
    Wait waits[COUNT];
    pthread_t threads[COUNT];
    for (int i = 0; i < COUNT; i++) {
        waits[i] = (Wait){ future, timeouts[i], &here, -1, nothing };
        threads[i] = new_thread(wait_there, &waits[i]);
    }
    pass(&here, COUNT);
    CHECK_INT(concurrent_future_result(future, 0.01, NULL), E_TIMEOUT);
    concurrent_complete(future, EPIPE, seven);
    for (int i = 0; i < COUNT; i++) {
        join_thread(threads[i]);
        CHECK_INT(waits[i].error, EPIPE);
        CHECK_INT(waits[i].value.i, 7);
    }
    concurrent_future_release(future);
    free_gate(&here);
}

TEST(a_cancellation_wakes_who_waits)
{
    ConcurrentFuture *future = new_plain();
    Gate here = new_gate();
    Wait wait = { future, INFINITY, &here, -1, seven };
    pthread_t thread = new_thread(wait_there, &wait);
    pass(&here, 1);
    CHECK(concurrent_future_cancel(future));
    join_thread(thread);
    CHECK_INT(wait.error, E_CANCELLED);
    CHECK_PTR(wait.value.p, NULL);
    concurrent_future_release(future);
    free_gate(&here);
}

/* ---- Cancelling ---- */
TEST(what_has_not_begun_can_be_cancelled_and_never_begins)
{
    ConcurrentFuture *future = new_plain();
    CHECK(concurrent_future_cancel(future));
    CHECK(concurrent_future_done(future));
    CHECK(concurrent_future_cancelled(future));
    CHECK(!concurrent_start(future));
    CHECK(concurrent_future_cancel(future));
    concurrent_complete(future, 0, seven);
    Value value = seven;
    CHECK_INT(concurrent_future_result(future, 0, &value), E_CANCELLED);
    CHECK_PTR(value.p, NULL);
    concurrent_future_release(future);
}

TEST(what_runs_cannot_be_cancelled)
{
    ConcurrentFuture *future = new_plain();
    CHECK(concurrent_start(future));
    CHECK(!concurrent_start(future));
    CHECK(!concurrent_future_cancel(future));
    CHECK(!concurrent_future_done(future));
    CHECK(!concurrent_future_cancelled(future));
    concurrent_complete(future, 0, seven);
    CHECK(!concurrent_future_cancel(future));
    CHECK(!concurrent_future_cancelled(future));
    CHECK_INT(result_of(future, NULL), 0);
}

/* ---- Counting ---- */
TEST(the_last_reference_frees_it)
{
    ConcurrentFuture *future = new_plain();
    CHECK_PTR(concurrent_future_retain(future), future);
    concurrent_future_release(future);
    CHECK_INT(destroyed, 0);
    concurrent_future_release(future);
    CHECK_INT(destroyed, 1);
    concurrent_future_release(NULL);
}
