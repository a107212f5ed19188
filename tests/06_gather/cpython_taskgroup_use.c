/* The rules behind CPython's own tests of the uses and misuses of task groups:
 * each test here names the one it was read from, in test_taskgroups.py, but
 * where another file is named. */
#include "cpython.h"

/* ---- Helpers ---- */
static Task *add(TaskGroup *g, CoroFn *function, void *arg)
{
    Task *task = taskgroup_create_task(g, function, arg);
    CHECK(task != NULL);
    return task;
}

static int leave(TaskGroup *g, int error)
{
    int err = taskgroup_exit(g, error);
    taskgroup_free(g);
    return err;
}

/* ---- Children that come and go ---- */
static int running;

static int do_job(void *delay, Value *result)
{
    running++;
    int err = async_sleep(*(double *)delay);
    running--;
    return err;
}

static int make_jobs(void *arg, Value *result)
{
    TaskGroup *g = taskgroup_enter();
    for (int count = 0; count < 10; count++) {
        CHECK_INT(async_sleep(0.1), 0);
        add(g, do_job, &(double){ 0.3 });
        CHECK(running < 5);
    }
    CHECK_INT(async_sleep(1.35), 0);
    CHECK_INT(running, 0);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    return leave(g, 0);
}

/* CPython: test_taskgroup_23, which looks into the group: here, who runs */
TEST(taskgroup_23)
{
    run(make_jobs);
}

static int begin_two(void *g, Value *result)
{
    static double first = 0.1, second = 0.2;
    int err = async_sleep(0.1);
    add(g, do_job, &first);
    add(g, do_job, &second);
    return err;
}

static int add_from_child(void *arg, Value *result)
{
    TaskGroup *g = taskgroup_enter();
    add(g, begin_two, g);
    CHECK_INT(leave(g, 0), 0);
    CHECK_DOUBLE(now(), 0.3, 1e-6);
    CHECK_INT(running, 0);
    return 0;
}

TEST(taskgroup_24)    /* CPython: test_taskgroup_24 */
{
    run(add_from_child);
}

static int heads;

static int grow_two_heads(void *g, Value *result)
{
    heads++;
    int err = async_sleep(0.01);
    if (err != 0)
        return err;
    add(g, grow_two_heads, g);
    add(g, grow_two_heads, g);
    return 0;
}

static int fight(void *arg, Value *result)
{
    while (heads < 10) {
        int err = async_sleep(0.015);
        if (err != 0)
            return err;
    }
    return ZERO_DIVISION;
}

static int run_hydra(void *arg, Value *result)
{
    TaskGroup *g = taskgroup_enter();
    add(g, grow_two_heads, g);
    add(g, fight, NULL);
    CHECK_INT(taskgroup_exit(g, 0), E_GROUP);
    size_t n;
    CHECK_INT(taskgroup_errors(g, &n)[0].error, ZERO_DIVISION);
    CHECK_INT(n, 1);
    CHECK(heads >= 10);
    taskgroup_free(g);
    return 0;
}

TEST(taskgroup_25)    /* CPython: test_taskgroup_25 */
{
    run(run_hydra);
}

/* ---- Options ---- */
static int sleep_0(void *arg, Value *result)
{
    return async_sleep(0);
}

static int name_child(void *arg, Value *result)
{
    TaskGroup *g = taskgroup_enter();
    Task *t = taskgroup_create_task_with(g, sleep_0, NULL,
                                         &(TaskOptions){ .name = "yolo" });
    CHECK_STR(task_get_name(t), "yolo");
    return leave(g, 0);
}

TEST(taskgroup_task_name)    /* CPython: test_taskgroup_task_name */
{
    run(name_child);
}

static ContextVar var = { "cvar", { .i = 0 }, false };

/* Returns what it was before; 0: it was not set. */
static int set_var(void *value, Value *result)
{
    int err = async_sleep(0);
    if (contextvar_get(&var, result) != 0)
        *result = (Value){ .i = 0 };
    CHECK_INT(contextvar_set(&var, (Value){ .i = *(int *)value }), 0);
    return err;
}

static int share_context(void *arg, Value *result)
{
    TaskGroup *g = taskgroup_enter();
    Context *context = context_copy();
    Value value;
    for (int i = 1; i <= 3; i++) {
        Task *t = taskgroup_create_task_with(g, set_var, &i,
            &(TaskOptions){ .context = context });
        CHECK_INT(await(t, &value), 0);
        CHECK_INT(value.i, i - 1);
    }
    CHECK_INT(contextvar_get(&var, &value), E_LOOKUP);
    context_release(context);
    return leave(g, 0);
}

TEST(taskgroup_task_context)    /* CPython: test_taskgroup_task_context */
{
    run(share_context);
}

