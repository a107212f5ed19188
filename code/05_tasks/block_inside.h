/* block_inside.h - what a task has entered, and has to leave before it ends.
 *
 * A function that returns from within a block leaves something behind that
 * points into its frame: a timer, or children that will tell it of their end.
 * So the block itself lies elsewhere, and knows how to undo that. */
#ifndef BLOCK_INSIDE_H
#define BLOCK_INSIDE_H

#include "../03_futures/future_inside.h"

/* ---- A block ---- */
typedef struct TaskRecord TaskRecord;
typedef struct Block Block;

typedef struct BlockKind {
    const char *left_open;     /* the message of that report */
    void (*drop)(Block *);     /* it is out of the list, and never left */
} BlockKind;

/* In memory that is still there when its task forgets to leave. */
struct Block {
    const BlockKind *kind;
    const void *frame;         /* lies in the frame that is to leave; or NULL */
    TaskRecord *task;
    Block *outer;
    Origin origin;             /* where it was entered */
};

/* ---- In and out ---- */
void task_enter(Block *);      /* the running task does */
void task_exit(Block *);

/* ---- Left open ---- */
void task_drop_blocks(TaskRecord *, bool is_reported);

/* In debug mode, for a task that is about to suspend. */
void task_look_at_blocks(TaskRecord *);

#endif
