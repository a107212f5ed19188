/* Who cancels whom: groups in limits, limits in groups, groups in groups, and
 * somebody from outside. */
#include "../../code/06_gather/taskgroup.h"
#include "../../code/06_gather/timeout.h"
#include "../05_tasks/tasks.h"

/* ---- Helpers ---- */
static void enter(Timeout *timeout, double delay)
{
    CHECK_INT(timeout_enter(timeout, delay), 0);
}

static int sleep_within(double limit, double delay)
{
    Timeout timeout;
    enter(&timeout, limit);
    return timeout_exit(&timeout, async_sleep(delay));
}

static int cancelling(void)
{
    return task_cancelling(async_current_task());
}

static void cancel_task(void *task)
{
    CHECK(task_cancel(task));
}

static void cancel_me_at(double when)
{
    CHECK(loop_call_at(async_get_running_loop(), when, cancel_task,
                       async_current_task()) != 0);
}

static TaskGroup *new_group(void)
{
    TaskGroup *group = taskgroup_enter();
    CHECK(group != NULL);
    return group;
}

static int fail_later(void *delay, Value *result)
{
    int err = async_sleep(*(double *)delay);
    return err != 0 ? err : EPIPE;
}

/* Whom nobody cancels in time. */
static int clean_up(void *delay, Value *result)
{
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    rest(*(double *)delay);
    return E_CANCELLED;
}

static int fail_when_cancelled(void *delay, Value *result)
{
    (void)clean_up(delay, result);
    return EIO;
}

static double one = 1, two = 2;

static Task *add(TaskGroup *group, CoroFn *function, void *arg)
{
    Task *task = taskgroup_create_task(group, function, arg);
    CHECK(task != NULL);
    return task;
}

/* Ends the group; returns what its exit did, and how many have failed. */
static int leave(TaskGroup *group, int error, size_t failed)
{
    size_t n;
    int err = taskgroup_exit(group, error);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    (void)taskgroup_errors(group, &n);
    CHECK_INT(n, failed);
    taskgroup_free(group);
    return err;
}

/* ---- A limit, and somebody from outside ---- */
static int be_cancelled_within(void *arg, Value *result)
{
    Timeout timeout;
    cancel_me_at(1);
    enter(&timeout, 2);
    CHECK_INT(timeout_exit(&timeout, async_sleep(9)), E_CANCELLED);
    CHECK(!timeout_expired(&timeout));
    CHECK_INT(cancelling(), 1);
    CHECK_INT(sleep_within(1, 9), E_TIMEOUT);    /* not by that one */
    CHECK_INT(cancelling(), 1);
    return 0;
}

TEST(a_cancellation_from_outside_stays_one)    /* M3 */
{
    play(be_cancelled_within, NULL);
}

static int be_cancelled_after(void *arg, Value *result)
{
    Timeout timeout;
    enter(&timeout, 1);
    int err = async_sleep(9);
    CHECK(task_cancel(async_current_task()));
    CHECK_INT(timeout_exit(&timeout, err), E_CANCELLED);
    CHECK_INT(cancelling(), 1);
    CHECK_INT(async_sleep(0), E_CANCELLED);    /* it was not delivered yet */
    return 0;
}

TEST(so_it_does_when_it_comes_before_the_exit)    /* M3 */
{
    play(be_cancelled_after, NULL);
}

/* ---- A child cancels the block ---- */
static int be_stopped(void *arg, Value *result)
{
    const int ends[] = { E_CANCELLED, 0, EBADF };
    for (int i = 0; i < 3; i++) {
        TaskGroup *group = new_group();
        add(group, fail_later, &one);
        CHECK_INT(async_sleep(9), E_CANCELLED);
        CHECK_INT(cancelling(), 1);
        CHECK_INT(leave(group, ends[i], i < 2 ? 1 : 2), E_GROUP);
        CHECK_INT(cancelling(), 0);
        CHECK_INT(async_sleep(9), 0);
    }
    return 0;
}

