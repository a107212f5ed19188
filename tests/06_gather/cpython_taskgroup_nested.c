/* The rules behind CPython's own tests of task groups in task groups, and of
 * several reasons to end: each test here names the one it was read from, in
 * test_taskgroups.py. */
#include "cpython.h"

/* ---- Helpers ---- */
static Task *add(TaskGroup *g, CoroFn *function, void *arg)
{
    Task *task = taskgroup_create_task(g, function, arg);
    CHECK(task != NULL);
    return task;
}

/* Exits; all that have failed have done so with these two. */
static int leave(TaskGroup *g, int error, int wanted, int also_wanted)
{
    size_t n = 0;
    int err = taskgroup_exit(g, error);
    if (err == E_GROUP) {
        taskgroup_errors(g, &n);
        CHECK(taskgroup_count(g, wanted) > 0);
        CHECK(taskgroup_count(g, also_wanted) > 0);
    }
    size_t others = also_wanted == wanted ? 0 : taskgroup_count(g, also_wanted);
    CHECK_INT(taskgroup_count(g, wanted) + others, n);
    taskgroup_free(g);
    return err;
}

static int fail_in_cleanup(void *arg, Value *result)
{
    CHECK_INT(async_sleep(10), E_CANCELLED);
    return ZERO_DIVISION;
}

static void cancel_after(CoroFn *function, void *arg, int wanted)
{
    Task *r = create(function, arg);
    CHECK_INT(async_sleep(0.1), 0);
    CHECK(!task_done(r));
    task_cancel(r);
    CHECK_INT(task_join(r, NULL), wanted);
}

/* ---- One in the other ---- */
static int hold_inner(void)
{
    TaskGroup *g2 = taskgroup_enter();
    for (int i = 0; i < 5; i++)
        add(g2, fail_in_cleanup, NULL);
    return leave(g2, async_sleep(10), ZERO_DIVISION, ZERO_DIVISION);
}

static int nest_alone(void *arg, Value *result)
{
    TaskGroup *g1 = taskgroup_enter();
    return leave(g1, hold_inner(), E_GROUP, E_GROUP);
}

static int cancel_nest_alone(void *arg, Value *result)
{
    cancel_after(nest_alone, NULL, E_GROUP);
    return 0;
}

TEST(taskgroup_11)    /* CPython: test_taskgroup_11 */
{
    run(cancel_nest_alone);
}

static int nest_with_child(void *arg, Value *result)
{
    TaskGroup *g1 = taskgroup_enter();
    add(g1, sleep_10, NULL);
    return leave(g1, hold_inner(), E_GROUP, E_GROUP);
}

static int cancel_nest_with_child(void *arg, Value *result)
{
    cancel_after(nest_with_child, NULL, E_GROUP);
    CHECK_DOUBLE(now(), 0.1, 1e-6);
    return 0;
}

TEST(taskgroup_12)    /* CPython: test_taskgroup_12 */
{
    run(cancel_nest_with_child);
}

static int crash_after(void *delay, Value *result)
{
    int err = async_sleep(*(double *)delay);
    return err == 0 ? E_VALUE : err;
}

static void crash_in_both(double outer, double inner, int wanted_inside,
                          int wanted)
{
    TaskGroup *g1 = taskgroup_enter();
    add(g1, crash_after, &outer);
    TaskGroup *g2 = taskgroup_enter();
    add(g2, crash_after, &inner);
    int err = leave(g2, 0, E_VALUE, E_VALUE);
    CHECK_INT(err, wanted_inside);
    CHECK_INT(leave(g1, err, wanted, wanted), E_GROUP);
    CHECK_DOUBLE(now(), 0.1, 1e-6);
    CHECK_INT(cancelling(), 0);
}

static int crash_outer(void *arg, Value *result)
{
    crash_in_both(0.1, 10, E_CANCELLED, E_VALUE);
    return 0;
}

/* CPython: test_taskgroup_13.  The inner one is cancelled, and no failure. */
TEST(taskgroup_13)
{
    run(crash_outer);
}

static int crash_inner(void *arg, Value *result)
{
    crash_in_both(10, 0.1, E_GROUP, E_GROUP);
    return 0;
}

TEST(taskgroup_14)    /* CPython: test_taskgroup_14 */
{
    run(crash_inner);
}

/* ---- Cancelled, and then a child fails ---- */
static int divide_by_zero(void *delay, Value *result)
{
    int err = async_sleep(*(double *)delay);
    return err == 0 ? ZERO_DIVISION : err;
}

static int clean_up_meanwhile(void *arg, Value *result)
{
    TaskGroup *g1 = taskgroup_enter();
    add(g1, divide_by_zero, &(double){ 0.3 });
    int err = async_sleep(10);
    CHECK_INT(err, E_CANCELLED);
    CHECK_INT(async_sleep(0.5), E_CANCELLED);
    CHECK_DOUBLE(now(), 0.3, 1e-6);
    return leave(g1, err, ZERO_DIVISION, ZERO_DIVISION);
}

