/* cancel.c - asking a task to end.
 *
 * The request goes at once to what the task awaits, and to what that awaits, if
 * it is a task: the innermost is cancelled first, and the others learn it from
 * what they await. */
#include <stdlib.h>
#include <string.h>

#include "task_inside.h"

/* ---- The message ---- */
/* It may be the one that it has. */
void task_set_message(TaskRecord *task, const char *message)
{
    if (message == task->future.message)
        return;
    char *copy = message != NULL ? strdup(message) : NULL;
    free(task->future.message);
    task->future.message = copy;
}

/* ---- The request ---- */
/* Cancels what it waits for.  false: it does not wait, or has been woken. */
static bool cancel_waiting(TaskRecord *task, const char *message)
{
    if (task->parked != NULL)
        return task_cancel_parked(task->parked, message);
    return task->awaits != NULL && future_cancel_with(task->awaits, message);
}

static TaskRecord *awaited_task(TaskRecord *task)
{
    if (task->awaits == NULL || task->awaits->state != PENDING)
        return NULL;
    return task_record(task->awaits);
}

/* Tasks that await each other in a circle wake nobody: one is torn out. */
void task_tear_out(TaskRecord *task)
{
    task_leave(task);
    loop_adopt(task->future.loop);
    loop_push(task->future.loop, task_wake, &task->waiter);
}

/* Whoever was cancelled before keeps the message of then. */
static void count(TaskRecord *task, const char *message)
{
    task->cancelling++;
    if (task->parked == NULL || task->parked->state != CANCELLED)
        task_set_message(task, message);
}

/* A loop: a chain of tasks may be longer than our stack is deep. */
static void request(TaskRecord *first, const char *message)
{
    TaskRecord *task = first, *inner;
    for (; !task->is_passing; task = inner) {
        count(task, message);
        inner = awaited_task(task);
        if (inner == NULL)
            break;
        task->is_passing = true;
    }
    bool is_circle = task->is_passing;
    for (inner = first; inner->is_passing; inner = awaited_task(inner))
        inner->is_passing = false;
    if (is_circle)
        task_tear_out(task);
    else if (!cancel_waiting(task, message))
        task->must_cancel = true;
}

bool task_cancel_kind(Future *future, const char *message)
{
    if (future->state != PENDING) {
        future->is_retrieved = true;
        return false;
    }
    request((TaskRecord *)future, message);
    return true;
}

/* ---- For programs ---- */
bool task_cancel_with(Task *task, const char *message)
{
    return task_live(task) != NULL && future_cancel_with(task, message);
}

bool task_cancel(Task *task)
{
    return task_cancel_with(task, NULL);
}

int task_cancelling(Task *task)
{
    TaskRecord *record = task_live(task);
    return record != NULL ? record->cancelling : 0;
}

int task_uncancel(Task *task)
{
    TaskRecord *record = task_live(task);
    if (record == NULL || record->cancelling == 0)
        return 0;
    if (--record->cancelling == 0)
        record->must_cancel = false;
    return record->cancelling;
}
