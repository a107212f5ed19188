/* blocks.c - what a task has entered, and has to leave before it ends. */
#include "../03_futures/report.h"
#include "task_inside.h"

/* ---- In and out ---- */
void task_enter(Block *block)
{
    block->task = task_current;
    block->outer = task_current->blocks;
    block->origin = origin_now;
    task_current->blocks = block;
}

/* It is the innermost, if all is well. */
void task_exit(Block *block)
{
    Block **at = &block->task->blocks;
    while (*at != block)
        at = &(*at)->outer;
    *at = block->outer;
}

/* ---- Left open ---- */
/* The handler may not suspend: the task is half way into a suspension, or at
 * its end. */
static void report(Block *block)
{
    ErrorContext context = { .message = block->kind->left_open,
                             .error = E_RUNTIME,
                             .future = &block->task->future,
                             .origin = block->origin };
    TaskRecord *before = task_current;
    task_current = NULL;
    loop_call_exception_handler(block->task->future.loop, &context);
    task_current = before;
}

static void drop(Block *block, bool is_reported)
{
    task_exit(block);
    if (is_reported)
        report(block);
    block->kind->drop(block);
}

void task_drop_blocks(TaskRecord *task, bool is_reported)
{
    while (task->blocks != NULL)
        drop(task->blocks, is_reported);
}

/* ---- In debug mode ---- */
/* The stack grows down: a frame below the one that runs is gone. */
static bool has_returned(const void *frame, const char *here)
{
    const char *low = coro_now->stack.low, *at = frame;
    bool is_ours = here >= low && here < low + coro_now->stack.size;
    return is_ours && at >= low && at < here;
}

void task_look_at_blocks(TaskRecord *task)
{
    char here;
    if ((loop_alerts(task->future.loop) & ALERT_DEBUG) == 0)
        return;
    for (Block *block = task->blocks, *outer; block != NULL; block = outer) {
        outer = block->outer;
        if (has_returned(block->frame, &here))
            drop(block, true);
    }
}