static int cancel_then_fail(void *arg, Value *result)
{
    cancel_after(clean_up_meanwhile, NULL, E_GROUP);
    return 0;
}

/* CPython: test_taskgroup_15.  The failure interrupts the cleanup, too. */
TEST(taskgroup_15)
{
    run(cancel_then_fail);
}

static int await_nested(void *arg, Value *result)
{
    return task_join(create(clean_up_meanwhile, NULL), result);
}

static int cancel_through(void *arg, Value *result)
{
    cancel_after(await_nested, NULL, E_GROUP);
    return 0;
}

TEST(taskgroup_16)    /* CPython: test_taskgroup_16 */
{
    run(cancel_through);
}

/* ---- No children ---- */
typedef struct Body {
    int error;    /* that it ends with, when it is cancelled */
    int count;
} Body;

static int sleep_alone(void *arg, Value *result)
{
    Body *body = arg;
    TaskGroup *g = taskgroup_enter();
    CHECK_INT(async_sleep(10), E_CANCELLED);
    body->count += 10;
    return leave(g, body->error, MY_ERROR, MY_ERROR);
}

static int cancel_childless(void *arg, Value *result)
{
    Body body = { E_CANCELLED, 0 };
    cancel_after(sleep_alone, &body, E_CANCELLED);
    CHECK_INT(body.count, 10);
    return 0;
}

TEST(taskgroup_17)    /* CPython: test_taskgroup_17 */
{
    run(cancel_childless);
}

static int fail_childless(void *arg, Value *result)
{
    Body body = { MY_ERROR, 0 };
    cancel_after(sleep_alone, &body, E_GROUP);
    CHECK_INT(body.count, 10);
    return 0;
}

TEST(taskgroup_18)    /* CPython: test_taskgroup_18 */
{
    run(fail_childless);
}

/* ---- A child fails, then the body ---- */
static int crash_with(void *error, Value *result)
{
    int err = async_sleep(0.1);
    return err == 0 ? *(int *)error : err;
}

/* What the group ends with, if its child ends with the one error and then its
 * body with the other. */
static int fail_twice(int child, int body)
{
    TaskGroup *g = taskgroup_enter();
    add(g, crash_with, &child);
    CHECK_INT(async_sleep(10), E_CANCELLED);
    int err = taskgroup_exit(g, body);
    if (err == E_GROUP) {
        size_t n;
        const Outcome *errors = taskgroup_errors(g, &n);
        CHECK_INT(n, 2);
        CHECK_INT(errors[0].error, child);
        CHECK_INT(errors[1].error, body);
    }
    taskgroup_free(g);
    return err;
}

static int fail_with_two(void *arg, Value *result)
{
    CHECK_INT(fail_twice(ZERO_DIVISION, MY_ERROR), E_GROUP);
    CHECK_INT(cancelling(), 0);
    return 0;
}

/* CPython: test_taskgroup_19, and test_taskgroup_20a: no error is special but
 * the next one. */
TEST(taskgroup_19)
{
    run(fail_with_two);
}

static int interrupt_body(void *arg, Value *result)
{
    CHECK_INT(fail_twice(ZERO_DIVISION, E_KEYBOARD_INTERRUPT),
              E_KEYBOARD_INTERRUPT);
    return 0;
}

TEST(taskgroup_20)    /* CPython: test_taskgroup_20 */
{
    run(interrupt_body);
}

static int fail_with_type_error(void *arg, Value *result)
{
    CHECK_INT(fail_twice(MY_ERROR, TYPE_ERROR), E_GROUP);
    return 0;
}

TEST(taskgroup_21a)    /* CPython: test_taskgroup_21a */
{
    run(fail_with_type_error);
}

/* ---- Both fail at once ---- */
static int raise_at_once(void *error, Value *result)
{
    int err = async_sleep(0);
    return err == 0 ? *(int *)error : err;
}

static int fail_in_both(void *arg, Value *result)
{
    TaskGroup *outer = taskgroup_enter(), *inner = taskgroup_enter();
    add(inner, raise_at_once, &(int){ E_RUNTIME });
    add(outer, raise_at_once, &(int){ E_VALUE });
    CHECK_INT(leave(inner, 0, E_RUNTIME, E_RUNTIME), E_GROUP);
    CHECK_INT(leave(outer, 0, E_VALUE, E_VALUE), E_GROUP);
    CHECK_INT(cancelling(), 0);
    return async_sleep(0);
}

/* CPython: test_nested_groups_both_cancelled */
TEST(nested_groups_both_cancelled)
{
    run(fail_in_both);
}
