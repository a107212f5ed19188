/* The rules behind CPython's own tests of task groups: each test here names the
 * one it was read from, in test_taskgroups.py. */
#include "cpython.h"

/* ---- Helpers ---- */
typedef struct Job {
    double delay;
    int value;
} Job;

static int do_job(void *arg, Value *result)
{
    Job *job = arg;
    int err = async_sleep(job->delay);
    *result = (Value){ .i = job->value };
    return err;
}

static Task *add(TaskGroup *g, CoroFn *function, void *arg)
{
    Task *task = taskgroup_create_task(g, function, arg);
    CHECK(task != NULL);
    return task;
}

static long long value_of(Task *task)
{
    Value value;
    CHECK_INT(task_result(task, &value), 0);
    return value.i;
}

/* Exits, and frees it. */
static int leave(TaskGroup *g, int error)
{
    int err = taskgroup_exit(g, error);
    taskgroup_free(g);
    return err;
}

/* The same, where nobody has failed but with this error. */
static void leave_failed(TaskGroup *g, int error, int wanted)
{
    size_t n;
    CHECK_INT(taskgroup_exit(g, error), E_GROUP);
    taskgroup_errors(g, &n);
    CHECK(n > 0);
    CHECK_INT(taskgroup_count(g, wanted), n);
    taskgroup_free(g);
}

/* ---- All succeed ---- */
static int run_two(void *arg, Value *result)
{
    Job foo1 = { 0.1, 42 }, foo2 = { 0.2, 11 };
    TaskGroup *g = taskgroup_enter();
    Task *t1 = add(g, do_job, &foo1), *t2 = add(g, do_job, &foo2);
    CHECK_INT(taskgroup_exit(g, 0), 0);
    CHECK_INT(value_of(t1), 42);
    CHECK_INT(value_of(t2), 11);
    CHECK_DOUBLE(now(), 0.2, 1e-6);
    taskgroup_free(g);
    return 0;
}

TEST(taskgroup_01)    /* CPython: test_taskgroup_01 */
{
    run(run_two);
}

static int add_one_later(void *arg, Value *result)
{
    Job foo1 = { 0.1, 42 }, foo2 = { 0.2, 11 };
    TaskGroup *g = taskgroup_enter();
    Task *t1 = add(g, do_job, &foo1);
    int err = async_sleep(0.15);
    Task *t2 = add(g, do_job, &foo2);
    CHECK_INT(taskgroup_exit(g, err), 0);
    CHECK_INT(value_of(t1), 42);
    CHECK_INT(value_of(t2), 11);
    CHECK_DOUBLE(now(), 0.35, 1e-6);
    taskgroup_free(g);
    return 0;
}

/* CPython: test_taskgroup_02.  A child that has ended is no reason to be over:
 * the block goes on. */
TEST(taskgroup_02)
{
    run(add_one_later);
}

static int cancel_one(void *arg, Value *result)
{
    Job foo1 = { 1, 42 }, foo2 = { 0.2, 11 };
    TaskGroup *g = taskgroup_enter();
    Task *t1 = add(g, do_job, &foo1);
    int err = async_sleep(0.15);
    task_cancel(t1);
    Task *t2 = add(g, do_job, &foo2);
    CHECK_INT(taskgroup_exit(g, err), 0);
    CHECK(task_cancelled(t1));
    CHECK_INT(value_of(t2), 11);
    CHECK_DOUBLE(now(), 0.35, 1e-6);
    taskgroup_free(g);
    return 0;
}

TEST(taskgroup_03)    /* CPython: test_taskgroup_03 */
{
    run(cancel_one);
}

/* ---- A child fails ---- */
static int divide_by_zero(void *delay, Value *result)
{
    int err = async_sleep(*(double *)delay);
    return err == 0 ? ZERO_DIVISION : err;
}

static int count_cancelled(void *count, Value *result)
{
    int err = async_sleep(5);
    if (err == E_CANCELLED)
        ++*(int *)count;
    return err;
}

static int fail_one(void *count, Value *result)
{
    TaskGroup *g = taskgroup_enter();
    add(g, divide_by_zero, &(double){ 0.1 });
    Task *t2 = add(g, count_cancelled, count);
    CHECK_INT(taskgroup_exit(g, 0), E_GROUP);
    CHECK_INT(taskgroup_count(g, ZERO_DIVISION), 1);
    CHECK(task_cancelled(t2));
    taskgroup_free(g);
    return E_GROUP;
}

static int await_runner(void *arg, Value *result)
{
    int count = 0;
    Task *runner = create(fail_one, &count);
    CHECK_INT(task_join(runner, NULL), E_GROUP);
    CHECK_INT(count, 1);
    CHECK_DOUBLE(now(), 0.1, 1e-6);
    return 0;
}

TEST(taskgroup_04)    /* CPython: test_taskgroup_04 */
{
    run(await_runner);
}

