/* CPython's own tests of threads, as far as they are about behaviour: of
 * test_threads.py, RunCoroutineThreadsafeTests in test_tasks.py, executors in
 * test_events.py and test_base_events.py, wrap_future in test_futures.py. */
#include "workers.h"

#include "../../code/06_gather/gather.h"

/* ---- test_threads.py: ToThreadTests ---- */
static int sum(void *arg, Value *result)
{
    const int *numbers = arg;
    result->i = numbers[0] + numbers[1];
    return 0;
}

static int main_of_to_thread(void *arg, Value *result)
{
    int numbers[] = { 40, 2 };
    Value value = nothing;
    CHECK_INT(async_to_thread(sum, numbers, &value), 0);
    CHECK_INT(value.i, 42);
    return 0;
}

TEST(to_thread)    /* X1 */
{
    play_threads(main_of_to_thread, NULL);
}

static int raise_runtime(void *arg, Value *result)
{
    result->s = "test";
    return E_RUNTIME;
}

static int main_of_to_thread_exception(void *arg, Value *result)
{
    Value value = nothing;
    CHECK_INT(async_to_thread(raise_runtime, NULL, &value), E_RUNTIME);
    CHECK_STR(value.s, "test");
    return 0;
}

TEST(to_thread_exception)
{
    play_threads(main_of_to_thread_exception, NULL);
}

static int call_func(void *arg, Value *result)
{
    return async_to_thread(count_run, arg, result);
}

static int main_of_to_thread_once(void *arg, Value *result)
{
    CHECK_INT(async_to_thread(count_run, arg, NULL), 0);
    CHECK_INT(*(atomic_int *)arg, 1);
    return 0;
}

TEST(to_thread_once)
{
    atomic_int calls;
    atomic_init(&calls, 0);
    play_threads(main_of_to_thread_once, &calls);
}

static int main_of_to_thread_concurrent(void *arg, Value *result)
{
    Call futs[10];
    for (int i = 0; i < 10; i++)
        futs[i] = (Call){ call_func, arg };
    CHECK_INT(async_gather_calls(futs, 10, NULL, 0), 0);
    CHECK_INT(*(atomic_int *)arg, 10);
    return 0;
}

TEST(to_thread_concurrent)
{
    atomic_int calls;
    atomic_init(&calls, 0);
    play_threads(main_of_to_thread_concurrent, &calls);
}

static const ContextVar test_ctx = { .name = "test_ctx" };

static int get_ctx(void *arg, Value *result)
{
    return contextvar_get(&test_ctx, result);
}

static int main_of_to_thread_contextvars(void *arg, Value *result)
{
    Value value = nothing;
    CHECK_INT(contextvar_set(&test_ctx, (Value){ .s = "parrot" }), 0);
    CHECK_INT(async_to_thread(get_ctx, NULL, &value), 0);
    CHECK_STR(value.s, "parrot");
    return 0;
}

TEST(to_thread_contextvars)    /* X1 */
{
    play_threads(main_of_to_thread_contextvars, NULL);
}

/* ---- test_tasks.py: RunCoroutineThreadsafeTests ---- */
typedef struct Target {
    Loop *loop;
    bool fail, cancel;
    double timeout;
} Target;

static int add(void *arg, Value *result)
{
    Target *self = arg;
    int err = async_sleep(0.05);
    if (err == 0 && self->fail)
        return E_RUNTIME;
    if (err == 0 && self->cancel) {
        task_cancel(async_current_task());
        err = async_sleep(0);
    }
    result->i = 3;
    return err;
}

static int target(void *arg, Value *result)
{
    Target *self = arg;
    ConcurrentFuture *future = async_run_coroutine_threadsafe(add, self,
                                                              self->loop);
    CHECK(future != NULL);
    int err = concurrent_future_result(future, self->timeout, result);
    if (!concurrent_future_done(future))
        CHECK(concurrent_future_cancel(future));
    concurrent_future_release(future);
    return err;
}

static int run_target(Target *self, Value *result)
{
    self->loop = real_loop();
    Future *future = loop_run_in_executor(self->loop, NULL, target, self);
    CHECK(future != NULL);
    int err = loop_run_until_complete(self->loop, future, result);
    future_release(future);
    return err;
}

TEST(run_coroutine_threadsafe)    /* X2 */
{
    Target self = { .timeout = INFINITY };
    Value value = nothing;
    CHECK_INT(run_target(&self, &value), 0);
    CHECK_INT(value.i, 3);
    end_loop(self.loop);
}

TEST(run_coroutine_threadsafe_with_exception)
{
    Target self = { .timeout = INFINITY, .fail = true };
    CHECK_INT(run_target(&self, NULL), E_RUNTIME);
    end_loop(self.loop);
}

TEST(run_coroutine_threadsafe_with_timeout)
{
    Target self = { .timeout = 0 };
    CHECK_INT(run_target(&self, NULL), E_TIMEOUT);
    run_turns(self.loop, 3);
    CHECK_INT(async_all_tasks(self.loop, NULL, 0), 0);
    end_loop(self.loop);
}

TEST(run_coroutine_threadsafe_task_cancelled)
{
    Target self = { .timeout = INFINITY, .cancel = true };
    CHECK_INT(run_target(&self, NULL), E_CANCELLED);
    end_loop(self.loop);
}

