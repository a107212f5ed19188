/* taskgroup_inside.h - the group, as its own files see it.
 *
 * Every child that has not ended is in the group's list and has the group told
 * of its end.  There is room for the error of each of them. */
#ifndef TASKGROUP_INSIDE_H
#define TASKGROUP_INSIDE_H

#include "../05_tasks/task_inside.h"
#include "taskgroup.h"

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
    size_t running;            /* also one that is being made */
    Outcome *errors;
    size_t failed, room;
    bool is_aborting;          /* all are cancelled, no more are made */
    bool is_exiting, is_over;
    bool has_cancelled;        /* the block, since a child has failed */
    bool is_interrupted;       /* a child ended with E_KEYBOARD_INTERRUPT */
};

/* ---- Between the files ---- */
void taskgroup_abort(TaskGroup *);        /* cancels all; no more are made */
bool taskgroup_make_room(TaskGroup *);    /* for one child more */
void taskgroup_add_error(TaskGroup *, int error, Value detail);
void taskgroup_detach(TaskGroup *);       /* nobody is told how they end */
void taskgroup_forget_ended(TaskGroup *);

#endif
