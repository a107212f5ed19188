/* What a group and a limit have room for: each allocation fails once, to no
 * harm; ends and cancellations need none; a group that lives long does not grow
 * with its children, and one for each error is kept. */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

static int allowed = -1;     /* allocations until one fails; -1: none does */
static bool is_starving;     /* all fail */

static bool refuse(void)
{
    return is_starving || (allowed >= 0 && allowed-- == 0);
}

static void *test_malloc(size_t size)
{
    return refuse() ? NULL : malloc(size);
}

static void *test_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : calloc(n, size);
}

static void *test_realloc(void *old, size_t size)
{
    return refuse() ? NULL : realloc(old, size);
}

#define malloc(size) test_malloc(size)
#define calloc(n, size) test_calloc(n, size)
#define realloc(old, size) test_realloc(old, size)
#include "../../code/02_callbacks/ready.c"
#include "../../code/02_callbacks/timers.c"
#define begin begin_task
#define destroy destroy_task
#define equip equip_task
#include "../../code/05_tasks/task.c"
#undef begin
#undef destroy
#undef equip
#undef NONE
#include "../../code/06_gather/members.c"
#define add add_to_list
#define drop drop_group
#include "../../code/06_gather/taskgroup.c"
#undef drop
#include "../../code/06_gather/timeout.c"
#undef add
#undef malloc
#undef calloc
#undef realloc

#include "../05_tasks/tasks.h"

/* ---- Helpers ---- */
static const TaskOptions eager = { .eager_start = true };
static TaskGroup *the_group;

static TaskGroup *open_group(void)
{
    TaskGroup *group = taskgroup_enter();
    CHECK(group != NULL);
    return group;
}

/* ---- A limit ---- */
/* With every place for a timer taken, the next one needs memory. */
static void fill_timers(double when)
{
    Loop *loop = async_get_running_loop();
    is_starving = true;
    while (loop_call_at(loop, when, tell_callback, "timer") != 0)
        continue;
    is_starving = false;
}

/* Returns whether the n-th allocation was never asked for. */
static bool limit_failing(int n, double delay)
{
    Timeout timeout;
    fill_timers(999);
    allowed = n;
    int err = timeout_enter(&timeout, delay);
    allowed = -1;
    if (err != 0) {
        CHECK_INT(err, ENOMEM);
        CHECK_INT(timeout_reschedule(&timeout, 1), E_RUNTIME);
        CHECK_INT(timeout_exit(&timeout, EPIPE), EPIPE);
        CHECK(!timeout_expired(&timeout));
        CHECK_INT(async_sleep(5), 0);
        return false;
    }
    CHECK_INT(timeout_exit(&timeout, async_sleep(5)),
              isinf(delay) ? 0 : E_TIMEOUT);
    return true;
}

static int limit_with_failures(void *arg, Value *result)
{
    const double delays[] = { 1, 0, INFINITY };
    for (int i = 0; i < 3; i++) {
        int n = 0;
        while (!limit_failing(n, delays[i]))
            n++;
        CHECK(n > 1 || isinf(delays[i]));    /* that needs no timer */
    }
    return 0;
}

TEST(without_memory_there_is_no_limit)
{
    play(limit_with_failures, NULL);
}

static int move_without_memory(void *arg, Value *result)
{
    Timeout timeout;
    CHECK_INT(timeout_enter(&timeout, 3), 0);
    fill_timers(99);
    is_starving = true;
    CHECK_INT(timeout_reschedule(&timeout, 1), ENOMEM);
    CHECK_INT(timeout_reschedule(&timeout, NAN), E_VALUE);
    is_starving = false;
    CHECK_DOUBLE(timeout_when(&timeout), 3, 0);
    CHECK_INT(timeout_exit(&timeout, async_sleep(9)), E_TIMEOUT);
    CHECK_DOUBLE(now(), 3, 0);
    return 0;
}

