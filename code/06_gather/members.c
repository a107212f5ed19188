/* members.c - the children of a group: their making, and their end. */
#include <errno.h>
#include <stdlib.h>

#include "taskgroup_inside.h"

/* ---- The list ---- */
static void add(TaskGroup *group, Member *member)
{
    member->next = NULL;
    member->where = group->last;
    *group->last = member;
    group->last = &member->next;
}

static void leave(TaskGroup *group, Member *member)
{
    *member->where = member->next;
    if (member->next != NULL)
        member->next->where = member->where;
    else
        group->last = member->where;
}

/* ---- Room for errors ---- */
/* For each that runs, the child to come, and the block itself. */
bool taskgroup_make_room(TaskGroup *group)
{
    size_t wanted = group->failed + group->running + 2;
    if (wanted <= group->room)
        return true;
    Outcome *errors = realloc(group->errors, 2 * wanted * sizeof *errors);
    if (errors == NULL)
        return false;
    group->errors = errors;
    group->room = 2 * wanted;
    return true;
}

void taskgroup_add_error(TaskGroup *group, int error, Value detail)
{
    group->errors[group->failed++] = (Outcome){ error, detail };
    if (error == E_KEYBOARD_INTERRUPT)
        group->is_interrupted = true;
}

/* ---- Aborting ---- */
void taskgroup_abort(TaskGroup *group)
{
    group->is_aborting = true;
    for (Member *member = group->first; member != NULL; member = member->next)
        task_cancel(member->task);
}

/* The first failure also cancels the block, if that is not over yet. */
static void fail(TaskGroup *group, Future *task)
{
    taskgroup_add_error(group, task->error, task->value);
    if (group->is_aborting || group->has_cancelled || group->is_over)
        return;
    taskgroup_abort(group);
    group->has_cancelled = true;
    task_cancel(&group->block.task->future);
}

/* ---- A child ends ---- */
static void forget(Member *member)
{
    task_release(member->task);
    free(member);
}

/* Its task stays as long as the group, if the program may know it. */
static void retire(Member *member)
{
    TaskGroup *group = member->group;
    leave(group, member);
    group->running--;
    loop_unreserve(group->loop);
    if (member->is_spawned) {
        forget(member);
    } else {
        member->next = group->ended;
        group->ended = member;
    }
}

static void ended(void *waiter)
{
    Member *member = waiter;
    TaskGroup *group = member->group;
    Future *task = future_retain(member->task);
    retire(member);
    if (group->running == 0 && group->parked.task != NULL)
        task_unpark(&group->parked);
    task->is_retrieved = true;
    if (task->state != CANCELLED && task->error != 0)
        fail(group, task);
    future_release(task);
}

/* ---- Letting go of them ---- */
void taskgroup_detach(TaskGroup *group)
{
    while (group->first != NULL) {
        Member *member = group->first;
        future_remove_waiter(member->task, &member->waiter);
        retire(member);
    }
}

void taskgroup_forget_ended(TaskGroup *group)
{
    for (Member *member = group->ended, *next; member != NULL; member = next) {
        next = member->next;
        forget(member);
    }
    group->ended = NULL;
}

/* ---- Making a place ---- */
static int refusal(TaskGroup *group)
{
    if (group->is_over || group->is_aborting ||
        (group->is_exiting && group->running == 0))
        return ECANCELED;
    if (async_get_running_loop() != group->loop)
        return EINVAL;
    return taskgroup_make_room(group) ? 0 : ENOMEM;
}

/* From here on it counts: one that begins eagerly may make others. */
static Member *equip(TaskGroup *group, bool is_spawned)
{
    Member *member = malloc(sizeof *member);
    if (member == NULL || !loop_reserve(group->loop)) {
        free(member);
        return NULL;
    }
    *member = (Member){ .waiter.wake = ended, .group = group,
                        .is_spawned = is_spawned };
    group->running++;
    return member;
}

static void unequip(Member *member)
{
    member->group->running--;
    loop_unreserve(member->group->loop);
    free(member);
}

/* ---- Making a child ---- */
/* If it began eagerly, it may be done already, or the group aborting. */
static void watch(Member *member, Task *task)
{
    member->task = task;
    add(member->group, member);
    if (task->state != PENDING) {
        ended(&member->waiter);
        return;
    }
    future_add_waiter(task, &member->waiter);
    if (member->group->is_aborting)
        task_cancel(task);
}

/* The task is borrowed; one that was spawned may be gone already. */
static Task *make(TaskGroup *group, CoroFn *function, void *arg,
                  const TaskOptions *options, bool is_spawned)
{
    int err = refusal(group);
    Member *member = err == 0 ? equip(group, is_spawned) : NULL;
    if (member == NULL) {
        errno = err != 0 ? err : ENOMEM;
        return NULL;
    }
    Task *task = async_create_task_with(function, arg, options);
    err = errno;
    if (task != NULL)
        watch(member, task);
    else
        unequip(member);
    errno = err;
    return task;
}

Task *taskgroup_create_task_with(TaskGroup *group, CoroFn *function, void *arg,
                                 const TaskOptions *options)
{
    return make(group, function, arg, options, false);
}

Task *taskgroup_create_task(TaskGroup *group, CoroFn *function, void *arg)
{
    return make(group, function, arg, NULL, false);
}

int taskgroup_spawn(TaskGroup *group, CoroFn *function, const void *arg,
                    size_t size)
{
    TaskOptions options = { .copy_size = size };
    Task *task = make(group, function, (void *)arg, &options, true);
    return task != NULL ? 0 : errno;
}
