/* asyncio.wrap_future(): what a thread will have, as a future of the loop.
 * Its file is compiled in here, over an allocator of our own. */
#include "starve.h"

#define tell tell_loop
#include "../../code/09_threads/bridge.c"
#undef tell
#undef malloc
#undef calloc

#include "workers.h"

/* ---- Helpers ---- */
static Future *wrap(ConcurrentFuture *source)
{
    Future *future = async_wrap_future(source);
    CHECK(future != NULL);
    CHECK_PTR(future_get_loop(future), async_get_running_loop());
    CHECK(!future_done(future));
    return future;
}

static void *complete_there(void *arg)
{
    concurrent_complete(arg, 0, seven);
    return NULL;
}

/* ---- As it does ---- */
static int follow(void *arg, Value *result)
{
    ConcurrentFuture *source = new_plain();
    Future *future = wrap(source), *second = wrap(source);
    pthread_t thread = new_thread(complete_there, source);
    Value value = nothing;
    CHECK_INT(task_join(future, &value), 0);
    CHECK_INT(value.i, 7);
    CHECK_INT(task_join(second, &value), 0);
    join_thread(thread);
    concurrent_future_release(source);
    CHECK_INT(destroyed, 1);
    return 0;
}

TEST(it_does_as_its_source_does)
{
    play(follow, NULL);
}

static int follow_all(void *arg, Value *result)
{
    static const int errors[] = { 0, EPIPE, E_CANCELLED };
    for (int late = 0; late < 2; late++)
        for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
            ConcurrentFuture *source = new_plain();
            Value value = nothing;
            Value own = errors[i] == E_CANCELLED ? nothing : seven;
            if (late)
                concurrent_complete(source, errors[i], own);
            Future *future = wrap(source);
            concurrent_complete(source, errors[i], own);
            concurrent_future_release(source);
            CHECK_INT(await(future, &value), errors[i]);
            CHECK_INT(value.i, own.i);
            CHECK_INT(future_cancelled(future), errors[i] == E_CANCELLED);
            future_release(future);
        }
    return 0;
}

TEST(results_errors_and_cancellations_early_or_late)
{
    play(follow_all, NULL);
}

TEST(outside_of_a_loop_it_is_an_error)
{
    ConcurrentFuture *source = new_plain();
    errno = 0;
    CHECK_PTR(async_wrap_future(source), NULL);
    CHECK_INT(errno, EINVAL);
    concurrent_future_release(source);
}

/* ---- Without memory ---- */
static int wrap_without_memory(void *arg, Value *result)
{
    ConcurrentFuture *source = new_plain();
    Executor *executor = new_pool(1);
    Loop *loop = async_get_running_loop();
    errno = 0;
    allowed = 0;
    CHECK_PTR(async_wrap_future(source), NULL);
    CHECK_INT(errno, ENOMEM);
    errno = 0;
    allowed = 0;
    CHECK_PTR(loop_run_in_executor(loop, executor, return_seven, NULL), NULL);
    CHECK_INT(errno, ENOMEM);
    allowed = 0;
    CHECK_INT(async_to_thread(return_seven, NULL, NULL), ENOMEM);
    allowed = -1;
    CHECK_INT(started(executor), 0);
    executor_free(executor);
    CHECK(!concurrent_future_done(source));
    concurrent_future_release(source);
    return 0;
}

TEST(without_memory_nothing_is_wrapped_and_nothing_begun)
{
    play(wrap_without_memory, NULL);
}

static int follow_without_memory(void *arg, Value *result)
{
    ConcurrentFuture *source = new_plain();
    Future *future = wrap(source);
    allowed = 0;
    concurrent_complete(source, 0, seven);
    concurrent_future_release(source);
    CHECK_INT(task_join(future, NULL), 0);
    CHECK_INT(allowed, 0);
    allowed = -1;
    return 0;
}

