/* The rules behind CPython's own tests of as_completed(): each test here names
 * the one it was read from, in test_tasks.py.  There is one kind of iterator
 * here, as CPython's asynchronous one. */
#include "cpython.h"

/* ---- Helpers ---- */
typedef struct Sleeper {
    double delay;
    const char *name;
} Sleeper;

static int sleep_and_return(void *arg, Value *result)
{
    Sleeper *sleeper = arg;
    int err = async_sleep(sleeper->delay);
    *result = (Value){ .s = sleeper->name };
    return err;
}

static const char *next_result(AsCompleted *iterator)
{
    Future *done;
    Value value;
    CHECK_INT(as_completed_next(iterator, &done), 0);
    CHECK_INT(future_result(done, &value), 0);
    return value.s;
}

static void check_over(AsCompleted *iterator)
{
    Future *done;
    CHECK_INT(as_completed_next(iterator, &done), E_STOP_ITERATION);
    CHECK_PTR(done, NULL);
    as_completed_free(iterator);
}

static AsCompleted *iterate(Future *futures[], size_t n, double timeout)
{
    AsCompleted *iterator = async_as_completed(futures, n, timeout);
    CHECK(iterator != NULL);
    return iterator;
}

/* ---- In the order of the ends ---- */
static int iterate_three(void *arg, Value *result)
{
    Sleeper a = { 0.01, "a" }, b = { 0.01, "b" }, c = { 0.15, "c" };
    Task *tasks[] = { create(sleep_and_return, &b),
                      create(sleep_and_return, &c),
                      create(sleep_and_return, &a) };
    AsCompleted *iterator = iterate(tasks, 3, INFINITY);
    CHECK_STR(next_result(iterator), "b");
    CHECK_STR(next_result(iterator), "a");
    CHECK_DOUBLE(now(), 0.01, 1e-6);
    CHECK_STR(next_result(iterator), "c");
    CHECK_DOUBLE(now(), 0.15, 1e-6);
    check_over(iterator);
    release_all(tasks, 3);
    return 0;
}

TEST(as_completed)    /* CPython: test_as_completed */
{
    run(iterate_three);
}

static int get_the_same(void *arg, Value *result)
{
    Future *in[4], *done;
    bool is_out[4] = { false };
    for (int i = 0; i < 4; i++)
        in[i] = create(return_42, NULL);
    AsCompleted *iterator = iterate(in, 4, INFINITY);
    for (int i = 0; i < 4; i++) {
        CHECK_INT(as_completed_next(iterator, &done), 0);
        for (int j = 0; j < 4; j++)
            if (in[j] == done && !is_out[j]) {
                is_out[j] = true;
                break;
            }
    }
    CHECK(is_out[0] && is_out[1] && is_out[2] && is_out[3]);
    check_over(iterator);
    release_all(in, 4);
    return 0;
}

/* CPython: test_as_completed_same_tasks_in_as_out */
TEST(as_completed_same_tasks_in_as_out)
{
    run(get_the_same);
}

/* ---- In time, or not ---- */
static int time_out(void *arg, Value *result)
{
    Sleeper a = { 0.1, "a" }, b = { 0.15, "b" };
    Task *tasks[] = { create(sleep_and_return, &a),
                      create(sleep_and_return, &b) };
    AsCompleted *iterator = iterate(tasks, 2, 0.12);
    Future *done;
    CHECK_STR(next_result(iterator), "a");
    CHECK_INT(as_completed_next(iterator, &done), E_TIMEOUT);
    CHECK_DOUBLE(now(), 0.12, 1e-6);
    check_over(iterator);
    CHECK(!task_done(tasks[1]));
    CHECK_INT(async_wait(tasks, 2, INFINITY, ALL_COMPLETED), 0);
    CHECK_INT(task_error(tasks[1]), 0);
    release_all(tasks, 2);
    return 0;
}

/* CPython: test_as_completed_with_timeout */
TEST(as_completed_with_timeout)
{
    run(time_out);
}

