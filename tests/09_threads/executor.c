/* loop.run_in_executor(): a future of the loop for what a thread does. */
#include "workers.h"

#include "../../code/06_gather/timeout.h"

/* ---- Helpers ---- */
static Future *run_there(Executor *executor, WorkFn *function, void *arg)
{
    Loop *loop = async_get_running_loop();
    Future *future = loop_run_in_executor(loop, executor, function, arg);
    CHECK(future != NULL);
    CHECK_PTR(future_get_loop(future), loop);
    return future;
}

static void check_refused(Loop *loop, Executor *executor, WorkFn *function,
                          int wanted)
{
    errno = 0;
    CHECK_PTR(loop_run_in_executor(loop, executor, function, NULL), NULL);
    CHECK_INT(errno, wanted);
}

static int ends_with(void *arg, Value *result)
{
    *result = seven;
    return (int)(intptr_t)arg;
}

static int tell_thread(void *arg, Value *result)
{
    *(pthread_t *)arg = pthread_self();
    return 0;
}

/* ---- Results ---- */
static int get_results(void *executor, Value *result)
{
    static const int errors[] = { 0, EPIPE, E_TIMEOUT, E_CANCELLED };
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        Value value = nothing;
        Future *future = run_there(executor, ends_with,
                                   (void *)(intptr_t)errors[i]);
        CHECK_INT(await(future, &value), errors[i]);
        CHECK(future_done(future));
        CHECK_INT(future_cancelled(future), errors[i] == E_CANCELLED);
        CHECK_INT(value.i, errors[i] == E_CANCELLED ? 0 : 7);
        future_release(future);
    }
    return 0;
}

static int get_thread(void *arg, Value *result)
{
    pthread_t thread;
    Future *future = run_there(NULL, tell_thread, &thread);
    CHECK_INT(task_join(future, NULL), 0);
    CHECK(!pthread_equal(thread, pthread_self()));
    return 0;
}

TEST(the_future_ends_as_the_function_does)
{
    play_threads(get_results, NULL);
    Executor *executor = new_pool(2);
    play(get_results, executor);
    executor_free(executor);
}

TEST(the_function_runs_in_another_thread)
{
    play_threads(get_thread, NULL);
}

TEST(a_process_does_as_well)
{
    Executor *executor = process_pool_executor_new(1);
    CHECK(executor != NULL);
    play(get_results, executor);
    executor_free(executor);
}

static int be_refused(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    Executor *executor = new_pool(1);
    check_refused(loop, NULL, NULL, EINVAL);
    check_refused(loop, executor, NULL, EINVAL);
    CHECK_INT(executor_shutdown(executor, true, false), 0);
    check_refused(loop, executor, return_seven, E_RUNTIME);
    executor_free(executor);
    return 0;
}

TEST(what_the_executor_refuses_is_refused)
{
    play_threads(be_refused, NULL);
}

TEST(a_closed_loop_runs_nothing)
{
    Loop *loop = any_loop();
    Executor *executor = new_pool(1);
    CHECK_INT(loop_close(loop), 0);
    check_refused(loop, NULL, return_seven, E_RUNTIME);
    check_refused(loop, executor, return_seven, E_RUNTIME);
    CHECK_INT(started(executor), 0);
    executor_free(executor);
    loop_free(loop);
}

/* ---- A result is nobody else's ---- */
static int set_it(void *arg, Value *result)
{
    Stay *stay = arg;
    Future *future = run_there(NULL, stay_there, stay);
    CHECK_INT(future_set_result(future, nothing), E_RUNTIME);
    CHECK_INT(future_set_error(future, EPIPE, nothing), E_RUNTIME);
    open_gate(&stay->go, 1);
    Value value = nothing;
    CHECK_INT(task_join(future, &value), 0);
    CHECK_INT(value.i, 7);
    return 0;
}

TEST(only_the_thread_completes_it)
{
    Stay stay;
    stay_begin(&stay);
    play_threads(set_it, &stay);
    stay_end(&stay);
}

/* ---- Time ---- */
static void move_on(void *arg)
{
    open_gate(arg, 1);
}

/* The timer is far away, but the thread is real. */
static int wait_for_thread(void *arg, Value *result)
{
    Stay *stay = arg;
    Future *future = run_there(NULL, stay_there, stay);
    CHECK(loop_call_later(async_get_running_loop(), 3600, move_on,
                          &stay->begun) != 0);
    pass(&stay->begun, 1);
    open_gate(&stay->go, 1);
    CHECK_INT(task_join(future, NULL), 0);
    CHECK(now() < 3600);
    return 0;
}

