/* Threads, and loops that end before them; and the loop's own threads. */
#include "workers.h"

/* ---- Helpers ---- */
static Future *run_there(Loop *loop, Executor *executor, WorkFn *function,
                         void *arg)
{
    Future *future = loop_run_in_executor(loop, executor, function, arg);
    CHECK(future != NULL);
    return future;
}

/* ---- The loop closes ---- */
TEST(a_thread_may_outlive_its_loop)
{
    Loop *loop = ordered_loop();
    Stay stay;
    stay_begin(&stay);
    Future *future = run_there(loop, NULL, stay_there, &stay);
    pass(&stay.begun, 1);
    CHECK_INT(loop_close(loop), 0);    /* does not wait */
    CHECK(!future_done(future));
    open_gate(&stay.go, 1);
    wait_for_threads();
    CHECK(!future_done(future));
    future_release(future);
    loop_free(loop);
    stay_end(&stay);
}

TEST(and_the_memory_of_its_loop)
{
    Loop *loop = ordered_loop();
    Executor *executor = new_pool(1);
    Stay stay;
    stay_begin(&stay);
    future_release(run_there(loop, executor, stay_there, &stay));
    future_release(run_there(loop, executor, stay_there, &stay));
    pass(&stay.begun, 1);
    loop_free(loop);
    open_gate(&stay.go, 2);
    executor_free(executor);
    CHECK_INT(stay.runs, 2);
    stay_end(&stay);
}

TEST(a_result_that_was_posted_may_never_be_delivered)
{
    Loop *loop = ordered_loop();
    Executor *executor = new_pool(1);
    Future *future = run_there(loop, executor, return_seven, NULL);
    executor_free(executor);    /* so it is posted */
    loop_free(loop);
    CHECK(!future_done(future));
    future_release(future);
}

static void stop_now(void *loop)
{
    loop_stop(loop);
}

TEST(nor_when_the_loop_stops_before_it)
{
    Loop *loop = ordered_loop();
    Executor *executor = new_pool(1);
    Future *future = run_there(loop, executor, return_seven, NULL);
    executor_free(executor);
    CHECK(loop_call_soon(loop, stop_now, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
    loop_free(loop);
    future_release(future);
}

TEST(a_future_may_be_released_after_its_loop)
{
    Loop *loop = ordered_loop();
    Executor *executor = new_pool(1);
    Future *future = run_there(loop, executor, return_seven, NULL);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    loop_free(loop);
    CHECK(future_done(future));
    CHECK_INT(future_result(future, NULL), 0);
    future_release(future);
    executor_free(executor);
}

static int await_stay(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    return task_join(run_there(loop, NULL, stay_there, arg), result);
}

static int travel_to_stay(void *arg, Value *result)
{
    return async_to_thread(stay_there, arg, result);
}

TEST(who_waits_for_a_thread_is_gone_with_its_loop)
{
    Loop *loop = ordered_loop();
    Stay stay;
    stay_begin(&stay);
    task_release(new_task(loop, travel_to_stay, &stay));
    run_turns(loop, 2);
    pass(&stay.begun, 1);
    Seen seen = { 0 };
    loop_set_exception_handler(loop, see, &seen);
    loop_free(loop);
    CHECK_INT(seen.count, 1);    /* a task that was pending */
    open_gate(&stay.go, 1);
    wait_for_threads();
    stay_end(&stay);
}

TEST(a_cancelled_future_may_see_its_loop_close)
{
    Loop *loop = ordered_loop();
    Stay stay;
    stay_begin(&stay);
    Future *future = run_there(loop, NULL, stay_there, &stay);
    pass(&stay.begun, 1);
    CHECK(future_cancel(future));
    CHECK_INT(loop_close(loop), 0);
    open_gate(&stay.go, 1);
    wait_for_threads();
    CHECK(future_cancelled(future));
    future_release(future);
    loop_free(loop);
    stay_end(&stay);
}

TEST(the_executor_may_go_before_the_loop_or_after_it)
{
    for (int order = 0; order < 2; order++) {
        Loop *loop = ordered_loop();
        Executor *executor = new_pool(2);
        Future *future = run_there(loop, executor, return_seven, NULL);
        if (order == 0)
            executor_free(executor);
        CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
        future_release(future);
        loop_free(loop);
        if (order == 1)
            executor_free(executor);
    }
}

/* ---- The default executor ---- */
TEST(it_may_be_the_programs)
{
    Loop *loop = ordered_loop();
    Executor *executor = new_pool(1);
    loop_set_default_executor(loop, executor);
    Future *future = run_there(loop, NULL, return_seven, NULL);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    future_release(future);
    CHECK_INT(started(executor), 1);
    loop_free(loop);    /* shuts it down */
    CHECK_PTR(executor_submit(executor, return_seven, NULL), NULL);
    CHECK_INT(errno, E_RUNTIME);
    executor_free(executor);
    wait_for_threads();
}

TEST(and_be_freed_before_the_loop)
{
    Loop *loop = ordered_loop();
    Executor *executor = new_pool(1);
    loop_set_default_executor(loop, executor);
    Future *future = run_there(loop, NULL, return_seven, NULL);
    executor_free(executor);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    future_release(future);
    errno = 0;
    CHECK_PTR(loop_run_in_executor(loop, NULL, return_seven, NULL), NULL);
    CHECK_INT(errno, E_RUNTIME);
    end_loop(loop);
}

TEST(it_may_be_replaced)
{
    Loop *loop = ordered_loop();
    Executor *a = new_pool(1), *b = new_pool(1);
    future_release(run_there(loop, NULL, return_seven, NULL));
    loop_set_default_executor(loop, a);
    future_release(run_there(loop, NULL, return_seven, NULL));
    loop_set_default_executor(loop, b);
    loop_set_default_executor(loop, b);
    future_release(run_there(loop, NULL, return_seven, NULL));
    CHECK_INT(started(a), 1);
    CHECK_INT(started(b), 1);
    loop_free(loop);
    ConcurrentFuture *future = submit(a, return_seven, NULL);    /* open yet */
    CHECK_INT(result_of(future, NULL), 0);
    CHECK_PTR(executor_submit(b, return_seven, NULL), NULL);
    executor_free(a);
    executor_free(b);
    wait_for_threads();
}

TEST(one_of_processes_is_refused_and_so_is_none)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    Executor *executor = process_pool_executor_new(1);
    CHECK(executor != NULL);
    loop_set_default_executor(loop, executor);
    CHECK_INT(seen.count, 1);
    CHECK_INT(seen.last.error, E_VALUE);
    loop_set_default_executor(loop, NULL);
    CHECK_INT(seen.count, 2);
    Future *future = run_there(loop, NULL, return_seven, NULL);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    future_release(future);
    CHECK_INT(started(executor), 0);
    end_loop(loop);
    executor_free(executor);
}

TEST(a_closed_loop_takes_none)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    Executor *executor = new_pool(1);
    CHECK_INT(loop_close(loop), 0);
    loop_set_default_executor(loop, executor);
    CHECK_INT(seen.count, 1);
    loop_free(loop);
    executor_free(executor);
}

