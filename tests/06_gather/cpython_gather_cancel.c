/* The rules behind CPython's own tests of a gather() that is cancelled, and of
 * how it hears of errors: each test here names the one it was read from, in
 * test_tasks.py, but where another file is named. */
#include "cpython.h"

/* ---- To the children ---- */
typedef struct Proof {
    Future *waiter;
    int proof;
    Task *children[2];
} Proof;

static int prove_1(void *arg, Value *result)
{
    Proof *proof = arg;
    int err = await(proof->waiter, NULL);
    proof->proof += err == 0;
    return err;
}

static int prove_100(void *arg, Value *result)
{
    Proof *proof = arg;
    int err = async_gather(proof->children, 2, NULL, 0);
    proof->proof += err == 0 ? 100 : 0;
    return err;
}

TEST(cancellation_broadcast)    /* CPython: test_cancellation_broadcast */
{
    Loop *loop = new_loop();
    Proof proof = { .waiter = future_new(loop) };
    for (int i = 0; i < 2; i++)
        proof.children[i] = create_in(loop, prove_1, &proof);
    Task *f = create_in(loop, prove_100, &proof);
    run_briefly(loop);
    CHECK(task_cancel(f));
    CHECK_INT(complete(loop, f), E_CANCELLED);
    CHECK(!task_cancel(f));
    CHECK(future_cancelled(proof.waiter));
    CHECK(task_cancelled(proof.children[0]));
    CHECK(task_cancelled(proof.children[1]));
    run_briefly(loop);
    CHECK_INT(proof.proof, 0);
    release_all(proof.children, 2);
    release_all((Future *[]){ f, proof.waiter }, 2);
    finish(loop);
}

/* ---- Too late ---- */
typedef struct Late {
    Task *child, *gathering;
    Outcome outcome;
    bool was_asked;
} Late;

static int gather_child(void *arg, Value *result)
{
    Late *late = arg;
    return async_gather(&late->child, 1, &late->outcome, 0);
}

/* Once the child is done there is nothing to cancel in the gather: the request
 * is kept, and is the task's that gathers. */
static void cancel_late(Future *future, void *arg)
{
    Late *late = arg;
    CHECK(task_done(late->child));
    CHECK(!task_done(late->gathering));
    task_cancel(late->gathering);
    late->was_asked = true;
}

/* CPython: test_cancel_gather_1.  A gather is no future of its own here, which
 * could refuse: the request finds the task that gathers, already woken or about
 * to be, and it is that which is cancelled, as any task would be. */
TEST(cancel_gather_1)
{
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    Late late = { .child = create_in(loop, await_it, future) };
    late.gathering = create_in(loop, gather_child, &late);
    run_briefly(loop);
    CHECK_INT(future_add_done_callback(late.child, cancel_late, &late), 0);
    CHECK_INT(future_set_result(future, (Value){ .i = 42 }), 0);
    CHECK_INT(complete(loop, late.gathering), E_CANCELLED);
    CHECK(late.was_asked);
    CHECK_INT(task_error(late.child), 0);
    release_all((Future *[]){ late.child, late.gathering, future }, 3);
    finish(loop);
}

/* ---- With RETURN_EXCEPTIONS, too ---- */
static int gather_again_and_again(void *arg, Value *result)
{
    for (double time = 0.05; time <= 1; time += 0.05) {
        int err = async_gather_calls(CALLS({ sleep_for, &(double){ 0.05 } }),
                                     NULL, RETURN_EXCEPTIONS);
        if (err != 0)
            return err;
    }
    return 0;
}

static int cancel_with_message(void *message, Value *result)
{
    Task *task = create(gather_again_and_again, NULL);
    CHECK_INT(async_sleep(0.22), 0);
    task_cancel_with(task, message);
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK(task_cancelled(task));
    CHECK_STR(future_cancel_message(task), message);
    CHECK_DOUBLE(now(), 0.22, 1e-6);
    task_release(task);
    return 0;
}

TEST(cancel_gather_2)    /* CPython: test_cancel_gather_2 */
{
    char *messages[] = { NULL, "my message" };
    for (int i = 0; i < 2; i++) {
        Loop *loop = new_loop();
        CHECK_INT(run_in(loop, cancel_with_message, messages[i], NULL), 0);
        finish(loop);
    }
}

/* ---- Errors are heard ---- */
static int fail_after(void *future, Value *result)
{
    int err = await(future, NULL);
    return err == 0 ? E_RUNTIME : err;
}

static int gather_failing(void *arg, Value *result)
{
    Future **futures = arg;
    Task *tasks[] = { create(fail_after, futures[0]),
                      create(fail_after, futures[1]) };
    int err = async_gather(tasks, 2, NULL, 0);
    release_all(tasks, 2);
    return err;
}

static void count_report(Loop *loop, const ErrorContext *context, void *count)
{
    ++*(int *)count;
}

/* CPython: test_exception_marking.  The second error comes when the gather is
 * over, and is not reported. */
TEST(exception_marking)
{
    Loop *loop = new_loop();
    int reports = 0;
    Future *futures[] = { future_new(loop), future_new(loop) };
    Task *f = create_in(loop, gather_failing, futures);
    loop_set_exception_handler(loop, count_report, &reports);
    run_turns(loop, 2);
    CHECK_INT(future_set_result(futures[0], (Value){ .i = 0 }), 0);
    run_turns(loop, 3);
    CHECK(task_done(f));
    CHECK_INT(future_set_result(futures[1], (Value){ .i = 0 }), 0);
    run_turns(loop, 3);
    CHECK_INT(task_error(f), E_RUNTIME);
    release_all(futures, 2);
    task_release(f);
    CHECK_INT(reports, 0);
    finish(loop);
}

/* ---- Eager children ---- */
static int counter;
static const TaskOptions eager = { .eager_start = true };

static int gather_below(void *arg, Value *result)
{
    int *depth = arg, below = *depth - 1;
    Task *tasks[5];
    counter++;
    if (*depth == 0)
        return 0;
    for (int i = 0; i < 5; i++)
        tasks[i] = async_create_task_with(gather_below, &below, &eager);
    int err = async_gather(tasks, 5, NULL, 0);
    release_all(tasks, 5);
    return err;
}

static void run_tree(CoroFn *function)
{
    Loop *loop = new_loop();
    int depth = 4;
    Task *task = create_in(loop, function, &depth);
    run_briefly(loop);
    CHECK_INT(counter, 1 + 5 + 25 + 125 + 625);
    CHECK_INT(complete(loop, task), 0);
    task_release(task);
    finish(loop);
}

/* CPython: test_recursive_gather, of test_eager_task_factory.py */
TEST(recursive_gather)
{
    run_tree(gather_below);
}

static int group_below(void *arg, Value *result)
{
    int *depth = arg, below = *depth - 1;
    counter++;
    if (*depth == 0)
        return 0;
    TaskGroup *group = taskgroup_enter();
    for (int i = 0; i < 5; i++)
        CHECK(taskgroup_create_task_with(group, group_below, &below, &eager)
              != NULL);
    int err = taskgroup_exit(group, 0);
    taskgroup_free(group);
    return err;
}

/* CPython: test_recursive_taskgroups, of test_eager_task_factory.py */
TEST(recursive_taskgroups)
{
    run_tree(group_below);
}

/* ---- What C cannot express ---- */
/* test_constructor_without_loop, test_constructor_use_*_loop and
 * test_constructor_empty_sequence_*: who gathers is a task, so a loop runs.
 * test_env_var_debug: Python's variables.
 * test_issue46672: no type but Future is passed. */
