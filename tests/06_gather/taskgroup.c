/* TaskGroup: no child outlives its block, the first failure ends them all, and
 * who failed is told in order. */
#include "../../code/06_gather/taskgroup.h"
#include "../05_tasks/tasks.h"

/* ---- Helpers ---- */
static TaskGroup *new_group(void)
{
    TaskGroup *group = taskgroup_enter();
    CHECK(group != NULL);
    return group;
}

static Task *add(TaskGroup *group, CoroFn *function, const void *arg)
{
    Task *task = taskgroup_create_task(group, function, (void *)arg);
    CHECK(task != NULL);
    return task;
}

static int leave(TaskGroup *group, int error)
{
    int err = taskgroup_exit(group, error);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    return err;
}

static void check_errors(TaskGroup *group, const int *errors, size_t wanted)
{
    size_t n;
    const Outcome *outcomes = taskgroup_errors(group, &n);
    CHECK_INT(n, wanted);
    for (size_t i = 0; i < n; i++)
        CHECK_INT(outcomes[i].error, errors[i]);
}

/* Sleeps, cleans up if it is cancelled, and ends as it is told. */
typedef struct Job {
    double delay, cleanup;
    int error;
    int cancelled_error;    /* in place of E_CANCELLED; 0: that */
    const char *word;
} Job;

static int do_job(void *arg, Value *result)
{
    const Job *job = arg;
    int err = async_sleep(job->delay);
    if (err == E_CANCELLED && job->cleanup > 0)
        rest(job->cleanup);
    if (job->word != NULL)
        tell(job->word);
    *result = (Value){ .s = job->word };
    if (err == E_CANCELLED)
        return job->cancelled_error != 0 ? job->cancelled_error : err;
    return job->error;
}

/* ---- All succeed ---- */
static int have_three(void *arg, Value *result)
{
    static const Job jobs[] = {
        { 2, 0, 0, 0, "two" }, { 1, 0, 0, 0, "one" }, { 3, 0, 0, 0, "three" }
    };
    TaskGroup *group = new_group();
    Task *tasks[3];
    size_t n;
    for (int i = 0; i < 3; i++)
        tasks[i] = add(group, do_job, &jobs[i]);
    CHECK_INT(leave(group, 0), 0);
    CHECK_DOUBLE(now(), 3, 0);
    CHECK_STR(story, "one two three");
    for (int i = 0; i < 3; i++) {    /* they are still there */
        Value value;
        CHECK_INT(task_result(tasks[i], &value), 0);
        CHECK_STR(value.s, jobs[i].word);
    }
    (void)taskgroup_errors(group, &n);
    CHECK_INT(n, 0);
    CHECK_INT(taskgroup_count(group, 0), 0);
    taskgroup_free(group);
    taskgroup_free(NULL);
    return 0;
}

TEST(the_exit_waits_for_all)    /* TG1 */
{
    play(have_three, NULL);
}

static int have_none(void *arg, Value *result)
{
    TaskGroup *group = new_group();
    tell_soon("turn");
    CHECK_INT(leave(group, 0), 0);
    CHECK_STR(story, "");
    taskgroup_free(group);
    group = new_group();
    CHECK_INT(leave(group, EPIPE), E_GROUP);
    check_errors(group, (int[]){ EPIPE }, 1);
    taskgroup_free(group);
    group = new_group();
    CHECK_INT(leave(group, E_CANCELLED), E_CANCELLED);
    check_errors(group, NULL, 0);
    taskgroup_free(group);
    return 0;
}

TEST(without_children_it_returns_at_once)    /* TG4 */
{
    play(have_none, NULL);
}

/* ---- Children that make children ---- */
static TaskGroup *the_group;

static int breed(void *arg, Value *result)
{
    int left = *(int *)arg - 1;
    rest(1);
    if (left >= 0)
        for (int i = 0; i < 2; i++)
            CHECK_INT(taskgroup_spawn(the_group, breed, &left, sizeof left),
                      0);
    tell("x");
    return 0;
}