/* ---- Shutting it down ---- */
static int shut_down(void *arg, Value *result)
{
    Stay *stay = arg;
    Loop *loop = async_get_running_loop();
    Future *futures[2];
    for (int i = 0; i < 2; i++)
        futures[i] = run_there(loop, NULL, stay_there, stay);
    pass(&stay->begun, 2);
    Task *other = begin(tell_word, "meanwhile");
    open_gate(&stay->go, 2);
    CHECK_INT(loop_shutdown_default_executor(loop), 0);
    CHECK_STR(story, "meanwhile");
    CHECK_INT(stay->runs, 2);
    errno = 0;
    CHECK_PTR(loop_run_in_executor(loop, NULL, return_seven, NULL), NULL);
    CHECK_INT(errno, E_RUNTIME);
    for (int i = 0; i < 2; i++)
        CHECK_INT(task_join(futures[i], NULL), 0);
    CHECK_INT(async_to_thread(return_seven, NULL, NULL), E_RUNTIME);
    CHECK_INT(loop_shutdown_default_executor(loop), 0);
    return task_join(other, NULL);
}

TEST(it_returns_when_the_last_job_is_done)
{
    Stay stay;
    stay_begin(&stay);
    play_threads(shut_down, &stay);
    stay_end(&stay);
}

static int shut_down_unused(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    CHECK_INT(loop_shutdown_default_executor(loop), 0);
    CHECK_PTR(loop_run_in_executor(loop, NULL, return_seven, NULL), NULL);
    CHECK_INT(errno, E_RUNTIME);
    return 0;
}

TEST(one_that_was_never_used_ends_at_once)
{
    play(shut_down_unused, NULL);
}

static int cancel_the_shutdown(void *arg, Value *result)
{
    Stay *stay = arg;
    Loop *loop = async_get_running_loop();
    Future *future = run_there(loop, NULL, stay_there, stay);
    pass(&stay->begun, 1);
    int err = loop_shutdown_default_executor(loop);
    CHECK_INT(err, E_CANCELLED);
    open_gate(&stay->go, 1);
    CHECK_INT(task_join(future, NULL), 0);
    return 0;
}

TEST(to_wait_for_it_can_be_cancelled)
{
    Loop *loop = ordered_loop();
    Stay stay;
    stay_begin(&stay);
    Task *task = new_task(loop, cancel_the_shutdown, &stay);
    run_turns(loop, 1);
    CHECK(task_cancel(task));
    CHECK_INT(loop_run_until_complete(loop, task, NULL), 0);
    task_release(task);
    end_loop(loop);
    stay_end(&stay);
}

TEST(outside_of_a_task_nobody_can_wait)
{
    Loop *loop = ordered_loop();
    CHECK_INT(loop_shutdown_default_executor(loop), E_RUNTIME);
    Future *future = run_there(loop, NULL, return_seven, NULL);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    future_release(future);
    end_loop(loop);
}

TEST(a_task_may_end_while_a_job_runs)
{
    Loop *loop = ordered_loop();
    Stay stay;
    stay_begin(&stay);
    Task *task = new_task(loop, await_stay, &stay);
    run_turns(loop, 1);
    pass(&stay.begun, 1);
    CHECK(task_cancel(task));
    CHECK_INT(loop_run_until_complete(loop, task, NULL), E_CANCELLED);
    task_release(task);
    open_gate(&stay.go, 1);
    end_loop(loop);
    stay_end(&stay);
}