TEST(a_limit_that_cannot_be_moved_stays)    /* M4 */
{
    play(move_without_memory, NULL);
}

/* ---- A group ---- */
static int open_with_failures(void *arg, Value *result)
{
    int n = 0;
    for (TaskGroup *group = NULL; group == NULL; n++) {
        size_t before = check_memory();
        errno = 0;
        allowed = n;
        group = taskgroup_enter();
        allowed = -1;
        if (group == NULL)
            CHECK(errno == ENOMEM && check_memory() == before);
        else
            CHECK_INT(taskgroup_exit(group, 0), 0);
        taskgroup_free(group);
    }
    CHECK_INT(n, 3);    /* itself, and the first errors */
    return 0;
}

TEST(a_group_that_cannot_be_made_is_none)
{
    play(open_with_failures, NULL);
}

/* ---- Children ---- */
static int make_child(TaskGroup *group, int way)
{
    if (way == 0)
        return taskgroup_spawn(group, fail_with_seven, "arg", 4);
    const TaskOptions *options = way == 1 ? NULL : &eager;
    errno = 0;
    return taskgroup_create_task_with(group, fail_with_seven, NULL, options)
           != NULL ? 0 : errno;
}

/* Until the list of errors and the ready queue have grown, too. */
static int make_children_with_failures(void *arg, Value *result)
{
    enum { COUNT = 200 };
    int refused = 0, way = *(int *)arg;
    TaskGroup *group = open_group();
    for (int i = 0; i < COUNT; i++) {
        int n = 0;
        for (int err = ENOMEM; err != 0; n++) {
            size_t tasks = async_all_tasks(NULL, NULL, 0);
            allowed = n;
            err = make_child(group, way);
            allowed = -1;
            CHECK_INT(err, err == 0 ? 0 : ENOMEM);
            if (err != 0)
                CHECK_INT(async_all_tasks(NULL, NULL, 0), tasks);
        }
        refused += n - 1;
    }
    CHECK(refused > 2 * COUNT);
    is_starving = true;    /* to fail, to be told and to go on */
    CHECK_INT(async_sleep(0), 0);
    CHECK_INT(async_sleep(0), E_CANCELLED);
    CHECK_INT(taskgroup_exit(group, EBADF), E_GROUP);
    is_starving = false;
    CHECK_INT(taskgroup_count(group, EPIPE), COUNT);
    CHECK_INT(taskgroup_count(group, EBADF), 1);
    taskgroup_free(group);
    return 0;
}

TEST(a_child_that_cannot_be_made_changes_nothing)
{
    for (int way = 0; way < 2; way++)
        play(make_children_with_failures, &way);
}

static int make_eager_child_with_failures(void *arg, Value *result)
{
    int n = 0;
    TaskGroup *group = open_group();
    size_t before = check_memory();
    for (int i = 0; i < 1000; i++) {    /* no place in the queue gets lost */
        allowed = 1;
        CHECK_INT(make_child(group, 2), ENOMEM);
        allowed = -1;
    }
    CHECK_INT(check_memory(), before);
    for (int err = ENOMEM; err != 0; n++) {
        allowed = n;
        err = make_child(group, 2);
        allowed = -1;
        CHECK_INT(err, err == 0 ? 0 : ENOMEM);
    }
    CHECK_INT(n, 3);    /* its place in the group, and the task */
    CHECK_INT(taskgroup_exit(group, 0), E_GROUP);
    CHECK_INT(taskgroup_count(group, EPIPE), 1);
    taskgroup_free(group);
    return 0;
}

TEST(nor_does_one_that_would_begin_at_once)
{
    play(make_eager_child_with_failures, NULL);
}

/* ---- Long lives ---- */
static int count_one(void *arg, Value *result)
{
    ++**(int **)arg;
    return async_sleep(0);
}

