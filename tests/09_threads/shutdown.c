/* The end of a pool: with jobs and without, waited for or not, and from within
 * one of its own workers. */
#include "workers.h"

/* ---- With and without waiting ---- */
TEST(it_waits_until_all_has_run)
{
    Executor *executor = new_pool(2);
    atomic_int runs;
    atomic_init(&runs, 0);
    for (int i = 0; i < 50; i++)
        concurrent_future_release(submit(executor, count_run, &runs));
    CHECK_INT(executor_shutdown(executor, true, false), 0);
    CHECK_INT(runs, 50);
    CHECK_INT(executor_shutdown(executor, true, false), 0);
    CHECK_INT(executor_shutdown(executor, false, true), 0);
    executor_free(executor);
}

TEST(without_waiting_the_jobs_run_on)
{
    Executor *executor = new_pool(1);
    Stay stay;
    stay_begin(&stay);
    ConcurrentFuture *first = submit(executor, stay_there, &stay);
    ConcurrentFuture *second = submit(executor, stay_there, &stay);
    pass(&stay.begun, 1);
    CHECK_INT(executor_shutdown(executor, false, false), 0);
    CHECK(!concurrent_future_done(first));
    CHECK(!concurrent_future_done(second));
    open_gate(&stay.go, 2);
    CHECK_INT(executor_shutdown(executor, true, false), 0);
    CHECK(concurrent_future_done(first));
    CHECK(concurrent_future_done(second));
    CHECK_INT(result_of(first, NULL), 0);
    CHECK_INT(result_of(second, NULL), 0);
    executor_free(executor);
    stay_end(&stay);
}

static void check_cancelling(bool wait)
{
    Executor *executor = new_pool(1);
    Stay stay;
    stay_begin(&stay);
    ConcurrentFuture *first = submit(executor, stay_there, &stay);
    ConcurrentFuture *second = submit(executor, stay_there, &stay);
    pass(&stay.begun, 1);
    if (wait)
        open_gate(&stay.go, 2);
    CHECK_INT(executor_shutdown(executor, wait, true), 0);
    if (!wait)
        CHECK(concurrent_future_cancelled(second));
    open_gate(&stay.go, 2);
    CHECK_INT(executor_shutdown(executor, true, true), 0);
    CHECK_INT(result_of(first, NULL), 0);
    int err = result_of(second, NULL);
    CHECK(err == E_CANCELLED || wait);
    CHECK_INT(stay.runs, err == E_CANCELLED ? 1 : 2);
    executor_free(executor);
    stay_end(&stay);
}

TEST(what_has_not_begun_can_be_cancelled)
{
    check_cancelling(false);
    check_cancelling(true);
}

TEST(a_pool_that_was_shut_down_takes_no_job)
{
    for (int used = 0; used < 2; used++) {
        Executor *executor = new_pool(1);
        if (used)
            CHECK_INT(result_of(submit(executor, return_seven, NULL), NULL),
                      0);
        CHECK_INT(executor_shutdown(executor, used, false), 0);
        errno = 0;
        CHECK_PTR(executor_submit(executor, return_seven, NULL), NULL);
        CHECK_INT(errno, E_RUNTIME);
        executor_free(executor);
        wait_for_threads();
    }
}

TEST(an_unused_pool_ends_at_once)
{
    Executor *executor = new_pool(3);
    CHECK_INT(executor_shutdown(executor, true, true), 0);
    executor_free(executor);
    executor_free(new_pool(3));
}

/* ---- Freeing ---- */
TEST(to_free_it_waits)
{
    Executor *executor = new_pool(2);
    atomic_int runs;
    atomic_init(&runs, 0);
    for (int i = 0; i < 20; i++)
        concurrent_future_release(submit(executor, count_run, &runs));
    executor_free(executor);
    CHECK_INT(runs, 20);
}

TEST(jobs_left_by_who_did_not_wait_run_on)
{
    Executor *executor = new_pool(1);
    Stay stay;
    stay_begin(&stay);
    ConcurrentFuture *first = submit(executor, stay_there, &stay);
    ConcurrentFuture *second = submit(executor, stay_there, &stay);
    pass(&stay.begun, 1);
    CHECK_INT(executor_shutdown(executor, false, false), 0);
    executor_free(executor);    /* does not wait */
    CHECK(!concurrent_future_done(first));
    open_gate(&stay.go, 2);
    CHECK_INT(result_of(first, NULL), 0);
    CHECK_INT(result_of(second, NULL), 0);
    CHECK_INT(stay.runs, 2);
    wait_for_threads();
    stay_end(&stay);
}

TEST(a_result_outlives_its_pool)
{
    Executor *executor = new_pool(1);
    Value value = nothing;
    ConcurrentFuture *future = submit(executor, return_seven, NULL);
    executor_free(executor);
    CHECK_INT(concurrent_future_result(future, 0, &value), 0);
    CHECK_INT(value.i, 7);
    concurrent_future_release(future);
}

/* ---- From within ---- */
static int shut_down_and_wait(void *arg, Value *result)
{
    return executor_shutdown(arg, true, false);
}

static int shut_down_only(void *arg, Value *result)
{
    return executor_shutdown(arg, false, false);
}

TEST(a_worker_cannot_wait_for_itself)
{
    Executor *executor = new_pool(2);
    CHECK_INT(result_of(submit(executor, shut_down_and_wait, executor), NULL),
              E_RUNTIME);
    CHECK_PTR(executor_submit(executor, return_seven, NULL), NULL);
    CHECK_INT(errno, E_RUNTIME);
    CHECK_INT(executor_shutdown(executor, true, false), 0);
    executor_free(executor);
}

TEST(but_it_can_shut_its_pool_down)
{
    Executor *executor = new_pool(2);
    CHECK_INT(result_of(submit(executor, shut_down_only, executor), NULL), 0);
    CHECK_PTR(executor_submit(executor, return_seven, NULL), NULL);
    executor_free(executor);
    wait_for_threads();
}

static int free_pool(void *arg, Value *result)
{
    executor_free(arg);
    *result = seven;
    return 0;
}

TEST(and_even_free_it)
{
    Executor *executor = new_pool(2);
    Value value = nothing;
    CHECK_INT(result_of(submit(executor, free_pool, executor), &value), 0);
    CHECK_INT(value.i, 7);
    wait_for_threads();
}

/* ---- From several threads ---- */
static void *shut_down_there(void *arg)
{
    CHECK_INT(executor_shutdown(arg, true, false), 0);
    return NULL;
}

TEST(several_threads_may_wait_for_its_end)
{
    Executor *executor = new_pool(2);
    pthread_t threads[4];
    Stay stay;
    stay_begin(&stay);
    ConcurrentFuture *first = submit(executor, stay_there, &stay);
    ConcurrentFuture *second = submit(executor, stay_there, &stay);
    pass(&stay.begun, 2);
    for (int i = 0; i < 4; i++)
        threads[i] = new_thread(shut_down_there, executor);
    open_gate(&stay.go, 2);
    for (int i = 0; i < 4; i++)
        join_thread(threads[i]);
    CHECK(concurrent_future_done(first) && concurrent_future_done(second));
    concurrent_future_release(first);
    concurrent_future_release(second);
    executor_free(executor);
    stay_end(&stay);
}