static int breed_in_group(void *arg, Value *result)
{
    int left = 3;
    the_group = new_group();
    CHECK_INT(taskgroup_spawn(the_group, breed, &left, sizeof left), 0);
    left = 99;    /* it has a copy */
    CHECK_INT(leave(the_group, 0), 0);
    CHECK_DOUBLE(now(), 4, 0);
    CHECK_INT(strlen(story), 2 * 15 - 1);
    taskgroup_free(the_group);
    return 0;
}

TEST(also_for_those_that_are_made_meanwhile)    /* TG1 */
{
    play(breed_in_group, NULL);
}

/* ---- One fails ---- */
static const Job lazy = { 9, 1, 0, 0, "lazy" };

static int have_a_failure(void *arg, Value *result)
{
    static const Job failing = { 2, 0, EPIPE, 0, "failing" };
    TaskGroup *group = new_group();
    Task *task = add(group, do_job, &lazy), *unlucky;
    unlucky = add(group, do_job, &failing);
    CHECK_INT(leave(group, 0), E_GROUP);
    CHECK_DOUBLE(now(), 3, 0);    /* it waited for the cleaning up */
    CHECK_STR(story, "failing lazy");
    CHECK(task_cancelled(task));
    CHECK_INT(task_error(unlucky), EPIPE);
    size_t n;
    const Outcome *errors = taskgroup_errors(group, &n);
    CHECK_INT(n, 1);
    CHECK_INT(errors[0].error, EPIPE);
    CHECK_STR(errors[0].value.s, "failing");
    CHECK_INT(task_cancelling(async_current_task()), 0);
    CHECK_INT(async_sleep(0), 0);
    taskgroup_free(group);
    return 0;
}

TEST(the_first_failure_cancels_the_others)    /* TG2 */
{
    play(have_a_failure, NULL);
}

static int have_many_failures(void *arg, Value *result)
{
    static const Job jobs[] = {
        { 9, 2, 0, EIO, NULL }, { 1, 0, EPIPE, 0, NULL },
        { 9, 1, 0, ENXIO, NULL }, { 1, 0, EPIPE, 0, NULL },
        { 9, 1, 0, 0, NULL }, { 9, 1, 0, EPIPE, NULL }
    };
    TaskGroup *group = new_group();
    for (int i = 0; i < 6; i++)
        add(group, do_job, &jobs[i]);
    CHECK_INT(async_sleep(9), E_CANCELLED);
    CHECK_INT(leave(group, EBADF), E_GROUP);
    check_errors(group, (int[]){ EPIPE, EPIPE, ENXIO, EPIPE, EIO, EBADF }, 6);
    CHECK_INT(taskgroup_count(group, EPIPE), 3);
    CHECK_INT(taskgroup_count(group, EBADF), 1);
    CHECK_INT(taskgroup_count(group, E_CANCELLED), 0);
    CHECK_INT(taskgroup_count(group, EINTR), 0);
    taskgroup_free(group);
    return 0;
}

TEST(errors_are_listed_as_they_came_the_block_is_last)    /* TG2 TG4 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, have_many_failures, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);    /* all were retrieved */
}

static int fail_many_at_once(void *arg, Value *result)
{
    static const Job failing = { 1, 0, EIO, 0, NULL };
    TaskGroup *group = new_group();
    size_t count = *(size_t *)arg;
    for (size_t i = 0; i < count; i++)
        CHECK_INT(taskgroup_spawn(group, do_job, &failing, sizeof failing),
                  0);
    CHECK_INT(leave(group, EPIPE), E_GROUP);
    size_t n;    /* cancelled before they began */
    (void)taskgroup_errors(group, &n);
    CHECK_INT(n, 1);
    taskgroup_free(group);
    group = new_group();
    for (size_t i = 0; i < count; i++)
        CHECK_INT(taskgroup_spawn(group, do_job, &failing, sizeof failing),
                  0);
    CHECK_INT(async_sleep(2), E_CANCELLED);
    CHECK_INT(leave(group, EPIPE), E_GROUP);
    CHECK_INT(taskgroup_count(group, EIO), count);
    CHECK_INT(taskgroup_count(group, EPIPE), 1);
    taskgroup_free(group);
    return 0;
}

