/* Done callbacks of a concurrent future: in order, once, and in the thread that
 * completes it.  Their file is compiled in here, over an allocator of ours. */
#include "starve.h"

#define tell tell_listener
#include "../../code/09_threads/concurrent.c"
#undef tell
#undef malloc
#undef calloc

#include "workers.h"

/* ---- In order ---- */
static void tell_it(ConcurrentFuture *future, void *word)
{
    CHECK(concurrent_future_done(future));
    tell(word);
}

static void add(ConcurrentFuture *future, ConcurrentCallback *callback,
                void *arg)
{
    CHECK_INT(concurrent_future_add_done_callback(future, callback, arg), 0);
}

TEST(callbacks_run_in_the_order_in_which_they_were_added)
{
    ConcurrentFuture *future = new_plain();
    add(future, tell_it, "a");
    add(future, tell_it, "b");
    add(future, tell_it, "a");
    CHECK_STR(story, "");
    concurrent_complete(future, 0, seven);
    CHECK_STR(story, "a b a");
    concurrent_complete(future, 0, seven);
    CHECK_STR(story, "a b a");
    concurrent_future_release(future);
}

TEST(a_late_one_runs_at_once)
{
    ConcurrentFuture *future = new_plain();
    concurrent_complete(future, EPIPE, seven);
    add(future, tell_it, "late");
    CHECK_STR(story, "late");
    concurrent_future_release(future);
}

TEST(cancelling_runs_them_too)
{
    ConcurrentFuture *future = new_plain();
    add(future, tell_it, "a");
    CHECK(concurrent_future_cancel(future));
    CHECK_STR(story, "a");
    CHECK(concurrent_future_cancel(future));
    add(future, tell_it, "b");
    CHECK_STR(story, "a b");
    concurrent_future_release(future);
}

TEST(beginning_runs_none)
{
    ConcurrentFuture *future = new_plain();
    add(future, tell_it, "a");
    CHECK(concurrent_start(future));
    CHECK(!concurrent_future_cancel(future));
    CHECK_STR(story, "");
    concurrent_complete(future, 0, nothing);
    CHECK_STR(story, "a");
    concurrent_future_release(future);
}

TEST(no_callback_is_an_error)
{
    ConcurrentFuture *future = new_plain();
    CHECK_INT(concurrent_future_add_done_callback(future, NULL, "x"), E_VALUE);
    concurrent_complete(future, 0, nothing);
    CHECK_INT(concurrent_future_add_done_callback(future, NULL, "x"), E_VALUE);
    concurrent_future_release(future);
}

TEST(without_memory_none_is_added)
{
    ConcurrentFuture *future = new_plain();
    add(future, tell_it, "a");
    allowed = 0;
    CHECK_INT(concurrent_future_add_done_callback(future, tell_it, "b"),
              ENOMEM);
    concurrent_complete(future, 0, nothing);
    allowed = -1;
    CHECK_STR(story, "a");
    concurrent_future_release(future);
}

TEST(what_is_never_done_calls_nobody)
{
    ConcurrentFuture *future = new_plain();
    add(future, tell_it, "a");
    add(future, tell_it, "b");
    concurrent_future_release(future);
    CHECK_STR(story, "");
    CHECK_INT(destroyed, 1);
}

/* ---- What one may do ---- */
static void ask_all(ConcurrentFuture *future, void *word)
{
    Value value = nothing;
    CHECK_INT(concurrent_future_result(future, INFINITY, &value), 0);
    CHECK_INT(value.i, 7);
    CHECK(!concurrent_future_cancel(future));
    add(future, tell_it, word);    /* at once */
    tell("asked");
}

TEST(a_callback_may_ask_and_add_another)
{
    ConcurrentFuture *future = new_plain();
    add(future, ask_all, "inner");
    add(future, tell_it, "next");
    concurrent_complete(future, 0, seven);
    CHECK_STR(story, "inner asked next");
    concurrent_future_release(future);
}

