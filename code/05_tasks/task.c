/* task.c - tasks: how one is made, and how it ends.
 *
 * A task reserves at its making all that it will ever need to be woken, to end
 * and to tell of it.  From then on nothing fails for lack of memory. */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "task_inside.h"

/* ---- The kind of future ---- */
static void destroy(Future *future)
{
    TaskRecord *task = (TaskRecord *)future;
    free(task->name);
    task->name = NULL;
    if (!future_keep_freed(future))
        free(future);
}

const FutureKind task_kind = {
    .name = "Task",
    .never_retrieved = "Task exception was never retrieved",
    .cancel = task_cancel_kind,
    .destroy = destroy,
    .get_name = task_name,
    .completes_itself = true
};

/* ---- Its context ---- */
static void take_context(TaskRecord *task, Context *context)
{
    if (context != NULL) {
        task->context = context_retain(context);
    } else {
        task->context = &task->own;
        context_begin(&task->own);
    }
}

void task_drop_context(TaskRecord *task)
{
    if (task->context == &task->own)
        context_clear(&task->own);
    else
        context_release(task->context);
    task->context = NULL;
}

/* ---- Its end ---- */
/* A request to cancel that nobody has seen makes a result void. */
static void complete(TaskRecord *task, int error, Value value)
{
    if (error == 0 && task->must_cancel)
        error = E_CANCELLED;
    task->must_cancel = false;
    if (error == E_CANCELLED) {
        future_complete(&task->future, CANCELLED, error, (Value){ .i = 0 });
        return;
    }
    if (task->future.message != NULL)
        task_set_message(task, NULL);
    future_complete(&task->future, FINISHED, error, value);
}

/* On the stack that ends.  Releasing may call the exception handler, which may
 * make tasks: so the stack goes back to the pool last. */
static Coro *end(Coro *coro)
{
    TaskRecord *task = coro->arg;
    Loop *loop = task->future.loop;
    task_current = NULL;
    context_now = NULL;
    task_drop_blocks(task, true);
    tasks_remove(task);
    loop_unreserve(loop);
    task->coro = task->at = NULL;
    complete(task, coro->error, coro->value);
    task_drop_context(task);
    future_release(&task->future);
    coro_free(coro);
    return task_next(loop);
}

/* ---- Its beginning ---- */
/* Cancelled before it began: the function never runs. */
static int begin(void *arg, Value *result)
{
    TaskRecord *task = arg;
    return task->must_cancel ? E_CANCELLED : task->function(task->arg, result);
}

static bool equip(TaskRecord *task, Loop *loop, size_t stack_size)
{
    task->tasks = tasks_of(loop);
    if (task->tasks == NULL || !loop_reserve(loop))
        return false;
    task->coro = task->at = coro_new(begin, task, stack_size);
    if (task->coro == NULL)
        loop_unreserve(loop);
    return task->coro != NULL;
}

static bool take_options(TaskRecord *task, const TaskOptions *options)
{
    if (options->name != NULL) {
        task->name = strdup(options->name);
        if (task->name == NULL)
            return false;
    }
    if (options->copy_size != 0)
        task->arg = memcpy(task->copy, task->arg, options->copy_size);
    return true;
}

static TaskRecord *allocate(Loop *loop, CoroFn *function, void *arg,
                            const TaskOptions *options)
{
    TaskRecord *task = NULL;
    if (options->copy_size <= SIZE_MAX - sizeof *task)
        task = malloc(sizeof *task + options->copy_size);
    if (task == NULL)
        return NULL;
    task->waiter.wake = task_wake;
    task->awaits = NULL;
    task->parked = NULL;
    task->blocks = NULL;
    task->must_cancel = task->is_passing = false;
    task->cancelling = 0;
    task->function = function;
    task->arg = arg;
    task->name = NULL;
    task->here = origin_now;
    task->since = -1;
    task->mark = 0;
    if (take_options(task, options) && equip(task, loop, options->stack_size))
        return task;
    free(task->name);
    free(task);
    return NULL;
}

/* ---- Making ---- */
static void name_stack(TaskRecord *task)
{
    static atomic_ullong made;
    task->number =
        atomic_fetch_add_explicit(&made, 1, memory_order_relaxed) + 1;
    task->coro->stack.name = task->name != NULL ? task->name : "Task-";
    task->coro->stack.number = task->name != NULL ? 0 : task->number;
}

static Task *create(Loop *loop, CoroFn *function, void *arg,
                    const TaskOptions *options)
{
    if (loop == NULL || function == NULL ||
        (loop_alerts(loop) != 0 && !loop_accepts(loop)) ||
        (arg == NULL && options->copy_size != 0)) {
        errno = EINVAL;
        return NULL;
    }
    TaskRecord *task = allocate(loop, function, arg, options);
    if (task == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    future_init(&task->future, loop, &task_kind);
    task->future.references = 2;    /* the caller's, and the loop's */
    take_context(task, options->context);
    name_stack(task);
    coro_adopt(task->coro, end);
    tasks_add(task->tasks, task);
    loop_adopt(loop);
    if (options->eager_start)
        task_step_apart(task);
    else
        loop_push(loop, task_wake, &task->waiter);
    return &task->future;
}

Task *loop_create_task_with(Loop *loop, CoroFn *function, void *arg,
                            const TaskOptions *options)
{
    static const TaskOptions defaults = { .name = NULL };
    return create(loop, function, arg, options != NULL ? options : &defaults);
}

Task *loop_create_task(Loop *loop, CoroFn *function, void *arg)
{
    return loop_create_task_with(loop, function, arg, NULL);
}

Task *async_create_task(CoroFn *function, void *arg)
{
    return loop_create_task(async_get_running_loop(), function, arg);
}

Task *async_create_task_copy(CoroFn *function, const void *arg, size_t size)
{
    return async_create_task_with(function, (void *)arg,
                                  &(TaskOptions){ .copy_size = size });
}

Task *async_create_task_with(CoroFn *function, void *arg,
                             const TaskOptions *options)
{
    return loop_create_task_with(async_get_running_loop(), function, arg,
                                 options);
}

/* ---- As a future ---- */
void task_release(Task *task)
{
    future_release(task);
}

bool task_done(Task *task)
{
    return future_done(task);
}

bool task_cancelled(Task *task)
{
    return future_cancelled(task);
}

int task_result(Task *task, Value *result)
{
    return future_result(task, result);
}

int task_error(Task *task)
{
    return future_error(task);
}