TEST(virtual_time_waits_for_a_thread)
{
    Stay stay;
    stay_begin(&stay);
    play_threads(wait_for_thread, &stay);
    stay_end(&stay);
}

static int let_time_pass(void *arg, Value *result)
{
    CHECK_INT(task_join(run_there(NULL, return_seven, NULL), NULL), 0);
    double before = now();
    rest(3600);    /* no thread is left to wait for */
    CHECK_DOUBLE(now(), before + 3600, 1e-6);
    return 0;
}

TEST(and_goes_on_after_it)
{
    play_threads(let_time_pass, NULL);
}

static int be_busy(void *arg, Value *result)
{
    Stay *stay = arg;
    Future *future = run_there(NULL, stay_there, stay);
    for (int i = 0; i < 100; i++)
        pause_turns(1);
    CHECK(!future_done(future));
    tell("others run");
    open_gate(&stay->go, 1);
    return task_join(future, NULL);
}

TEST(meanwhile_the_loop_goes_on)
{
    Stay stay;
    stay_begin(&stay);
    play_threads(be_busy, &stay);
    CHECK_STR(story, "others run");
    stay_end(&stay);
}

/* ---- Cancelling ---- */
static int cancel_early(void *arg, Value *result)
{
    Stay *stay = arg;
    Executor *executor = new_pool(1);
    atomic_int runs;
    atomic_init(&runs, 0);
    Future *first = run_there(executor, stay_there, stay);
    Future *second = run_there(executor, count_run, &runs);
    pass(&stay->begun, 1);
    CHECK(future_cancel_with(second, "not needed"));
    CHECK(future_cancelled(second));
    CHECK_STR(future_cancel_message(second), "not needed");
    CHECK(!future_cancel(second));
    CHECK_INT(await(second, NULL), E_CANCELLED);
    open_gate(&stay->go, 1);
    CHECK_INT(task_join(first, NULL), 0);
    executor_free(executor);
    CHECK_INT(runs, 0);
    future_release(second);
    return 0;
}

TEST(a_job_that_has_not_begun_is_dropped)    /* L15 */
{
    Stay stay;
    stay_begin(&stay);
    play_threads(cancel_early, &stay);
    stay_end(&stay);
}

static int cancel_late(void *arg, Value *result)
{
    Stay *stay = arg;
    Executor *executor = new_pool(1);
    Future *future = run_there(executor, stay_there, stay);
    pass(&stay->begun, 1);
    CHECK(future_cancel(future));
    CHECK(future_cancelled(future));
    open_gate(&stay->go, 1);
    executor_free(executor);    /* it has run to its end */
    CHECK_INT(stay->runs, 1);
    pause_turns(3);
    CHECK(future_cancelled(future));    /* the result came too late */
    CHECK_INT(task_join(future, result), E_CANCELLED);
    return 0;
}

TEST(one_that_runs_runs_on_and_its_result_is_dropped)    /* L15 */
{
    Stay stay;
    stay_begin(&stay);
    play_threads(cancel_late, &stay);
    stay_end(&stay);
}

static int time_out(void *arg, Value *result)
{
    Stay *stay = arg;
    Future *future = run_there(NULL, stay_there, stay);
    pass(&stay->begun, 1);
    CHECK_INT(async_wait_for(future, 0.01, NULL), E_TIMEOUT);
    CHECK(future_cancelled(future));
    open_gate(&stay->go, 1);
    future_release(future);
    return 0;
}

TEST(wait_for_does_not_wait_for_the_thread)    /* L15 W1 */
{
    Stay stay;
    stay_begin(&stay);
    play_real(time_out, &stay);
    stay_end(&stay);
}

/* ---- Whom nobody waits for ---- */
static int forget_it(void *arg, Value *result)
{
    Stay *stay = arg;
    future_release(run_there(NULL, stay_there, stay));
    pass(&stay->begun, 1);
    open_gate(&stay->go, 1);
    return 0;
}

TEST(a_future_may_be_released_at_once)
{
    Stay stay;
    stay_begin(&stay);
    play_threads(forget_it, &stay);
    CHECK_INT(stay.runs, 1);
    stay_end(&stay);
}

static int forget_failure(void *arg, Value *result)
{
    Executor *executor = new_pool(1);
    future_release(run_there(executor, ends_with, (void *)(intptr_t)EPIPE));
    executor_free(executor);
    pause_turns(3);
    return 0;
}

TEST(an_error_of_which_nobody_asks_is_reported)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, forget_failure, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 1);
    CHECK_INT(seen.last.error, EPIPE);
    CHECK_INT(seen.last.detail.i, 7);
    CHECK_STR(seen.last.message, "Future exception was never retrieved");
}
