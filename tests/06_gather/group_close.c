/* Blocks that are not left as they should be, and when a group takes children:
 * left open, left twice or by another task, freed too early, over; and loops
 * that close while tasks are in them. */
#include "../../code/06_gather/taskgroup.h"
#include "../../code/06_gather/timeout.h"
#include "../05_tasks/tasks.h"

#include "../../code/05_tasks/task_inside.h"

/* ---- Helpers ---- */
static const TaskOptions eager = { .eager_start = true };

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

static void check_refused(TaskGroup *group, int wanted)
{
    errno = 0;
    CHECK_PTR(taskgroup_create_task(group, tell_word, "no"), NULL);
    CHECK_INT(errno, wanted);
    errno = 0;
    CHECK_PTR(taskgroup_create_task_with(group, tell_word, "no", &eager), NULL);
    CHECK_INT(errno, wanted);
    CHECK_INT(taskgroup_spawn(group, tell_word, "no", 3), wanted);
}

/* Reports are counted in `seen`, and debug mode does not matter. */
static void play_seen(CoroFn *function, int count, const char *message)
{
    for (int debug = 0; debug < 2; debug++) {
        Seen seen;
        Loop *loop = watched_loop(&seen);
        loop_set_debug(loop, debug);
        CHECK_INT(run(loop, function, &seen), 0);
        CHECK_INT(seen.count, count);
        CHECK_STR(count > 0 ? seen.last.message : NULL, message);
        run_turns(loop, 3);
        loop_free(loop);
        CHECK_INT(seen.count, count);
    }
    CHECK_STR(story, "");
}

/* ---- When it takes children ---- */
static int try_while_aborting(void *group, Value *result)
{
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    check_refused(group, ECANCELED);
    return E_CANCELLED;
}

static int refuse_children(void *arg, Value *result)
{
    TaskGroup *group = new_group();
    CHECK_INT(taskgroup_spawn(group, NULL, NULL, 0), EINVAL);
    CHECK_INT(taskgroup_spawn(group, tell_word, NULL, 3), EINVAL);
    add(group, try_while_aborting, group);
    pause_turns(1);
    CHECK_INT(taskgroup_exit(group, EPIPE), E_GROUP);
    check_refused(group, ECANCELED);
    taskgroup_free(group);
    group = new_group();
    add(group, fail_with_seven, NULL);
    CHECK_INT(async_sleep(9), E_CANCELLED);
    check_refused(group, ECANCELED);
    CHECK_INT(taskgroup_exit(group, 0), E_GROUP);
    taskgroup_free(group);
    return 0;
}

TEST(a_group_that_shuts_down_or_is_over_takes_no_child)    /* TG7 */
{
    play_seen(refuse_children, 0, NULL);
}

TEST(outside_a_task_there_is_no_group)
{
    errno = 0;
    CHECK_PTR(taskgroup_enter(), NULL);
    CHECK_INT(errno, EINVAL);
}

static int open_and_stay(void *group, Value *result)
{
    *(TaskGroup **)group = new_group();
    rest(1);
    int err = taskgroup_exit(*(TaskGroup **)group, 0);
    taskgroup_free(*(TaskGroup **)group);
    return err;
}

static int use_foreign(void *group, Value *result)
{
    check_refused(group, EINVAL);
    CHECK_INT(taskgroup_exit(group, 0), E_RUNTIME);
    return 0;
}

TEST(outside_its_loop_it_takes_no_child)
{
    Loop *loop = ordered_loop();
    TaskGroup *group;
    Task *task = new_task(loop, open_and_stay, &group);
    run_turns(loop, 1);
    check_refused(group, EINVAL);
    play(use_foreign, group);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), 0);
    task_release(task);
    loop_free(loop);
    CHECK_STR(story, "");
}

/* ---- Left in the wrong way ---- */
static int exit_from_here(void *group, Value *result)
{
    CHECK_INT(taskgroup_exit(group, 0), E_RUNTIME);
    return 0;
}

static int exit_wrongly(void *arg, Value *result)
{
    TaskGroup *group = new_group();
    CHECK_INT(task_join(begin(exit_from_here, group), NULL), 0);
    add(group, exit_from_here, group);
    add(group, return_seven, NULL);
    CHECK_INT(taskgroup_exit(group, 0), 0);
    CHECK_INT(taskgroup_exit(group, 0), E_RUNTIME);
    CHECK_INT(taskgroup_exit(group, EPIPE), E_RUNTIME);
    size_t n;
    (void)taskgroup_errors(group, &n);
    CHECK_INT(n, 0);
    taskgroup_free(group);
    return 0;
}

TEST(it_is_left_once_and_by_its_own_task)
{
    play_seen(exit_wrongly, 0, NULL);
}

static int free_early(void *seen, Value *result)
{
    TaskGroup *group = new_group();
    Task *task = add(group, return_seven, NULL);
    taskgroup_free(group);
    CHECK_INT(((Seen *)seen)->count, 1);
    CHECK_INT(((Seen *)seen)->last.error, E_RUNTIME);
    CHECK_INT(taskgroup_exit(group, 0), 0);    /* it works all the same */
    CHECK_INT(task_error(task), 0);
    taskgroup_free(group);
    return 0;
}

TEST(freed_before_its_exit_it_stays)
{
    play_seen(free_early, 1, "A TaskGroup was freed before its exit");
}

static int exit_crosswise(void *arg, Value *result)
{
    Timeout one, other;
    for (int first = 1; first <= 2; first++) {
        double start = now();
        CHECK_INT(timeout_enter(&one, first), 0);
        CHECK_INT(timeout_enter(&other, 3 - first), 0);
        int err = async_sleep(9);
        CHECK_INT(timeout_exit(&one, err),
                  first == 1 ? E_TIMEOUT : E_CANCELLED);
        CHECK_INT(timeout_exit(&other, err),
                  first == 2 ? E_TIMEOUT : E_CANCELLED);
        CHECK_DOUBLE(now(), start + 1, 0);
    }
    return 0;
}