TEST(the_block_is_cancelled_and_spared_at_the_exit)    /* TG3 */
{
    play(be_stopped, NULL);
}

/* ---- A group, and somebody from outside ---- */
static int cancel_in_the_block(void *arg, Value *result)
{
    TaskGroup *group = new_group();
    add(group, clean_up, &two);
    cancel_me_at(1);
    CHECK_INT(async_sleep(9), E_CANCELLED);
    CHECK_INT(leave(group, E_CANCELLED, 0), E_CANCELLED);
    CHECK_DOUBLE(now(), 3, 0);
    CHECK_INT(cancelling(), 1);
    return async_sleep(9);
}

TEST(cancelled_in_the_block_it_cancels_its_children)    /* TG5 */
{
    play(cancel_in_the_block, NULL);
}

static int cancel_in_the_exit(void *arg, Value *result)
{
    TaskGroup *group = new_group();
    add(group, clean_up, &two);
    cancel_me_at(1);
    cancel_me_at(2);    /* that does not hurry it */
    CHECK_INT(leave(group, 0, 0), E_CANCELLED);
    CHECK_DOUBLE(now(), 3, 0);
    CHECK_INT(cancelling(), 2);
    return async_sleep(9);
}

TEST(cancelled_in_the_exit_it_still_waits)    /* TG5 */
{
    play(cancel_in_the_exit, NULL);
}

static int cancel_before_the_exit(void *arg, Value *result)
{
    TaskGroup *group = new_group();
    add(group, sleep_forever, NULL);
    pause_turns(1);
    CHECK(task_cancel(async_current_task()));
    CHECK_INT(leave(group, 0, 0), E_CANCELLED);
    CHECK_DOUBLE(now(), 0, 0);
    CHECK_INT(cancelling(), 1);
    return async_sleep(9);
}

TEST(cancelled_before_the_exit_it_learns_it_there)    /* TG5 T6 */
{
    play(cancel_before_the_exit, NULL);
}

static int cancel_without_children(void *arg, Value *result)
{
    TaskGroup *group = new_group();
    CHECK(task_cancel(async_current_task()));
    CHECK_INT(leave(group, 0, 0), 0);    /* no suspension */
    CHECK_INT(async_sleep(9), E_CANCELLED);
    return 0;
}

TEST(an_exit_that_does_not_suspend_leaves_it_for_later)    /* TG5 T6 */
{
    play(cancel_without_children, NULL);
}

static int fail_and_be_cancelled(void *arg, Value *result)
{
    bool is_in_block = arg != NULL;
    TaskGroup *group = new_group();
    add(group, fail_when_cancelled, &two);
    cancel_me_at(1);
    int err = is_in_block ? async_sleep(9) : 0;
    CHECK_INT(leave(group, err, 1), E_GROUP);
    CHECK_DOUBLE(now(), 3, 0);
    CHECK_INT(cancelling(), 1);
    CHECK_INT(async_sleep(9), E_CANCELLED);    /* now it is told */
    return async_sleep(9);
}

TEST(errors_win_and_the_cancellation_comes_next)    /* TG9 */
{
    play(fail_and_be_cancelled, NULL);
    play(fail_and_be_cancelled, (void *)&seven);
}

static int be_cancelled_after_a_failure(void *arg, Value *result)
{
    TaskGroup *group = new_group();
    add(group, fail_later, &one);
    add(group, clean_up, &two);
    cancel_me_at(2);
    CHECK_INT(async_sleep(9), E_CANCELLED);
    CHECK_INT(leave(group, E_CANCELLED, 1), E_GROUP);
    CHECK_DOUBLE(now(), 3, 0);
    CHECK_INT(cancelling(), 1);
    CHECK_INT(async_sleep(9), E_CANCELLED);
    return async_sleep(9);
}

TEST(also_one_that_came_after_the_failure)    /* TG9 */
{
    play(be_cancelled_after_a_failure, NULL);
}