static int fail_three(void *arg, Value *result)
{
    int count = 0;
    TaskGroup *g = taskgroup_enter();
    for (int i = 0; i < 3; i++)
        add(g, divide_by_zero, &(double){ 0.1 });
    add(g, count_cancelled, &count);
    int err = async_sleep(10);
    CHECK_INT(err, E_CANCELLED);
    leave_failed(g, err, ZERO_DIVISION);
    CHECK_INT(count, 1);
    CHECK_INT(cancelling(), 0);
    return 0;
}

/* CPython: test_cancel_children_on_child_error */
TEST(cancel_children_on_child_error)
{
    run(fail_three);
}

/* ---- The block is cancelled ---- */
static void cancel_after(CoroFn *function, void *arg, int wanted)
{
    Task *r = create(function, arg);
    CHECK_INT(async_sleep(0.1), 0);
    CHECK(!task_done(r));
    task_cancel(r);
    CHECK_INT(task_join(r, NULL), wanted);
    CHECK_DOUBLE(now(), 0.1, 1e-6);
}

static int exit_with_five(void *count, Value *result)
{
    TaskGroup *g = taskgroup_enter();
    for (int i = 0; i < 5; i++)
        add(g, count_cancelled, count);
    return leave(g, 0);
}

static int cancel_in_exit(void *arg, Value *result)
{
    int count = 0;
    cancel_after(exit_with_five, &count, E_CANCELLED);
    CHECK_INT(count, 5);
    return 0;
}

TEST(cancellation)    /* CPython: test_cancellation */
{
    run(cancel_in_exit);
}

static int sleep_with_five(void *arg, Value *result)
{
    int *count = arg;
    TaskGroup *g = taskgroup_enter();
    for (int i = 0; i < 5; i++)
        add(g, count_cancelled, count);
    int err = async_sleep(10);
    *count += err == E_CANCELLED ? 10 : 0;
    return leave(g, err);
}

static int cancel_in_body(void *arg, Value *result)
{
    int count = 0;
    cancel_after(sleep_with_five, &count, E_CANCELLED);
    CHECK_INT(count, 15);
    return 0;
}

TEST(taskgroup_07)    /* CPython: test_taskgroup_07 */
{
    run(cancel_in_body);
}

static int fail_in_cleanup(void *arg, Value *result)
{
    CHECK_INT(async_sleep(10), E_CANCELLED);
    return ZERO_DIVISION;
}

static int sleep_with_failing(void *arg, Value *result)
{
    TaskGroup *g = taskgroup_enter();
    for (int i = 0; i < 5; i++)
        add(g, fail_in_cleanup, NULL);
    leave_failed(g, async_sleep(10), ZERO_DIVISION);
    return E_GROUP;
}

static int cancel_and_fail(void *arg, Value *result)
{
    cancel_after(sleep_with_failing, NULL, E_GROUP);
    return 0;
}

TEST(taskgroup_08)    /* CPython: test_taskgroup_08 */
{
    run(cancel_and_fail);
}

static int hold_two(void *arg, Value *result)
{
    Job foo1 = { 1, 42 }, foo2 = { 2, 11 };
    TaskGroup *g = taskgroup_enter();
    add(g, do_job, &foo1);
    add(g, do_job, &foo2);
    return leave(g, 0);
}

static int cancel_plainly(void *arg, Value *result)
{
    cancel_after(hold_two, NULL, E_CANCELLED);
    return 0;
}

TEST(taskgroup_22)    /* CPython: test_taskgroup_22 */
{
    run(cancel_plainly);
}

/* ---- The block fails ---- */
static void fail_in_body(bool sleeps)
{
    Job foo1 = { 1, 42 }, foo2 = { 2, 11 };
    TaskGroup *g = taskgroup_enter();
    Task *t1 = add(g, do_job, &foo1), *t2 = add(g, do_job, &foo2);
    if (sleeps)
        CHECK_INT(async_sleep(0.1), 0);
    CHECK_INT(taskgroup_exit(g, ZERO_DIVISION), E_GROUP);
    CHECK_INT(taskgroup_count(g, ZERO_DIVISION), 1);
    CHECK(task_cancelled(t1));
    CHECK(task_cancelled(t2));
    CHECK_DOUBLE(now(), sleeps ? 0.1 : 0, 1e-6);
    taskgroup_free(g);
}

static int fail_late_in_body(void *arg, Value *result)
{
    fail_in_body(true);
    return 0;
}

TEST(taskgroup_09)    /* CPython: test_taskgroup_09 */
{
    run(fail_late_in_body);
}

static int fail_at_once_in_body(void *arg, Value *result)
{
    fail_in_body(false);
    return 0;
}

TEST(taskgroup_10)    /* CPython: test_taskgroup_10 */
{
    run(fail_at_once_in_body);
}
