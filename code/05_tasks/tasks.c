/* tasks.c - all tasks of a loop: their list, their names, their end with it.
 *
 * A task is in the list of its loop from its making until it is done. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../03_futures/report.h"
#include "task_inside.h"

/* ---- When the loop closes ---- */
/* Whatever knows that it waits forgets it. */
static void forget(TaskRecord *task)
{
    Parked *parked = task->parked;
    task->parked = NULL;
    if (parked != NULL && parked->kind->forget != NULL)
        parked->kind->forget(parked);
    if (task->awaits != NULL)
        task_leave(task);
}

/* It will never go on. */
static void give_up(TaskRecord *task)
{
    ErrorContext context = { .message = "Task was destroyed but it is pending",
                             .future = &task->future };
    loop_call_exception_handler(task->future.loop, &context);
    forget(task);
    task_drop_blocks(task, false);
}

static void destroy(TaskRecord *task)
{
    tasks_remove(task);
    coro_break(task->at, task->coro);
    coro_abandon(task->coro);
    task->coro = task->at = NULL;
    task_drop_context(task);
    future_release(&task->future);
}

/* What one waits for may lie on the stack of another: all give up first. */
static void destroy_all(Loop *loop, LoopLocal *local)
{
    Tasks *tasks = (Tasks *)local;
    for (TaskRecord *task = tasks->first; task != NULL; task = task->next)
        give_up(task);
    while (tasks->first != NULL)
        destroy(tasks->first);
}

/* ---- The list ---- */
static const char tasks_key;

Tasks *tasks_of(Loop *loop)
{
    if (task_current != NULL && task_current->future.loop == loop)
        return task_current->tasks;
    LoopLocal *local = loop_local(loop, &tasks_key);
    if (local != NULL)
        return (Tasks *)local;
    Tasks *tasks = calloc(1, sizeof *tasks);
    if (tasks != NULL) {
        tasks->local = (LoopLocal){ &tasks_key, destroy_all, NULL };
        loop_local_add(loop, &tasks->local);
    }
    return tasks;
}

void tasks_add(Tasks *tasks, TaskRecord *task)
{
    task->tasks = tasks;
    task->next = NULL;
    task->previous = tasks->last;
    if (tasks->last != NULL)
        tasks->last->next = task;
    else
        tasks->first = task;
    tasks->last = task;
    tasks->count++;
}

void tasks_remove(TaskRecord *task)
{
    Tasks *tasks = task->tasks;
    if (task->previous != NULL)
        task->previous->next = task->next;
    else
        tasks->first = task->next;
    if (task->next != NULL)
        task->next->previous = task->previous;
    else
        tasks->last = task->previous;
    tasks->count--;
}

size_t async_all_tasks(Loop *loop, Task **tasks, size_t max)
{
    loop = loop != NULL ? loop : async_get_running_loop();
    Tasks *all = loop != NULL ? (Tasks *)loop_local(loop, &tasks_key) : NULL;
    if (all == NULL)
        return 0;
    TaskRecord *task = all->first;
    for (size_t i = 0; i < max && task != NULL; i++, task = task->next)
        tasks[i] = &task->future;
    return all->count;
}

/* ---- Names ---- */
const char *task_name(Future *future)
{
    TaskRecord *task = (TaskRecord *)future;
    if (task->name != NULL)
        return task->name;
    snprintf(task->default_name, sizeof task->default_name,
             "Task-%" PRIu64, task->number);
    return task->default_name;
}

const char *task_get_name(Task *task)
{
    return task_live(task) != NULL ? task_name(task) : NULL;
}

void task_set_name(Task *task, const char *name)
{
    TaskRecord *record = task_live(task);
    char *copy = record != NULL && name != NULL ? strdup(name) : NULL;
    if (copy == NULL)
        return;
    if (record->coro != NULL)
        coro_set_name(record->coro, copy);
    free(record->name);
    record->name = copy;
}

Coro *task_get_coro(Task *task)
{
    TaskRecord *record = task_live(task);
    return record != NULL ? record->coro : NULL;
}

/* ---- Who waits for what ---- */
static const char *state_name(TaskRecord *task)
{
    if (task == task_current)
        return "running";
    if (task->future.state == PENDING)
        return task->awaits || task->parked ? "waiting" : "ready";
    return task->future.state == CANCELLED ? "cancelled" : "done";
}

/* Prints one, and returns the task that it awaits, if it does. */
static TaskRecord *print(TaskRecord *task, FILE *file)
{
    const char *name = task_name(&task->future);
    TaskRecord *awaited = NULL;
    /* lint: may call fprintf: to print is what it was called for */
    fprintf(file, "%s (%s)", name, state_name(task));
    if (task->awaits != NULL)
        awaited = task_record(task->awaits);
    if (awaited != NULL)
        fprintf(file, " awaits\n");
    else if (task->awaits != NULL)
        fprintf(file, " awaits a %s\n", task->awaits->kind->name);
    else if (task->parked != NULL)
        fprintf(file, " in %s\n", task->parked->kind->what);
    else
        fprintf(file, "\n");
    return awaited;
}

/* Tasks that await each other in a circle are printed once each. */
void task_print_stack(Task *task, FILE *file)
{
    TaskRecord *first = task_live(task), *at = first;
    while (at != NULL && !at->is_passing) {
        at->is_passing = true;
        at = print(at, file != NULL ? file : stderr);
    }
    for (at = first; at != NULL && at->is_passing; ) {
        at->is_passing = false;
        at = at->awaits != NULL ? task_record(at->awaits) : NULL;
    }
}
