/* taskgroup.c - tasks that end before the block that made them.
 *
 * Every child that has not ended is in the group's list and has the group told
 * of its end.  There is room for the error of each of them. */
#include "taskgroup.h"

#include <errno.h>
#include <stdlib.h>

#include "../03_futures/report.h"
#include "../05_tasks/task_inside.h"

/* ---- A group ---- */
typedef struct Member {
    Waiter waiter;             /* first */
    Task *task;                /* retained */
    TaskGroup *group;
    struct Member *next, **where;    /* what points to it */
    bool is_spawned;           /* nobody else knows the task */
} Member;

struct TaskGroup {
    Parked parked;             /* first; the exit, while it waits */
    Block block;               /* open until the end of the exit */
    Loop *loop;                /* retained */
    Member *first, **last;     /* those that have not ended */
    Member *ended;             /* kept, since somebody may know their tasks */
    size_t running;
    Outcome *errors;
    size_t failed, room;
    bool is_aborting;          /* all are cancelled, no more are made */
    bool is_exiting, is_over;
    bool has_cancelled;        /* the block, since a child has failed */
    bool is_interrupted;       /* a child ended with E_KEYBOARD_INTERRUPT */
};

/* ---- Its list ---- */
static void add(TaskGroup *group, Member *member)
{
    member->next = NULL;
    member->where = group->last;
    *group->last = member;
    group->last = &member->next;
    group->running++;
}

static void leave(TaskGroup *group, Member *member)
{
    *member->where = member->next;
    if (member->next != NULL)
        member->next->where = member->where;
    else
        group->last = member->where;
    group->running--;
    loop_unreserve(group->loop);
}

/* ---- Room for errors ---- */
/* For one error of each that runs, of the next one, and of the block. */
static bool make_room(TaskGroup *group)
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

/* ---- Aborting ---- */
static void abort_all(TaskGroup *group)
{
    group->is_aborting = true;
    for (Member *member = group->first; member != NULL; member = member->next)
        task_cancel(member->task);
}

static void add_error(TaskGroup *group, int error, Value detail)
{
    group->errors[group->failed++] = (Outcome){ error, detail };
    if (error == E_KEYBOARD_INTERRUPT)
        group->is_interrupted = true;
}

/* The first failure also cancels the block, if that is not over yet. */
static void fail(TaskGroup *group, Future *task)
{
    add_error(group, task->error, task->value);
    if (group->is_aborting || group->has_cancelled || group->is_over)
        return;
    abort_all(group);
    group->has_cancelled = true;
    task_cancel(&group->block.task->future);
}

/* ---- A child ends ---- */
static void forget_member(Member *member)
{
    task_release(member->task);
    free(member);
}

static void ended(void *waiter)
{
    Member *member = waiter;
    TaskGroup *group = member->group;
    Future *task = member->task;
    leave(group, member);
    if (group->running == 0 && group->parked.task != NULL)
        task_unpark(&group->parked);
    task->is_retrieved = true;
    if (task->state != CANCELLED && task->error != 0)
        fail(group, task);
    if (member->is_spawned) {
        forget_member(member);
    } else {
        member->next = group->ended;
        group->ended = member;
    }
}

/* ---- Left open ---- */
/* Nobody will wait for the children, nor hear what they say. */
static void drop(Block *block)
{
    TaskGroup *group = (TaskGroup *)((char *)block -
                                     offsetof(TaskGroup, block));
    if (!loop_is_closed(group->loop))
        abort_all(group);
    while (group->first != NULL) {
        Member *member = group->first;
        future_remove_waiter(member->task, &member->waiter);
        leave(group, member);
        forget_member(member);
    }
    group->is_over = true;
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
    if (group == NULL || !make_room(group)) {
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

/* ---- Making children ---- */
static int refusal(TaskGroup *group)
{
    if (group->is_over || group->is_aborting ||
        (group->is_exiting && group->running == 0))
        return ECANCELED;
    if (async_get_running_loop() != group->loop)
        return EINVAL;
    return make_room(group) ? 0 : ENOMEM;
}

static Member *equip(TaskGroup *group)
{
    Member *member = malloc(sizeof *member);
    if (member == NULL || !loop_reserve(group->loop)) {
        free(member);
        return NULL;
    }
    *member = (Member){ .waiter.wake = ended, .group = group };
    return member;
}

/* One that began eagerly may be done. */
static void watch(Member *member, Task *task)
{
    member->task = task;
    add(member->group, member);
    if (task->state == PENDING) {
        future_add_waiter(task, &member->waiter);
    } else {
        loop_adopt(task->loop);
        future_wake(task, &member->waiter);
    }
}

static Member *make(TaskGroup *group, CoroFn *function, void *arg,
                    const TaskOptions *options)
{
    int err = refusal(group);
    Member *member = err == 0 ? equip(group) : NULL;
    if (member == NULL) {
        errno = err != 0 ? err : ENOMEM;
        return NULL;
    }
    Task *task = async_create_task_with(function, arg, options);
    if (task == NULL) {
        loop_unreserve(group->loop);
        free(member);
        return NULL;
    }
    watch(member, task);
    return member;
}

Task *taskgroup_create_task_with(TaskGroup *group, CoroFn *function, void *arg,
                                 const TaskOptions *options)
{
    Member *member = make(group, function, arg, options);
    return member != NULL ? member->task : NULL;
}

Task *taskgroup_create_task(TaskGroup *group, CoroFn *function, void *arg)
{
    return taskgroup_create_task_with(group, function, arg, NULL);
}

int taskgroup_spawn(TaskGroup *group, CoroFn *function, const void *arg,
                    size_t size)
{
    TaskOptions options = { .copy_size = size };
    Member *member = make(group, function, (void *)arg, &options);
    if (member == NULL)
        return errno;
    member->is_spawned = true;
    return 0;
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
            abort_all(group);
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
        add_error(group, error, (Value){ .i = 0 });
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
        abort_all(group);
    bool is_cancelled = wait_for_all(group) || error == E_CANCELLED;
    task_exit(&group->block);
    group->is_over = true;
    return outcome_of(group, error, is_cancelled);
}

/* ---- Afterwards ---- */
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
    if (group == NULL || is_early(group))
        return;
    for (Member *member = group->ended, *next; member != NULL; member = next) {
        next = member->next;
        forget_member(member);
    }
    loop_release(group->loop);
    free(group->errors);
    free(group);
}