TEST(in_the_wrong_order_limits_work_all_the_same)    /* M2 */
{
    play_seen(exit_crosswise, 0, NULL);
}

/* ---- Left open ---- */
static TaskGroup *left_group;
static Task *left_child;

static int leave_group_open(void *arg, Value *result)
{
    left_group = new_group();
    left_child = add(left_group, sleep_forever, NULL);
    CHECK_INT(taskgroup_spawn(left_group, sleep_forever, NULL, 0), 0);
    add(left_group, fail_with_seven, NULL);
    *result = seven;
    return 0;
}

static int see_left_group(void *arg, Value *result)
{
    Value value;
    CHECK_INT(task_join(begin(leave_group_open, NULL), &value), 0);
    CHECK_INT(value.i, 7);
    Task *other = begin(leave_group_open, NULL);
    task_release(other);
    TaskGroup *group = left_group;
    Task *child = left_child;
    CHECK_INT(task_cancelling(child), 1);
    pause_turns(2);
    CHECK(task_cancelled(child));    /* borrowed until the group is freed */
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    check_refused(group, ECANCELED);
    CHECK_INT(taskgroup_exit(group, 0), E_RUNTIME);
    taskgroup_free(group);
    taskgroup_free(left_group);
    return 0;
}

TEST(left_open_a_group_is_reported_and_its_children_are_cancelled)
{
    play_seen(see_left_group, 2, "A TaskGroup was left open");
}

static void enter_and_return(double delay, char *deep)
{
    Timeout timeout;
    CHECK_INT(timeout_enter(&timeout, delay), 0);
    deep[0] = 'x';
}

static void (*volatile enter)(double delay, char *deep) = enter_and_return;

/* So deep that what suspends later does not reach it. */
static void go_deep(double delay)
{
    char deep[1 << 13] = "";
    enter(delay, deep);
    CHECK_STR(deep, "x");
}

static void (*volatile leave_open)(double delay) = go_deep;

static void fill(volatile unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = 0xa5;
}

/* Its timer fires while another frame lies where the limit lay. */
static void sleep_over_it(int wanted)
{
    volatile unsigned char bytes[1 << 14];
    fill(bytes, sizeof bytes);
    CHECK_INT(async_sleep(5), wanted);
    for (size_t i = 0; i < sizeof bytes; i++)
        CHECK(bytes[i] == 0xa5);
}

static int leave_limits_open(void *arg, Value *result)
{
    Timeout timeout;
    leave_open(1);
    CHECK_INT(timeout_enter(&timeout, 9), 0);
    leave_open(2);
    sleep_over_it(E_CANCELLED);
    sleep_over_it(E_CANCELLED);
    CHECK_INT(timeout_exit(&timeout, 0), 0);
    CHECK(!timeout_expired(&timeout));
    sleep_over_it(0);
    return 0;
}

TEST(left_open_a_limit_is_reported_and_does_not_touch_the_frame)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, leave_limits_open, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 2);
    CHECK_STR(seen.last.message, "A timeout was left open");
    CHECK_INT(seen.last.error, E_RUNTIME);
}

static int see_limits_early(void *seen, Value *result)
{
    Timeout timeout;
    const char *low = task_current->coro->stack.low, *here = (char *)&timeout;
    if (here < low || here >= low + task_current->coro->stack.size)
        SKIP("the locals of the tasks are not on their stacks");
    CHECK_INT(timeout_enter(&timeout, 100), 0);
    leave_open(1);
    leave_open(INFINITY);
    CHECK_INT(async_sleep(5), 0);    /* the timer is gone, too */
    CHECK_INT(((Seen *)seen)->count, 2);
    CHECK_INT(timeout_exit(&timeout, async_sleep(200)), E_TIMEOUT);
    return 0;
}

TEST(debug_mode_sees_it_when_the_task_suspends)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    loop_set_debug(loop, true);
    CHECK_INT(run(loop, see_limits_early, &seen), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 2);
}

/* ---- When the loop closes ---- */
static int stay_in_group(void *in_exit, Value *result)
{
    Timeout timeout;
    CHECK_INT(timeout_enter(&timeout, 100), 0);
    TaskGroup *outer = new_group(), *group = new_group();
    add(outer, sleep_forever, NULL);
    add(group, return_seven, NULL);
    add(group, sleep_forever, NULL);
    CHECK_INT(taskgroup_spawn(group, sleep_forever, NULL, 0), 0);
    pause_turns(1);
    add(group, tell_word, "unborn");
    CHECK_INT(taskgroup_spawn(group, tell_word, "unborn", 7), 0);
    if (*(bool *)in_exit)
        (void)taskgroup_exit(group, EPIPE);
    else
        (void)async_sleep(9);
    CHECK(!"it goes on");
    return 0;
}

TEST(with_its_loop_a_group_goes_too_and_only_tasks_are_reported)    /* D2 */
{
    for (int i = 0; i < 2; i++) {
        Seen seen;
        Loop *loop = watched_loop(&seen);
        bool in_exit = i == 1;
        Task *task = new_task(loop, stay_in_group, &in_exit);
        run_turns(loop, 2);
        loop_free(loop);
        CHECK(!task_done(task));
        CHECK_INT(seen.count, 6);    /* all but the one that had ended */
        CHECK_STR(seen.last.message, "Task was destroyed but it is pending");
        task_release(task);
        CHECK_INT(seen.count, 6);
    }
    CHECK_STR(story, "");
}
