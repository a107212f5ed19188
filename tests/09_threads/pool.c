/* A pool of threads: workers on demand, jobs in order.  The file that starts
 * them is compiled in here, so that a thread, or memory, can be refused. */
#include <errno.h>
#include <pthread.h>

#include "starve.h"

static int refusals;    /* so many threads cannot be made */

static int test_create(pthread_t *thread, const pthread_attr_t *attributes,
                       void *(*function)(void *), void *arg)
{
    if (refusals > 0) {
        refusals--;
        return EAGAIN;
    }
    return pthread_create(thread, attributes, function, arg);
}

#define pthread_create(thread, attributes, function, arg) \
    test_create(thread, attributes, function, arg)
#define run run_job
#include "../../code/09_threads/executor.c"
#undef run
#undef pthread_create
#undef malloc
#undef calloc

#include "workers.h"

/* ---- Results ---- */
static int fail_with_text(void *arg, Value *result)
{
    result->s = arg;
    return E_LOOKUP;
}

static int cancel_itself(void *arg, Value *result)
{
    return E_CANCELLED;
}

TEST(a_job_has_a_result_an_error_or_neither)
{
    Executor *executor = new_pool(2);
    Value value = nothing;
    CHECK_INT(result_of(submit(executor, return_seven, NULL), &value), 0);
    CHECK_INT(value.i, 7);
    CHECK_INT(result_of(submit(executor, fail_with_text, "why"), &value),
              E_LOOKUP);
    CHECK_STR(value.s, "why");
    ConcurrentFuture *future = submit(executor, cancel_itself, NULL);
    CHECK_INT(concurrent_future_result(future, INFINITY, NULL), E_CANCELLED);
    CHECK(concurrent_future_cancelled(future));
    concurrent_future_release(future);
    executor_free(executor);
}

TEST(a_job_that_sets_no_result_has_zero)
{
    Executor *executor = new_pool(1);
    Value value = seven;
    ConcurrentFuture *future = submit(executor, cancel_itself, NULL);
    CHECK_INT(result_of(future, &value), E_CANCELLED);
    CHECK_PTR(value.p, NULL);
    executor_free(executor);
}

TEST(no_function_is_an_error)
{
    Executor *executor = new_pool(1);
    errno = 0;
    CHECK_PTR(executor_submit(executor, NULL, NULL), NULL);
    CHECK_INT(errno, EINVAL);
    CHECK_INT(started(executor), 0);
    executor_free(executor);
    executor_free(NULL);
}

/* ---- How many workers ---- */
TEST(threads_come_on_demand_and_are_never_more_than_the_most)
{
    enum { MOST = 3, JOBS = 8 };
    Executor *executor = new_pool(MOST);
    ConcurrentFuture *jobs[JOBS];
    Stay stay;
    stay_begin(&stay);
    CHECK_INT(started(executor), 0);
    for (int i = 0; i < JOBS; i++) {
        jobs[i] = submit(executor, stay_there, &stay);
        CHECK_INT(started(executor), i < MOST ? i + 1 : MOST);
    }
    pass(&stay.begun, MOST);
    CHECK_INT(stay.runs, MOST);
    open_gate(&stay.go, 1);
    pass(&stay.begun, 1);    /* one goes, the next one comes */
    CHECK_INT(stay.runs, MOST + 1);
    open_gate(&stay.go, JOBS - 1);
    for (int i = 0; i < JOBS; i++)
        CHECK_INT(result_of(jobs[i], NULL), 0);
    CHECK_INT(started(executor), MOST);
    executor_free(executor);
    stay_end(&stay);
}

TEST(an_idle_worker_is_used_again)
{
    Executor *executor = new_pool(8);
    for (int i = 0; i < 10; i++) {
        CHECK_INT(result_of(submit(executor, return_seven, NULL), NULL), 0);
        wait_idle(executor, 1);
    }
    CHECK_INT(started(executor), 1);
    executor_free(executor);
}

TEST(two_jobs_need_a_second_worker_though_the_first_is_idle)
{
    Executor *executor = new_pool(8);
    Stay stay;
    stay_begin(&stay);
    CHECK_INT(result_of(submit(executor, return_seven, NULL), NULL), 0);
    wait_idle(executor, 1);
    ConcurrentFuture *a = submit(executor, stay_there, &stay);
    ConcurrentFuture *b = submit(executor, stay_there, &stay);
    pass(&stay.begun, 2);    /* both at once */
    CHECK_INT(started(executor), 2);
    open_gate(&stay.go, 2);
    CHECK_INT(result_of(a, NULL), 0);
    CHECK_INT(result_of(b, NULL), 0);
    executor_free(executor);
    stay_end(&stay);
}

TEST(who_says_no_number_gets_a_few)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    Executor *executor = new_pool(0);
    CHECK_INT(executor->max_workers, cores + 4 < 32 ? cores + 4 : 32);
    CHECK_INT(started(executor), 0);
    executor_free(executor);
}

/* ---- Order ---- */
static int tell_number(void *arg, Value *result)
{
    char digit[] = { *(char *)arg, '\0' };
    tell(digit);
    return 0;
}

TEST(one_worker_takes_the_jobs_in_order)
{
    static char digits[] = "0123456789";
    Executor *executor = new_pool(1);
    Stay stay;
    stay_begin(&stay);
    concurrent_future_release(submit(executor, stay_there, &stay));
    for (int i = 0; i < 10; i++)
        concurrent_future_release(submit(executor, tell_number, &digits[i]));
    open_gate(&stay.go, 1);
    executor_free(executor);
    CHECK_STR(story, "0 1 2 3 4 5 6 7 8 9");
    stay_end(&stay);
}

