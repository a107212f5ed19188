/* taskgroup.c - a block that ends after the tasks that were made in it. */
#include "taskgroup.h"

#include <errno.h>
#include <stdlib.h>

#include "../03_futures/report.h"
#include "taskgroup_inside.h"

/* ---- Freeing ---- */
static void destroy(TaskGroup *group)
{
    taskgroup_forget_ended(group);
    loop_release(group->loop);
    free(group->errors);
    free(group);
}

/* One that is still open is not freed: its children point to it. */
static bool is_early(TaskGroup *group)
{
    ErrorContext context = { .message = "A TaskGroup was freed before its exit",
                             .error = E_RUNTIME };
    if (!group->is_over)
        loop_call_exception_handler(group->loop, &context);
    return !group->is_over;
}

void taskgroup_free(TaskGroup *group)
{
    if (group != NULL && !is_early(group))
        destroy(group);
}

/* ---- Left open ---- */
/* Nobody will wait for the children, nor hear what they say.  If the loop has
 * closed, nobody will free the group either. */
static void drop(Block *block)
{
    TaskGroup *group = (TaskGroup *)((char *)block -
                                     offsetof(TaskGroup, block));
    bool is_closed = loop_is_closed(group->loop);
    group->is_over = true;
    if (!is_closed)
        taskgroup_abort(group);
    taskgroup_detach(group);
    if (is_closed)
        destroy(group);
}

static const BlockKind block_kind = { "A TaskGroup was left open", drop };

/* ---- Who waits ---- */
static Future *awaited(Parked *parked, size_t i)
{
    Member *member = ((TaskGroup *)parked)->first;
    while (member != NULL && i-- > 0)
        member = member->next;
    return member != NULL ? member->task : NULL;
}

static const ParkedKind exit_kind = { .what = "a TaskGroup",
                                      .awaited = awaited };

/* ---- In ---- */
static TaskGroup *new_group(Loop *loop)
{
    TaskGroup *group = calloc(1, sizeof *group);
    if (group == NULL || !taskgroup_make_room(group)) {
        free(group);
        return NULL;
    }
    group->parked.kind = &exit_kind;
    group->block.kind = &block_kind;
    group->last = &group->first;
    group->loop = loop_retain(loop);
    return group;
}

TaskGroup *taskgroup_enter(void)
{
    if (task_current == NULL) {
        errno = EINVAL;
        return NULL;
    }
    TaskGroup *group = new_group(task_current->future.loop);
    if (group != NULL)
        task_enter(&group->block);
    else
        errno = ENOMEM;
    return group;
}

/* ---- Out ---- */
/* Returns true if the caller was cancelled from outside. */
static SUSPENDS bool wait_for_all(TaskGroup *group)
{
    bool is_cancelled = false;
    while (group->running > 0) {
        int err = task_park(&group->parked);
        group->parked.task = NULL;
        if (err != 0 && !group->is_aborting) {
            is_cancelled = true;
            taskgroup_abort(group);
        }
    }
    return is_cancelled;
}

/* With failures a cancellation from outside is asked for once more: it arrives
 * at the next suspension. */
static int outcome_of(TaskGroup *group, int error, bool is_cancelled)
{
    Task *task = async_current_task();
    if (group->is_interrupted || error == E_KEYBOARD_INTERRUPT)
        return E_KEYBOARD_INTERRUPT;
    if (group->has_cancelled && task_uncancel(task) == 0)
        is_cancelled = false;
    if (is_cancelled && group->failed == 0)
        return E_CANCELLED;
    if (error != 0 && error != E_CANCELLED)
        taskgroup_add_error(group, error, (Value){ .i = 0 });
    if (group->failed == 0)
        return 0;
    if (task_cancelling(task) > 0) {
        task_uncancel(task);
        task_cancel(task);
    }
    return E_GROUP;
}

SUSPENDS int taskgroup_exit(TaskGroup *group, int error)
{
    if (group->is_exiting || group->is_over ||
        group->block.task != task_current)
        return E_RUNTIME;
    group->is_exiting = true;
    if (error != 0 && !group->is_aborting)
        taskgroup_abort(group);
    bool is_cancelled = wait_for_all(group) || error == E_CANCELLED;
    task_exit(&group->block);
    group->is_over = true;
    return outcome_of(group, error, is_cancelled);
}

/* ---- Who failed ---- */
const Outcome *taskgroup_errors(TaskGroup *group, size_t *n)
{
    *n = group->failed;
    return group->errors;
}

size_t taskgroup_count(TaskGroup *group, int error)
{
    size_t count = 0;
    for (size_t i = 0; i < group->failed; i++)
        count += group->errors[i].error == error;
    return count;
}
