/* Runners in several threads at once, and in a child of fork(). */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "runtime.h"

/* ---- In several threads ---- */
enum { THREADS = 8 };

static atomic_int met;

/* Each waits until all are in their runs. */
static int meet(void *arg, Value *result)
{
    int err = 0;
    atomic_fetch_add(&met, 1);
    while (atomic_load(&met) < THREADS && err == 0)
        err = async_sleep(0.001);
    result->i = *(int *)arg;
    return err;
}

static void *run_meeting(void *arg)
{
    Value value = nothing;
    CHECK_INT(async_run(meet, arg, &value), 0);
    CHECK_INT(value.i, *(int *)arg);
    return NULL;
}

TEST(each_thread_may_have_a_run)
{
    pthread_t threads[THREADS];
    int numbers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        CHECK_INT(pthread_create(&threads[i], NULL, run_meeting, &numbers[i]),
                  0);
    }
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_join(threads[i], NULL), 0);
    check_handler(SIG_DFL);
}

static void *run_often(void *arg)
{
    for (int i = 0; i < 20; i++)
        CHECK_INT(async_run(return_seven, NULL, NULL), 0);
    return NULL;
}

/* Whoever has SIGINT gives it back. */
TEST(they_begin_and_end_at_any_time)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, run_often, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_join(threads[i], NULL), 0);
    check_handler(SIG_DFL);
}

/* ---- SIGINT among them ---- */
static int wait_for_it(void *arg, Value *result)
{
    int err = 0;
    atomic_fetch_add(&met, 1);
    while (err == 0)
        err = async_sleep(60);
    return err;
}

static void *run_until_interrupted(void *err)
{
    *(int *)err = async_run(wait_for_it, NULL, NULL);
    return NULL;
}

/* The main thread has no runner; that of the other one gets it. */
TEST(a_runner_in_a_thread_is_interrupted)
{
    pthread_t thread;
    int err = 0;
    CHECK_INT(pthread_create(&thread, NULL, run_until_interrupted, &err), 0);
    while (atomic_load(&met) == 0)
        sched_yield();
    interrupt_self(NULL);
    CHECK_INT(pthread_join(thread, NULL), 0);
    CHECK_INT(err, E_KEYBOARD_INTERRUPT);
    check_handler(SIG_DFL);
}

/* ---- In a child ---- */
static void run_in_child(void)
{
    Value value = nothing;
    CHECK_INT(async_run(return_seven, NULL, &value), 0);
    CHECK_INT(value.i, 7);
}

TEST(a_child_may_run_what_its_parent_ran)
{
    Child child;
    run_in_child();
    run_child(&child, run_in_child);
    check_exited(&child);
    run_in_child();
}

static Runner shared;

static void close_the_parents(void)
{
    CHECK_INT(runner_close(&shared), 0);
    CHECK_PTR(runner_get_loop(&shared), NULL);
    run_in_child();
}

/* Between two runs; the parent's own goes on. */
TEST(a_child_closes_its_parents_runner)
{
    Child child;
    shared = new_runner();
    CHECK_INT(runner_run(&shared, return_seven, NULL, NULL), 0);
    run_child(&child, close_the_parents);
    check_exited(&child);
    CHECK_INT(runner_run(&shared, return_seven, NULL, NULL), 0);
    CHECK_INT(runner_close(&shared), 0);
}