/* ---- Cancelling ---- */
TEST(a_job_that_was_cancelled_never_runs)    /* L15 */
{
    Executor *executor = new_pool(1);
    Stay stay;
    atomic_int runs;
    atomic_init(&runs, 0);
    stay_begin(&stay);
    ConcurrentFuture *first = submit(executor, stay_there, &stay);
    ConcurrentFuture *second = submit(executor, count_run, &runs);
    ConcurrentFuture *third = submit(executor, count_run, &runs);
    pass(&stay.begun, 1);
    CHECK(concurrent_future_cancel(second));
    CHECK(!concurrent_future_cancel(first));    /* it has begun */
    CHECK_INT(result_of(second, NULL), E_CANCELLED);    /* the last one */
    open_gate(&stay.go, 1);
    Value value = nothing;
    CHECK_INT(result_of(first, &value), 0);
    CHECK_INT(value.i, 7);
    CHECK_INT(result_of(third, NULL), 0);
    CHECK_INT(runs, 1);
    executor_free(executor);
    stay_end(&stay);
}

/* ---- Without threads ---- */
TEST(without_a_thread_no_job_is_taken)
{
    Executor *executor = new_pool(2);
    refusals = 1;
    errno = 0;
    CHECK_PTR(executor_submit(executor, return_seven, NULL), NULL);
    CHECK_INT(errno, EAGAIN);
    CHECK_INT(result_of(submit(executor, return_seven, NULL), NULL), 0);
    CHECK_INT(started(executor), 1);
    executor_free(executor);
}

TEST(with_one_thread_a_second_can_be_done_without)
{
    Executor *executor = new_pool(3);
    Stay stay;
    stay_begin(&stay);
    ConcurrentFuture *first = submit(executor, stay_there, &stay);
    refusals = 1;
    ConcurrentFuture *second = submit(executor, stay_there, &stay);
    CHECK_INT(refusals, 0);
    CHECK_INT(started(executor), 1);
    open_gate(&stay.go, 2);
    CHECK_INT(result_of(first, NULL), 0);
    CHECK_INT(result_of(second, NULL), 0);
    executor_free(executor);
    stay_end(&stay);
}

TEST(a_pool_without_any_thread_can_be_freed)
{
    Executor *executor = new_pool(2);
    refusals = 1;
    CHECK_PTR(executor_submit(executor, return_seven, NULL), NULL);
    executor_free(executor);
}

/* ---- Without memory ---- */
TEST(a_pool_that_cannot_be_made_is_null)
{
    for (int n = 0; n < 3; n++) {
        allowed = n;
        errno = 0;
        Executor *executor = thread_pool_executor_new(2);
        allowed = -1;
        CHECK((executor != NULL) == (n == 2));
        CHECK(executor != NULL || errno == ENOMEM);
        executor_free(executor);
    }
    for (int n = 0; n < 2; n++) {
        allowed = n;
        errno = 0;
        CHECK_PTR(process_pool_executor_new(2), NULL);
        CHECK_INT(errno, ENOMEM);
        allowed = -1;
    }
}

TEST(a_job_for_which_there_is_no_memory_changes_nothing)
{
    Executor *executor = new_pool(2);
    for (int i = 0; i < 2; i++) {
        allowed = 0;
        errno = 0;
        CHECK_PTR(executor_submit(executor, return_seven, NULL), NULL);
        CHECK_INT(errno, ENOMEM);
        allowed = -1;
        CHECK_INT(started(executor), i);
        CHECK_INT(result_of(submit(executor, return_seven, NULL), NULL), 0);
    }
    executor_free(executor);
}

TEST(running_and_shutting_down_need_no_memory)
{
    Executor *executor = new_pool(1);
    Stay stay;
    stay_begin(&stay);
    ConcurrentFuture *first = submit(executor, stay_there, &stay);
    ConcurrentFuture *second = submit(executor, stay_there, &stay);
    pass(&stay.begun, 1);
    allowed = 0;
    CHECK_INT(executor_shutdown(executor, false, true), 0);
    open_gate(&stay.go, 1);
    executor_free(executor);
    CHECK_INT(allowed, 0);    /* nobody asked */
    CHECK_INT(result_of(first, NULL), 0);
    CHECK_INT(result_of(second, NULL), E_CANCELLED);
    wait_for_threads();
    stay_end(&stay);
}

/* ---- Signals ---- */
static int count_unblocked(void *arg, Value *result)
{
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2,
                                   SIGALRM, SIGCHLD, SIGPIPE, SIGWINCH };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        result->i += !sigismember(&mask, numbers[i]);
    return 0;
}

TEST(no_signal_is_delivered_to_a_worker)
{
    Executor *executor = new_pool(1);
    sigset_t before, after;
    sigemptyset(&before);
    sigaddset(&before, SIGUSR2);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    Value value = seven;
    CHECK_INT(result_of(submit(executor, count_unblocked, NULL), &value), 0);
    CHECK_INT(value.i, 0);
    pthread_sigmask(SIG_SETMASK, NULL, &after);    /* ours is as it was */
    CHECK(sigismember(&after, SIGUSR2));
    CHECK(!sigismember(&after, SIGUSR1));
    CHECK(!sigismember(&after, SIGINT));
    executor_free(executor);
}

/* ---- Jobs that make jobs ---- */
static int add_up(void *arg, Value *result)
{
    Executor *executor = arg;
    Value value;
    for (int i = 0; i < 3; i++) {
        CHECK_INT(result_of(submit(executor, return_seven, NULL), &value), 0);
        result->i += value.i;
    }
    return 0;
}

TEST(a_job_may_submit_and_wait)
{
    Executor *executor = new_pool(2);
    Value value = nothing;
    CHECK_INT(result_of(submit(executor, add_up, executor), &value), 0);
    CHECK_INT(value.i, 21);
    executor_free(executor);
}