/* ---- No more children ---- */
static int divide_by_zero(void *arg, Value *result)
{
    int err = async_sleep(0.001);
    return err == 0 ? ZERO_DIVISION : err;
}

static int add_when_cancelled(void *g, Value *result)
{
    CHECK_INT(async_sleep(1), E_CANCELLED);
    CHECK_PTR(taskgroup_create_task(g, sleep_0, NULL), NULL);
    CHECK_INT(errno, ECANCELED);
    return 0;
}

static int refuse_after_failure(void *arg, Value *result)
{
    TaskGroup *g = taskgroup_enter();
    add(g, divide_by_zero, NULL);
    Task *late = add(g, add_when_cancelled, g);
    CHECK_INT(taskgroup_exit(g, 0), E_GROUP);
    CHECK_INT(taskgroup_count(g, ZERO_DIVISION), 1);
    CHECK_INT(task_error(late), 0);
    taskgroup_free(g);
    return 0;
}

/* CPython: test_taskgroup_no_create_task_after_failure */
TEST(taskgroup_no_create_task_after_failure)
{
    run(refuse_after_failure);
}

static int add_when_over(void *arg, Value *result)
{
    TaskGroup *g = taskgroup_enter();
    CHECK_INT(taskgroup_exit(g, 0), 0);
    CHECK_PTR(taskgroup_create_task(g, sleep_0, NULL), NULL);
    CHECK_INT(errno, ECANCELED);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    taskgroup_free(g);
    return 0;
}

TEST(taskgroup_finished)    /* CPython: test_taskgroup_finished */
{
    run(add_when_over);
}

static void enter_without_task(void *arg)
{
    CHECK_PTR(taskgroup_enter(), NULL);
    CHECK_INT(errno, EINVAL);
    ++*(int *)arg;
}

/* CPython: test_taskgroup_without_parent_task */
TEST(taskgroup_without_parent_task)
{
    Loop *loop = new_loop();
    int calls = 0;
    CHECK(loop_call_soon(loop, enter_without_task, &calls) != 0);
    run_briefly(loop);
    CHECK_INT(calls, 1);
    finish(loop);
}

/* ---- Requests are counted ---- */
static int fail(void *error, Value *result)
{
    return *(int *)error;
}

static int fail_in_body_and_child(void *arg, Value *result)
{
    TaskGroup *g = taskgroup_enter();
    add(g, fail, &(int){ MY_ERROR });
    CHECK_INT(async_sleep(1), E_CANCELLED);
    CHECK_INT(taskgroup_exit(g, MY_ERROR), E_GROUP);
    CHECK_INT(cancelling(), 0);
    CHECK_INT(taskgroup_count(g, MY_ERROR), 2);
    taskgroup_free(g);
    return 0;
}

/* CPython: test_taskgroup_context_manager_exit_raises */
TEST(taskgroup_context_manager_exit_raises)
{
    run(fail_in_body_and_child);
}

static int fail_one(void *arg, Value *result)
{
    TaskGroup *g = taskgroup_enter();
    add(g, fail, &(int){ E_RUNTIME });
    CHECK_INT(leave(g, 0), E_GROUP);
    CHECK_INT(cancelling(), 0);
    return 0;
}

/* CPython: test_cancelling_level_preserved */
TEST(cancelling_level_preserved)
{
    run(fail_one);
}

static int fail_after_set(void *event, Value *result)
{
    CHECK_INT(future_set_result(event, (Value){ .i = 0 }), 0);
    CHECK_INT(async_sleep(0), 0);
    return E_RUNTIME;
}

static int sleep_beyond(void *event, Value *result)
{
    TaskGroup *g = taskgroup_enter();
    add(g, fail_after_set, event);
    int err = async_sleep(1);
    CHECK_INT(err, E_CANCELLED);
    CHECK_INT(leave(g, err), E_GROUP);
    CHECK_INT(cancelling(), 1);
    err = async_sleep(1);
    CHECK_INT(err, E_CANCELLED);
    return err;
}

static int fail_and_cancel(void *arg, Value *result)
{
    Future *event = new_future();
    Task *t = create(sleep_beyond, event);
    CHECK_INT(await(event, NULL), 0);
    CHECK_INT(task_cancelling(t), 0);
    task_cancel(t);
    CHECK_INT(task_cancelling(t), 1);
    CHECK_INT(await(t, NULL), E_CANCELLED);
    CHECK(task_cancelled(t));
    CHECK(now() == 0);
    task_release(t);
    future_release(event);
    return 0;
}

/* CPython: test_error_and_cancel.  A future stands for the event. */
TEST(error_and_cancel)
{
    run(fail_and_cancel);
}

/* ---- What C cannot express ---- */
/* test_taskgroup_already_entered, test_taskgroup_double_enter,
 * test_taskgroup_not_entered: a group is entered when it is made.
 * test_coro_closed_when_tg_closed: no coroutine is there before its task. */