TEST(there_is_room_for_every_error)    /* TG2 */
{
    for (size_t count = 1; count <= 300; count += count < 20 ? 1 : 40)
        play(fail_many_at_once, &count);
}

/* ---- The block fails ---- */
static int fail_in_the_block(void *arg, Value *result)
{
    TaskGroup *group = new_group();
    Task *task = add(group, do_job, &lazy);
    rest(1);
    CHECK_INT(leave(group, EPIPE), E_GROUP);
    CHECK(task_cancelled(task));
    CHECK_DOUBLE(now(), 2, 0);
    check_errors(group, (int[]){ EPIPE }, 1);
    taskgroup_free(group);
    return 0;
}

TEST(an_error_of_the_block_joins_the_group)    /* TG4 */
{
    play(fail_in_the_block, NULL);
}

static int cancel_the_block_alone(void *arg, Value *result)
{
    TaskGroup *group = new_group();
    Task *task = add(group, do_job, &lazy);
    rest(1);
    CHECK_INT(leave(group, E_CANCELLED), E_CANCELLED);
    CHECK(task_cancelled(task));
    check_errors(group, NULL, 0);
    taskgroup_free(group);
    return 0;
}

TEST(a_cancelled_block_only_cancels_them)    /* TG4 */
{
    play(cancel_the_block_alone, NULL);
}

/* ---- One is cancelled ---- */
static int cancel_a_child(void *arg, Value *result)
{
    static const Job good = { 5, 0, 0, 0, "good" };
    TaskGroup *group = new_group();
    Task *task = add(group, do_job, &lazy), *unborn;
    add(group, do_job, &good);
    rest(1);
    unborn = add(group, do_job, &good);
    CHECK(task_cancel(task));
    CHECK(task_cancel(unborn));
    CHECK_INT(leave(group, 0), 0);
    CHECK_DOUBLE(now(), 5, 0);
    CHECK_STR(story, "lazy good");
    taskgroup_free(group);
    return 0;
}

TEST(a_child_that_is_cancelled_alone_is_no_failure)    /* TG6 */
{
    play(cancel_a_child, NULL);
}

/* ---- Interrupted ---- */
static int be_interrupted(void *arg, Value *result)
{
    static const Job stopped = { 1, 0, E_KEYBOARD_INTERRUPT, 0, NULL };
    static const Job failing = { 1, 0, EPIPE, 0, NULL };
    TaskGroup *group = new_group();
    add(group, do_job, &failing);
    add(group, do_job, &stopped);
    add(group, do_job, &lazy);
    CHECK_INT(leave(group, 0), E_KEYBOARD_INTERRUPT);
    CHECK_DOUBLE(now(), 2, 0);
    CHECK_INT(taskgroup_count(group, EPIPE), 1);
    CHECK_INT(taskgroup_count(group, E_KEYBOARD_INTERRUPT), 1);
    taskgroup_free(group);
    group = new_group();
    CHECK_INT(leave(group, E_KEYBOARD_INTERRUPT), E_KEYBOARD_INTERRUPT);
    taskgroup_free(group);
    return 0;
}

TEST(an_interrupt_stands_above_the_group)    /* TG10 */
{
    play(be_interrupted, NULL);
}

/* ---- One in the other ---- */
static int nest_errors(void *arg, Value *result)
{
    static const Job failing = { 1, 0, EPIPE, 0, NULL };
    TaskGroup *outer = new_group(), *inner = new_group();
    add(outer, do_job, &lazy);
    add(inner, do_job, &failing);
    int err = taskgroup_exit(inner, 0);
    CHECK_INT(err, E_GROUP);
    CHECK_INT(leave(outer, err), E_GROUP);
    check_errors(inner, (int[]){ EPIPE }, 1);
    check_errors(outer, (int[]){ E_GROUP }, 1);
    taskgroup_free(inner);
    taskgroup_free(outer);
    return async_sleep(9);
}

TEST(the_group_of_the_inner_one_is_one_error_of_the_outer)    /* TG8 */
{
    play(nest_errors, NULL);
}