static int spawn_thousands(void *arg, Value *result)
{
    enum { COUNT = 100000 };
    int ran = 0, *counter = &ran;
    size_t before = 0;
    the_group = open_group();
    for (int i = 0; i < COUNT; i++) {
        CHECK_INT(taskgroup_spawn(the_group, count_one, &counter,
                                  sizeof counter), 0);
        if (i % 10 == 9)
            pause_turns(3);
        if (i == 999)
            before = check_memory();
    }
    CHECK_INT(check_memory(), before);
    CHECK_INT(taskgroup_exit(the_group, 0), 0);
    CHECK_INT(ran, COUNT);
    taskgroup_free(the_group);
    return 0;
}

TEST_LIMIT(60, spawned_children_leave_nothing_in_the_group)    /* TG1 */
{
    play(spawn_thousands, NULL);
}

/* ---- The last child ---- */
static void spawn_too_late(Future *future, void *arg)
{
    CHECK_INT(taskgroup_spawn(the_group, tell_word, "no", 3), ECANCELED);
    tell("asked");
}

/* Its end is known, and the block has not gone on yet. */
static int end_in_the_exit(void *arg, Value *result)
{
    Future *future = new_future();
    the_group = open_group();
    Task *task = taskgroup_create_task(the_group, wait_for, future);
    CHECK_INT(future_add_done_callback(task, spawn_too_late, NULL), 0);
    CHECK(loop_call_later(async_get_running_loop(), 1, future_cancel_callback,
                          future) != 0);
    CHECK_INT(taskgroup_exit(the_group, 0), 0);
    taskgroup_free(the_group);
    future_release(future);
    return 0;
}

TEST(with_its_last_child_a_group_in_its_exit_is_over)    /* TG7 */
{
    play(end_in_the_exit, NULL);
    CHECK_STR(story, "asked");
}

/* ---- Eager children ---- */
static int begin_eagerly(void *arg, Value *result)
{
    the_group = open_group();
    Task *task = taskgroup_create_task_with(the_group, return_seven, NULL,
                                            &eager);
    CHECK_INT(task_result(task, NULL), 0);
    CHECK_INT(taskgroup_exit(the_group, 0), 0);
    CHECK_INT(task_result(task, NULL), 0);
    taskgroup_free(the_group);
    the_group = open_group();
    task = taskgroup_create_task_with(the_group, fail_with_seven, NULL, &eager);
    CHECK_INT(task_error(task), EPIPE);
    CHECK_INT(async_sleep(9), E_CANCELLED);
    CHECK_INT(taskgroup_exit(the_group, E_CANCELLED), E_GROUP);
    CHECK_INT(taskgroup_count(the_group, EPIPE), 1);
    CHECK_INT(task_cancelling(async_current_task()), 0);
    taskgroup_free(the_group);
    return 0;
}

TEST(a_child_may_be_done_before_it_is_made)
{
    play(begin_eagerly, NULL);
}

static int make_some_and_fail(void *arg, Value *result)
{
    int count = *(int *)arg;
    for (int i = 0; i < count; i++)
        CHECK_INT(taskgroup_spawn(the_group, fail_with_seven, NULL, 0), 0);
    (void)async_sleep(1);
    return EIO;
}

/* It is made while they are: there is room for all their errors. */
static int make_eagerly(void *arg, Value *result)
{
    for (int count = 0; count < 20; count++) {
        the_group = open_group();
        for (int i = 0; i < 2; i++)
            CHECK(taskgroup_create_task_with(the_group, make_some_and_fail,
                                             &count, &eager) != NULL);
        CHECK_INT(async_sleep(9), E_CANCELLED);
        CHECK_INT(taskgroup_exit(the_group, EBADF), E_GROUP);
        CHECK_INT(taskgroup_count(the_group, EPIPE), 2 * count);
        CHECK_INT(taskgroup_count(the_group, EBADF), 1);
        taskgroup_free(the_group);
    }
    return 0;
}

TEST(an_eager_child_can_make_others)    /* TG1 TG2 */
{
    play(make_eagerly, NULL);
}
