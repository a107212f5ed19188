/* run_coroutine_threadsafe(): a coroutine of another thread, as a task of the
 * loop.  Its file is compiled in here, over an allocator of our own. */
#include "starve.h"

#include "../../code/09_threads/threadsafe.c"
#undef malloc
#undef calloc

#include "askers.h"

/* ---- Results ---- */
static int add_later(void *arg, Value *result)
{
    int err = async_sleep(0.01);
    result->i = *(int *)arg + 3;
    CHECK(async_current_task() != NULL);
    return err;
}

TEST(the_thread_gets_the_result)    /* X2 */
{
    int four = 4;
    Asker asker = { .loop = real_loop(), .function = add_later, .arg = &four,
                    .timeout = INFINITY, .error = -1 };
    answer(&asker);
    CHECK_INT(asker.error, 0);
    CHECK_INT(asker.value.i, 7);
    CHECK_INT(async_all_tasks(asker.loop, NULL, 0), 0);
    loop_free(asker.loop);
}

TEST(the_thread_gets_the_error_and_nobody_reports_it)    /* X2 */
{
    Seen seen = { 0 };
    Asker asker = { .loop = real_loop(), .function = fail_with_seven,
                    .timeout = INFINITY, .error = -1 };
    loop_set_exception_handler(asker.loop, see, &seen);
    answer(&asker);
    CHECK_INT(asker.error, EPIPE);
    CHECK_INT(asker.value.i, 7);
    loop_free(asker.loop);
    CHECK_INT(seen.count, 0);
}

static int cancel_ourselves(void *arg, Value *result)
{
    task_cancel(async_current_task());
    return async_sleep(0);
}

TEST(a_task_that_is_cancelled_cancels_the_future)    /* X2 */
{
    Asker asker = { .loop = real_loop(), .function = cancel_ourselves,
                    .timeout = INFINITY, .error = -1 };
    answer(&asker);
    CHECK_INT(asker.error, E_CANCELLED);
    CHECK_PTR(asker.value.p, NULL);
    loop_free(asker.loop);
}

/* ---- Refused ---- */
TEST(no_function_and_no_open_loop_are_errors)
{
    Loop *loop = ordered_loop();
    errno = 0;
    CHECK_PTR(async_run_coroutine_threadsafe(NULL, NULL, loop), NULL);
    CHECK_INT(errno, EINVAL);
    CHECK_INT(loop_close(loop), 0);
    CHECK_PTR(async_run_coroutine_threadsafe(return_seven, NULL, loop), NULL);
    CHECK_INT(errno, E_RUNTIME);
    loop_free(loop);
}

TEST(without_memory_nothing_begins)
{
    Loop *loop = ordered_loop();
    errno = 0;
    allowed = 0;
    CHECK_PTR(async_run_coroutine_threadsafe(tell_word, "ran", loop), NULL);
    allowed = -1;
    CHECK_INT(errno, ENOMEM);
    run_turns(loop, 3);
    CHECK_STR(story, "");
    loop_free(loop);
}

/* ---- Timeouts and cancellation from the thread ---- */
/* Waits first until the task has begun, which may take longer than any timeout
 * where the machine is slow. */
static void *give_up(void *arg)
{
    Asker *asker = arg;
    ConcurrentFuture *future = run_coroutine(asker->loop, asker->function,
                                             asker->arg);
    pass(asker->arg, 1);
    CHECK_INT(concurrent_future_result(future, asker->timeout, NULL),
              E_TIMEOUT);
    CHECK(concurrent_future_cancel(future));
    CHECK(concurrent_future_cancelled(future));
    asker->error = concurrent_future_result(future, 0, NULL);
    concurrent_future_release(future);
    loop_call_soon_threadsafe(asker->loop, loop_stop_callback, asker->loop);
    return NULL;
}

static void let_give_up(Asker *asker)
{
    Gate begun = new_gate();
    asker->arg = &begun;
    asker->thread = new_thread(give_up, asker);
    CHECK_INT(loop_run_forever(asker->loop), 0);
    join_thread(asker->thread);
    free_gate(&begun);
}

static int sleep_and_tell(void *begun, Value *result)
{
    open_gate(begun, 1);
    int err = async_sleep(INFINITY);
    tell(error_name(err));
    return err;
}

TEST(a_timeout_does_not_cancel_but_cancel_does)    /* X2 */
{
    Asker asker = { .loop = real_loop(), .function = sleep_and_tell,
                    .timeout = 0.01, .error = -1 };
    let_give_up(&asker);
    CHECK_INT(asker.error, E_CANCELLED);
    run_turns(asker.loop, 2);
    CHECK_STR(story, "CancelledError");
    CHECK_INT(async_all_tasks(asker.loop, NULL, 0), 0);
    loop_free(asker.loop);
}