TEST(to_deliver_needs_none)
{
    play(follow_without_memory, NULL);
}

/* ---- Cancelling ---- */
static int cancel_both(void *arg, Value *result)
{
    ConcurrentFuture *source = new_plain();
    Future *future = wrap(source), *second = wrap(source);
    CHECK(future_cancel(future));
    CHECK(concurrent_future_cancelled(source));    /* at once */
    CHECK_INT(task_join(future, NULL), E_CANCELLED);
    CHECK_INT(await(second, NULL), E_CANCELLED);
    CHECK(future_cancelled(second));
    future_release(second);
    concurrent_future_release(source);
    return 0;
}

TEST(to_cancel_it_cancels_the_source)
{
    play(cancel_both, NULL);
}

static int cancel_running(void *arg, Value *result)
{
    ConcurrentFuture *source = new_plain();
    Future *future = wrap(source);
    CHECK(concurrent_start(source));
    CHECK(future_cancel(future));
    CHECK(!concurrent_future_cancelled(source));
    concurrent_complete(source, 0, seven);
    pause_turns(3);
    CHECK(future_cancelled(future));
    future_release(future);
    CHECK_INT(result_of(source, NULL), 0);
    return 0;
}

TEST(one_that_runs_goes_on)
{
    play(cancel_running, NULL);
}

static int wrap_itself(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    ConcurrentFuture *source = async_run_coroutine_threadsafe(
        arg != NULL ? sleep_forever : return_seven, NULL, loop);
    CHECK(source != NULL);
    Future *future = wrap(source);
    concurrent_future_release(source);
    if (arg == NULL)
        return task_join(future, result);
    pause_turns(3);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 2);
    CHECK(future_cancel(future));
    pause_turns(3);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 1);
    CHECK_INT(task_join(future, NULL), E_CANCELLED);
    return 0;
}

TEST(a_coroutine_of_this_loop_can_be_wrapped_too)
{
    play(wrap_itself, NULL);
    play(wrap_itself, "cancel");
}

/* ---- Two loops ---- */
typedef struct Other {
    Loop *loop;
    pthread_t thread;
} Other;

static void *run_other(void *arg)
{
    Other *other = arg;
    CHECK_INT(loop_run_forever(other->loop), 0);
    return NULL;
}

static int ask_the_other(void *arg, Value *result)
{
    Other *other = arg;
    other->thread = new_thread(run_other, other);
    for (int i = 0; i < 20; i++) {
        ConcurrentFuture *source = async_run_coroutine_threadsafe(
            return_seven, NULL, other->loop);
        CHECK(source != NULL);
        Future *future = wrap(source);
        concurrent_future_release(source);
        Value value = nothing;
        CHECK_INT(task_join(future, &value), 0);
        CHECK_INT(value.i, 7);
    }
    CHECK_INT(loop_call_soon_threadsafe(other->loop, loop_stop_callback,
                                        other->loop), 0);
    join_thread(other->thread);
    return 0;
}

TEST(a_loop_may_await_the_coroutine_of_another)
{
    Other other = { .loop = real_loop() };
    play(ask_the_other, &other);
    loop_free(other.loop);
}

/* ---- The end ---- */
static int wrap_and_leave(void *arg, Value *result)
{
    future_release(wrap(arg));
    result->p = wrap(arg);
    return 0;
}

TEST(the_loop_may_close_before_it_is_done)
{
    Loop *loop = ordered_loop();
    ConcurrentFuture *source = new_plain();
    Value value = nothing;
    Task *task = new_task(loop, wrap_and_leave, source);
    CHECK_INT(loop_run_until_complete(loop, task, &value), 0);
    task_release(task);
    loop_free(loop);
    concurrent_complete(source, 0, seven);    /* nobody listens */
    CHECK(!future_done(value.p));
    future_release(value.p);
    concurrent_future_release(source);
    CHECK_INT(destroyed, 1);
}
