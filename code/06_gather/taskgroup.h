/* taskgroup.h - tasks that end before the block that made them.
 *
 * The counterpart of asyncio.TaskGroup.  If one fails, the others are
 * cancelled, and so is the block; whatever happens, none is left when
 * taskgroup_exit() returns. */
#ifndef TASKGROUP_H
#define TASKGROUP_H

#include "outcome.h"

/* ---- The block ---- */
typedef struct TaskGroup TaskGroup;

/* async with asyncio.TaskGroup(), in the running task.  NULL: errno is ENOMEM,
 * or EINVAL outside a task. */
TaskGroup *taskgroup_enter(void);

/* Waits for every child, also for those that they make meanwhile.  `error` is
 * what the block ended with: E_CANCELLED cancels the children; any other but 0
 * does, too, and counts as a failure.
 * E_GROUP: somebody failed; if the calling task was cancelled from outside,
 * too, it learns that at its next suspension.  E_CANCELLED: it was, and nobody
 * failed.  E_RUNTIME: it is over, or called in another task.
 * E_KEYBOARD_INTERRUPT, if a child ended with it, stands above them all. */
SUSPENDS int taskgroup_exit(TaskGroup *, int error);

/* After taskgroup_exit(); before it, that is reported, and nothing is freed.
 * If its loop closes first, it is freed with its task.  NULL is ignored. */
void taskgroup_free(TaskGroup *);

/* ---- Children ---- */
/* group.create_task(), also from within children.  Borrowed: the group's until
 * it is freed.  NULL: errno is ENOMEM; ECANCELED: the group is shutting down or
 * over; EINVAL: as async_create_task(). */
Task *taskgroup_create_task(TaskGroup *, CoroFn *, void *arg);
Task *taskgroup_create_task_with(TaskGroup *, CoroFn *, void *arg,
                                 const TaskOptions *);

/* With a copy of what arg points to, and no task to ask: all is freed when it
 * ends, which suits groups that live long.  0, or that errno. */
int taskgroup_spawn(TaskGroup *, CoroFn *, const void *arg, size_t size);

/* ---- Who failed ---- */
/* In the order of failing, the block's own error last; valid until the next
 * child is made or fails. */
const Outcome *taskgroup_errors(TaskGroup *, size_t *n);
size_t taskgroup_count(TaskGroup *, int error);    /* how many with this one */

#endif
