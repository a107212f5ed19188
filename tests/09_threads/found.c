/* Mistakes that readers of the threads have found, and that are no more. */
#include "workers.h"

#include <signal.h>

/* ---- Two that shut down ---- */
static Stay *stay;

/* The job has ended when this goes on. */
static int shut_down(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    CHECK_INT(loop_shutdown_default_executor(loop), 0);
    CHECK_INT(atomic_load(&stay->ends), 1);
    return 0;
}

static int two_of_them(void *arg, Value *result)
{
    Stay here;
    stay = &here;
    stay_begin(stay);
    Future *job = loop_run_in_executor(async_get_running_loop(), NULL,
                                       stay_there, stay);
    CHECK(job != NULL);
    pass(&stay->begun, 1);
    Task *first = begin(shut_down, NULL), *second = begin(shut_down, NULL);
    pause_turns(5);
    CHECK(!future_done(first));
    CHECK(!future_done(second));
    open_gate(&stay->go, 1);
    CHECK_INT(await(first, NULL), 0);
    CHECK_INT(await(second, NULL), 0);
    CHECK_INT(await(job, NULL), 0);
    task_release(first);
    task_release(second);
    future_release(job);
    stay_end(stay);
    return 0;
}

TEST(two_tasks_that_shut_down_the_executor_both_wait)
{
    play_real(two_of_them, NULL);
}

/* ---- A stop before its start ---- */
static int never(void *runs, Value *result)
{
    ++*(int *)runs;
    return 0;
}

static int change_our_mind(void *runs, Value *result)
{
    Loop *loop = async_get_running_loop();
    for (int i = 0; i < 20; i++) {
        ConcurrentFuture *future = async_run_coroutine_threadsafe(never, runs,
                                                                  loop);
        CHECK(future != NULL);
        CHECK(concurrent_future_cancel(future));
        CHECK_INT(concurrent_future_result(future, 0, NULL), E_CANCELLED);
        concurrent_future_release(future);
    }
    pause_turns(5);
    return 0;
}

TEST(a_stop_that_is_shuffled_before_its_start_is_harmless)
{
    LEAVES(CHECK_MEMORY, "setenv() keeps what was set");
    for (const char *seed = "12345678"; *seed != '\0'; seed++) {
        int runs = 0;
        CHECK_INT(setenv("WEFT_SHUFFLE", (char[]){ *seed, '\0' }, 1), 0);
        Loop *loop = any_loop();
        CHECK_INT(run(loop, change_our_mind, &runs), 0);
        loop_free(loop);
        CHECK_INT(runs, 0);
    }
}

/* ---- A forked child closes the loop of its parent ---- */
/* While the caller holds a mutex, as another thread might.  The child becomes
 * another program: so nobody looks for what it leaves. */
static void close_in_a_child(Loop *loop)
{
    int status = -1;
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        alarm(20);
        loop_free(loop);
        execlp("true", "true", (char *)NULL);
        _exit(1);
    }
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(status, 0);
}

static int let_one_stay(void *arg, Value *result)
{
    result->p = loop_run_in_executor(async_get_running_loop(), NULL,
                                     stay_there, arg);
    CHECK(result->p != NULL);
    return 0;
}

TEST_LIMIT(60, a_forked_child_closes_a_loop_whose_workers_are_busy)
{
    Stay here;
    Value job = { .p = NULL };
    stay_begin(&here);
    Executor *executor = new_pool(1);
    Loop *loop = real_loop();
    loop_set_default_executor(loop, executor);
    Task *task = new_task(loop, let_one_stay, &here);
    CHECK_INT(loop_run_until_complete(loop, task, &job), 0);
    task_release(task);
    pass(&here.begun, 1);
    pthread_mutex_lock(&executor->mutex);
    close_in_a_child(loop);
    pthread_mutex_unlock(&executor->mutex);
    open_gate(&here.go, 1);
    CHECK_INT(loop_run_until_complete(loop, job.p, NULL), 0);
    future_release(job.p);
    stay_end(&here);
    loop_free(loop);
    executor_free(executor);
    wait_for_threads();
}

TEST_LIMIT(60, a_forked_child_closes_a_loop_that_was_given_a_coroutine)
{
    int runs = 0;
    Loop *loop = any_loop();
    ConcurrentFuture *future = async_run_coroutine_threadsafe(never, &runs,
                                                              loop);
    CHECK(future != NULL);
    pthread_mutex_lock(&future->mutex);
    close_in_a_child(loop);
    pthread_mutex_unlock(&future->mutex);
    CHECK(!concurrent_future_done(future));
    run_turns(loop, 5);
    CHECK_INT(concurrent_future_result(future, 0, NULL), 0);
    CHECK_INT(runs, 1);
    concurrent_future_release(future);
    loop_free(loop);
}

/* ---- A thread that is cancelled ---- */
/* It is asked to end before it waits, so it ends there. */
static void *wait_cancelled(void *future)
{
    pthread_cancel(pthread_self());
    concurrent_future_result(future, INFINITY, NULL);
    return NULL;
}

TEST(a_thread_cancelled_while_it_waits_leaves_the_mutex_free)
{
    LEAVES(CHECK_MEMORY, "the system loads what ends a thread");
    ConcurrentFuture *future = new_plain();
    void *end = NULL;
    pthread_t thread = new_thread(wait_cancelled, future);
    CHECK_INT(pthread_join(thread, &end), 0);
    CHECK(end == PTHREAD_CANCELED);
    CHECK_INT(pthread_mutex_trylock(&future->mutex), 0);
    pthread_mutex_unlock(&future->mutex);
    CHECK(!concurrent_future_done(future));
    concurrent_future_release(future);
}

/* ---- The signals of a worker ---- */
static int look_at_mask(void *mask, Value *result)
{
    return pthread_sigmask(SIG_BLOCK, NULL, mask);
}

TEST(a_worker_blocks_signals_but_not_its_own_faults)
{
    sigset_t mask;
    Executor *executor = new_pool(1);
    CHECK_INT(result_of(submit(executor, look_at_mask, &mask), NULL), 0);
    executor_free(executor);
    CHECK(sigismember(&mask, SIGINT));
    CHECK(sigismember(&mask, SIGTERM));
    CHECK(sigismember(&mask, SIGCHLD));
    CHECK(!sigismember(&mask, SIGSEGV));
    CHECK(!sigismember(&mask, SIGBUS));
    CHECK(!sigismember(&mask, SIGFPE));
    CHECK(!sigismember(&mask, SIGILL));
}

/* ---- A task that ends as its loop stops ---- */
static int stop_with_seven(void *err, Value *result)
{
    loop_stop(async_get_running_loop());
    *result = seven;
    return *(int *)err;
}

static void hear_the_end(int err)
{
    Value value = nothing;
    Loop *loop = any_loop();
    ConcurrentFuture *future = async_run_coroutine_threadsafe(stop_with_seven,
                                                              &err, loop);
    CHECK(future != NULL);
    CHECK_INT(loop_run_forever(loop), 0);
    loop_free(loop);
    CHECK_INT(concurrent_future_result(future, 0, &value), err);
    CHECK_INT(value.i, 7);
    concurrent_future_release(future);
}

TEST(the_result_of_a_task_that_ended_as_its_loop_stopped_arrives)
{
    hear_the_end(0);
}

TEST(and_so_does_its_error)
{
    hear_the_end(EPIPE);
}