static int refuse_to_stop(void *begun, Value *result)
{
    open_gate(begun, 1);
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    rest(0.001);
    tell("cleaned up");
    *result = seven;
    return 0;
}

TEST(it_is_cancelled_whatever_the_task_does_then)    /* X2 */
{
    Asker asker = { .loop = real_loop(), .function = refuse_to_stop,
                    .timeout = 0.01, .error = -1 };
    let_give_up(&asker);
    CHECK_INT(asker.error, E_CANCELLED);
    while (async_all_tasks(asker.loop, NULL, 0) > 0) {
        yield_processor();
        run_turns(asker.loop, 1);
    }
    CHECK_STR(story, "cleaned up");
    loop_free(asker.loop);
}

TEST(cancelled_before_it_begins_it_never_does)
{
    Loop *loop = ordered_loop();
    ConcurrentFuture *future = run_coroutine(loop, tell_word, "ran");
    CHECK(!concurrent_future_done(future));
    CHECK(concurrent_future_cancel(future));
    CHECK(concurrent_future_cancel(future));
    run_turns(loop, 4);
    CHECK_STR(story, "");
    CHECK_INT(result_of(future, NULL), E_CANCELLED);
    loop_free(loop);
}

TEST(cancelled_after_its_end_nothing_changes)
{
    Loop *loop = ordered_loop();
    ConcurrentFuture *future = run_coroutine(loop, return_seven, NULL);
    run_turns(loop, 3);
    Value value = nothing;
    CHECK(!concurrent_future_cancel(future));
    CHECK(!concurrent_future_cancelled(future));
    run_turns(loop, 2);
    CHECK_INT(result_of(future, &value), 0);
    CHECK_INT(value.i, 7);
    loop_free(loop);
}

/* ---- Released ---- */
TEST(who_lets_go_at_once_disturbs_nobody)
{
    Loop *loop = ordered_loop();
    concurrent_future_release(run_coroutine(loop, tell_word, "ran"));
    concurrent_future_release(run_coroutine(loop, sleep_forever, NULL));
    ConcurrentFuture *future = run_coroutine(loop, sleep_forever, NULL);
    run_turns(loop, 3);
    CHECK_STR(story, "ran");
    CHECK(concurrent_future_cancel(future));
    concurrent_future_release(future);
    run_turns(loop, 3);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 1);
    loop_set_exception_handler(loop, see, &(Seen){ 0 });
    loop_free(loop);
}

/* ---- From the loop's own thread ---- */
static void ask_without_waiting(void *arg)
{
    Loop *loop = async_get_running_loop();
    ConcurrentFuture **future = arg;
    *future = run_coroutine(loop, return_seven, NULL);
    CHECK_INT(concurrent_future_result(*future, 0, NULL), E_TIMEOUT);
}

TEST(the_loop_itself_may_ask_but_not_wait)
{
    Loop *loop = ordered_loop();
    ConcurrentFuture *future = NULL;
    CHECK(loop_call_soon(loop, ask_without_waiting, &future) != 0);
    run_turns(loop, 4);
    CHECK(concurrent_future_done(future));
    CHECK_INT(result_of(future, NULL), 0);
    loop_free(loop);
}

/* ---- Many threads ---- */
static int count_up(void *arg, Value *result)
{
    CHECK_INT(async_sleep(0), 0);
    result->i = ++*(int *)arg;    /* one thread, one loop: no lock */
    return 0;
}

typedef struct Crowd {
    Loop *loop;
    int count;
    atomic_int left;
} Crowd;

enum { THREADS = 4, TIMES = 100 };

static void *ask_often(void *arg)
{
    Crowd *crowd = arg;
    for (int i = 0; i < TIMES; i++)
        CHECK_INT(result_of(run_coroutine(crowd->loop, count_up,
                                          &crowd->count), NULL), 0);
    if (atomic_fetch_sub(&crowd->left, 1) == 1)
        loop_call_soon_threadsafe(crowd->loop, loop_stop_callback,
                                  crowd->loop);
    return NULL;
}

TEST(many_threads_may_ask_at_once)
{
    Crowd crowd = { .loop = real_loop() };
    pthread_t threads[THREADS];
    atomic_init(&crowd.left, THREADS);
    for (int i = 0; i < THREADS; i++)
        threads[i] = new_thread(ask_often, &crowd);
    CHECK_INT(loop_run_forever(crowd.loop), 0);
    for (int i = 0; i < THREADS; i++)
        join_thread(threads[i]);
    CHECK_INT(crowd.count, THREADS * TIMES);
    CHECK_INT(async_all_tasks(crowd.loop, NULL, 0), 0);
    loop_free(crowd.loop);
}