static void release_it(ConcurrentFuture *future, void *word)
{
    tell(word);
    concurrent_future_release(future);
}

TEST(a_callback_may_release_the_last_reference)
{
    ConcurrentFuture *future = new_plain();
    add(future, release_it, "cancelled");
    CHECK(concurrent_future_cancel(future));
    CHECK_INT(destroyed, 1);
    future = new_plain();
    concurrent_complete(future, 0, seven);
    add(future, release_it, "late");
    CHECK_INT(destroyed, 2);
    CHECK_STR(story, "cancelled late");
}

static void release_soon(ConcurrentFuture *future, void *arg)
{
    concurrent_future_release(future);
    open_gate(arg, 1);
}

TEST(also_in_a_worker)
{
    Executor *executor = new_pool(1);
    Gate gone = new_gate();
    for (int i = 0; i < 20; i++) {
        add(submit(executor, return_seven, NULL), release_soon, &gone);
        pass(&gone, 1);
    }
    executor_free(executor);
    free_gate(&gone);
}

/* ---- In which thread ---- */
typedef struct Where {
    pthread_t thread;
    bool is_called;
} Where;

static void see_where(ConcurrentFuture *future, void *arg)
{
    *(Where *)arg = (Where){ pthread_self(), true };
}

static int tell_thread(void *arg, Value *result)
{
    *(pthread_t *)arg = pthread_self();
    return 0;
}

TEST(they_run_in_the_thread_that_completes_it)
{
    Executor *executor = new_pool(1);
    pthread_t worker;
    Where where = { .is_called = false }, late = { .is_called = false };
    Stay stay;
    stay_begin(&stay);
    CHECK_INT(result_of(submit(executor, tell_thread, &worker), NULL), 0);
    ConcurrentFuture *future = submit(executor, stay_there, &stay);
    add(future, see_where, &where);
    open_gate(&stay.go, 1);
    executor_free(executor);
    CHECK(where.is_called && pthread_equal(where.thread, worker));
    add(future, see_where, &late);
    CHECK(late.is_called && pthread_equal(late.thread, pthread_self()));
    concurrent_future_release(future);
    stay_end(&stay);
}

TEST(a_cancelled_job_calls_in_the_thread_that_cancels)
{
    Executor *executor = new_pool(1);
    Where where = { .is_called = false };
    Stay stay;
    stay_begin(&stay);
    ConcurrentFuture *first = submit(executor, stay_there, &stay);
    ConcurrentFuture *second = submit(executor, stay_there, &stay);
    add(second, see_where, &where);
    pass(&stay.begun, 1);
    CHECK(concurrent_future_cancel(second));
    CHECK(where.is_called && pthread_equal(where.thread, pthread_self()));
    open_gate(&stay.go, 1);
    executor_free(executor);
    CHECK_INT(stay.runs, 1);
    CHECK_INT(result_of(first, NULL), 0);
    CHECK_INT(result_of(second, NULL), E_CANCELLED);
    stay_end(&stay);
}

/* ---- From several threads ---- */
enum { ADDERS = 3, EACH = 200 };

typedef struct Adder {
    ConcurrentFuture *future;
    atomic_int calls;
} Adder;

static void count_call(ConcurrentFuture *future, void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
}

static void *add_many(void *arg)
{
    Adder *adder = arg;
    for (int i = 0; i < EACH; i++)
        add(adder->future, count_call, &adder->calls);
    return NULL;
}

TEST(each_runs_once_whoever_comes_first)
{
    for (int round = 0; round < 10; round++) {
        Adder adder = { .future = new_plain() };
        pthread_t threads[ADDERS];
        atomic_init(&adder.calls, 0);
        for (int i = 0; i < ADDERS; i++)
            threads[i] = new_thread(add_many, &adder);
        concurrent_complete(adder.future, 0, nothing);
        for (int i = 0; i < ADDERS; i++)
            join_thread(threads[i]);
        CHECK_INT(adder.calls, ADDERS * EACH);
        concurrent_future_release(adder.future);
    }
}