/* ---- A group in a limit ---- */
static int limit_a_group(void *arg, Value *result)
{
    bool is_in_block = arg != NULL;
    Timeout timeout;
    enter(&timeout, 1);
    TaskGroup *group = new_group();
    add(group, clean_up, &two);
    add(group, clean_up, &one);
    int err = leave(group, is_in_block ? async_sleep(9) : 0, 0);
    CHECK_INT(err, E_CANCELLED);
    CHECK_DOUBLE(now(), 3, 0);
    CHECK_INT(timeout_exit(&timeout, err), E_TIMEOUT);
    CHECK_INT(cancelling(), 0);
    return async_sleep(9);
}

TEST(a_limit_around_a_group_cancels_the_children_first)    /* M7 */
{
    play(limit_a_group, NULL);
    play(limit_a_group, (void *)&seven);
}

static int limit_a_failing_group(void *arg, Value *result)
{
    Timeout timeout;
    enter(&timeout, 1);
    TaskGroup *group = new_group();
    add(group, fail_when_cancelled, &two);
    int err = leave(group, 0, 1);
    CHECK_INT(err, E_GROUP);
    CHECK_INT(timeout_exit(&timeout, err), E_GROUP);
    CHECK(timeout_expired(&timeout));
    CHECK_INT(cancelling(), 0);
    return async_sleep(9);    /* the cancellation was taken back */
}

TEST(the_errors_of_its_children_pass_through)    /* M6 M7 TG9 */
{
    play(limit_a_failing_group, NULL);
}

/* ---- A limit in a group ---- */
static int limit_in_the_block(void *arg, Value *result)
{
    TaskGroup *group = new_group();
    add(group, fail_later, &two);
    CHECK_INT(sleep_within(1, 9), E_TIMEOUT);      /* its own */
    CHECK_INT(sleep_within(5, 9), E_CANCELLED);    /* the group's */
    CHECK_DOUBLE(now(), 2, 0);
    CHECK_INT(cancelling(), 1);
    CHECK_INT(leave(group, E_CANCELLED, 1), E_GROUP);
    CHECK_INT(cancelling(), 0);
    return async_sleep(9);
}

TEST(a_limit_in_the_block_does_not_take_the_failure_of_a_child)    /* M3 TG3 */
{
    play(limit_in_the_block, NULL);
}

/* ---- A group in a group ---- */
static int nest_groups(void *arg, Value *result)
{
    TaskGroup *outer = new_group(), *inner = new_group();
    add(outer, fail_later, &one);
    add(inner, clean_up, &two);
    int err = taskgroup_exit(inner, 0);
    CHECK_INT(err, E_CANCELLED);
    CHECK_DOUBLE(now(), 3, 0);
    CHECK_INT(cancelling(), 1);
    taskgroup_free(inner);
    CHECK_INT(leave(outer, err, 1), E_GROUP);
    CHECK_INT(cancelling(), 0);
    return async_sleep(9);
}

TEST(cancelled_by_the_outer_group_the_inner_one_has_no_errors)    /* TG8 */
{
    play(nest_groups, NULL);
}

/* Both children fail in one turn: each group cancels the block for itself. */
static int fail_in_both(void *arg, Value *result)
{
    TaskGroup *outer = new_group(), *inner = new_group();
    add(arg != NULL ? outer : inner, fail_later, &one);
    add(arg != NULL ? inner : outer, fail_later, &one);
    CHECK_INT(async_sleep(9), E_CANCELLED);
    CHECK_INT(cancelling(), 2);
    CHECK_INT(taskgroup_exit(inner, E_CANCELLED), E_GROUP);
    CHECK_INT(cancelling(), 1);
    CHECK_INT(async_sleep(9), E_CANCELLED);    /* the outer one's, again */
    CHECK_INT(taskgroup_exit(outer, E_GROUP), E_GROUP);
    CHECK_INT(cancelling(), 0);
    taskgroup_free(inner);
    taskgroup_free(outer);
    return async_sleep(9);
}

TEST(both_can_fail_in_one_turn)    /* TG3 TG8 TG9 */
{
    play(fail_in_both, NULL);
    play(fail_in_both, (void *)&seven);
}