/* ---- test_events.py: EventLoopTestsMixin ---- */
typedef struct Run {
    const char *arg;
    pthread_t thread;
} Run;

static int run_there(void *arg, Value *result)
{
    Run *run = arg;
    run->thread = pthread_self();
    result->s = run->arg;
    return 0;
}

TEST(run_in_executor)
{
    Run yo = { .arg = "yo" };
    Value res = nothing;
    Loop *loop = any_loop();
    Future *f2 = loop_run_in_executor(loop, NULL, run_there, &yo);
    CHECK_INT(loop_run_until_complete(loop, f2, &res), 0);
    CHECK_STR(res.s, "yo");
    CHECK(!pthread_equal(yo.thread, pthread_self()));
    future_release(f2);
    end_loop(loop);
}

static int shut_down(void *loop, Value *result)
{
    return loop_shutdown_default_executor(loop);
}

static void end_early(Future *future, void *called)
{
    *(bool *)called = true;
}

TEST(run_in_executor_cancel)    /* L15 */
{
    bool called = false;
    Stay stay;
    stay_begin(&stay);
    Loop *loop = any_loop();
    Future *f2 = loop_run_in_executor(loop, NULL, stay_there, &stay);
    pass(&stay.begun, 1);
    CHECK(future_cancel(f2));
    open_gate(&stay.go, 1);
    CHECK_INT(run(loop, shut_down, loop), 0);
    CHECK_INT(future_add_done_callback(f2, end_early, &called), 0);
    CHECK_INT(loop_close(loop), 0);
    wait_for_threads();
    CHECK(!called);
    future_release(f2);
    loop_free(loop);
    stay_end(&stay);
}

/* ---- test_base_events.py: BaseEventLoopTests ---- */
TEST(set_default_executor)
{
    Loop *loop = any_loop();
    Executor *executor = new_pool(1);
    Run yo = { .arg = "yo" };
    loop_set_default_executor(loop, executor);
    Future *future = loop_run_in_executor(loop, NULL, run_there, &yo);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    CHECK_INT(started(executor), 1);
    future_release(future);
    loop_free(loop);
    executor_free(executor);
    wait_for_threads();
}

TEST(set_default_executor_error)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    loop_set_default_executor(loop, NULL);
    CHECK_INT(seen.count, 1);
    CHECK_INT(seen.last.error, E_VALUE);
    loop_free(loop);
}

/* ---- test_futures.py: BaseFutureTests ---- */
static int wrap(void *f1, Value *result)
{
    result->p = async_wrap_future(f1);
    return result->p != NULL ? 0 : errno;
}

static Future *wrap_in(Loop *loop, ConcurrentFuture *f1)
{
    Value f2 = nothing;
    Task *task = new_task(loop, wrap, f1);
    CHECK_INT(loop_run_until_complete(loop, task, &f2), 0);
    task_release(task);
    CHECK_PTR(future_get_loop(f2.p), loop);
    return f2.p;
}

TEST(wrap_future_and_wrap_future_use_running_loop)
{
    Loop *loop = any_loop();
    Executor *ex = new_pool(1);
    Run oi = { .arg = "oi" };
    Value res = nothing;
    ConcurrentFuture *f1 = submit(ex, run_there, &oi);
    Future *f2 = wrap_in(loop, f1);
    CHECK_INT(loop_run_until_complete(loop, f2, &res), 0);
    CHECK_STR(res.s, "oi");
    CHECK(!pthread_equal(oi.thread, pthread_self()));
    CHECK_INT(executor_shutdown(ex, true, false), 0);
    future_release(f2);
    concurrent_future_release(f1);
    executor_free(ex);
    loop_free(loop);
}

TEST(wrap_future_without_loop)
{
    Executor *ex = new_pool(1);
    ConcurrentFuture *f1 = submit(ex, return_seven, NULL);
    CHECK_PTR(async_wrap_future(f1), NULL);
    CHECK_INT(errno, EINVAL);
    concurrent_future_release(f1);
    executor_free(ex);
}

TEST(wrap_future_cancel)
{
    Loop *loop = any_loop();
    ConcurrentFuture *f1 = new_plain();
    Future *f2 = wrap_in(loop, f1);
    CHECK(future_cancel(f2));
    run_turns(loop, 1);
    CHECK(concurrent_future_cancelled(f1));
    CHECK(future_cancelled(f2));
    future_release(f2);
    concurrent_future_release(f1);
    loop_free(loop);
}

TEST(wrap_future_cancel2)
{
    Loop *loop = any_loop();
    ConcurrentFuture *f1 = new_plain();
    Future *f2 = wrap_in(loop, f1);
    Value value = nothing;
    concurrent_complete(f1, 0, (Value){ .i = 42 });
    CHECK(future_cancel(f2));
    run_turns(loop, 1);
    CHECK(!concurrent_future_cancelled(f1));
    CHECK_INT(concurrent_future_result(f1, INFINITY, &value), 0);
    CHECK_INT(value.i, 42);
    CHECK(future_cancelled(f2));
    future_release(f2);
    concurrent_future_release(f1);
    loop_free(loop);
}