static int be_in_time(void *arg, Value *result)
{
    Sleeper a = { 0.01, "a" };
    Task *task = create(sleep_and_return, &a);
    AsCompleted *iterator = iterate(&task, 1, 1);
    CHECK_STR(next_result(iterator), "a");
    CHECK_DOUBLE(now(), 0.01, 1e-6);
    check_over(iterator);
    task_release(task);
    return 0;
}

/* CPython: test_as_completed_with_unused_timeout.  Its timer is gone, so the
 * clock need not move. */
TEST(as_completed_with_unused_timeout)
{
    run(be_in_time);
}

/* ---- Step by step ---- */
static int resume(void *arg, Value *result)
{
    Sleeper sleepers[] = { { 0, "0" }, { 0, "1" }, { 0, "2" }, { 0, "3" } };
    Task *tasks[4];
    char seen[5] = "";
    for (int i = 0; i < 4; i++)
        tasks[i] = create(sleep_and_return, &sleepers[i]);
    AsCompleted *iterator = iterate(tasks, 4, INFINITY);
    strcat(seen, next_result(iterator));
    strcat(seen, next_result(iterator));
    CHECK_INT(async_sleep(1), 0);
    strcat(seen, next_result(iterator));
    strcat(seen, next_result(iterator));
    CHECK_STR(seen, "0123");
    check_over(iterator);
    release_all(tasks, 4);
    return 0;
}

/* CPython: test_as_completed_resume_iterator */
TEST(as_completed_resume_iterator)
{
    run(resume);
}

/* ---- Several who ask ---- */
static int ask(void *iterator, Value *result)
{
    *result = (Value){ .s = next_result(iterator) };
    return 0;
}

static int ask_twice(double first, double second, double delays[2])
{
    Sleeper a = { first, "a" }, b = { second, "b" };
    Task *tasks[] = { create(sleep_and_return, &a),
                      create(sleep_and_return, &b) };
    AsCompleted *iterator = iterate(tasks, 2, INFINITY);
    Task *asking[] = { create(ask, iterator), create(ask, iterator) };
    const char *wanted[] = { "a", "b" };
    for (int i = 0; i < 2; i++) {
        Value value;
        CHECK_INT(task_join(asking[i], &value), 0);
        CHECK_STR(value.s, wanted[i]);
        CHECK_DOUBLE(now(), delays[i], 1e-6);
    }
    check_over(iterator);
    release_all(tasks, 2);
    return 0;
}

static int ask_in_order(void *arg, Value *result)
{
    return ask_twice(0.05, 0.1, (double[]){ 0.05, 0.1 });
}

/* CPython: test_as_completed_reverse_wait.  Who asks first gets what ends
 * first. */
TEST(as_completed_reverse_wait)
{
    run(ask_in_order);
}

static int ask_at_once(void *arg, Value *result)
{
    return ask_twice(0.05, 0.05, (double[]){ 0.05, 0.05 });
}

/* CPython: test_as_completed_concurrent */
TEST(as_completed_concurrent)
{
    run(ask_at_once);
}

static int iterate_duplicates(void *arg, Value *result)
{
    Sleeper ham = { 0, "ham" }, spam = { 0, "spam" };
    Task *c = create(sleep_and_return, &ham),
         *d = create(sleep_and_return, &spam);
    AsCompleted *iterator = iterate((Future *[]){ c, c, d }, 3, INFINITY);
    CHECK_STR(next_result(iterator), "ham");
    CHECK_STR(next_result(iterator), "spam");
    check_over(iterator);
    task_release(c);
    task_release(d);
    return 0;
}

/* CPython: test_as_completed_duplicate_coroutines */
TEST(as_completed_duplicate_coroutines)
{
    run(iterate_duplicates);
}

/* ---- Refusals ---- */
static int iterate_wrongly(void *arg, Value *result)
{
    Future *none = NULL;
    CHECK_PTR(async_as_completed(&none, 1, INFINITY), NULL);
    CHECK_INT(errno, EINVAL);
    return 0;
}

/* CPython: test_as_completed_invalid_args.  Only NULL is no future here. */
TEST(as_completed_invalid_args)
{
    run(iterate_wrongly);
}

/* ---- What C cannot express ---- */
/* test_as_completed_coroutine_without_loop, _use_running_loop and
 * _use_global_loop: what is awaited are futures, and they have their loop. */
