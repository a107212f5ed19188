/* with.c - context managers, and stacks of their exits. */
#include "with.h"

#include <errno.h>
#include <stdlib.h>

#include "../05_tasks/task_inside.h"

/* ---- One ---- */
/* lint: suspends by itself */
SUSPENDS int async_with(AsyncContextManager manager, WithBody *body, void *arg)
{
    Value entered = { .i = 0 };
    if (manager.enter == NULL || manager.exit == NULL || body == NULL)
        return E_VALUE;
    int err = manager.enter(manager.self, &entered);
    if (err != 0)
        return err;
    return manager.exit(manager.self, body(entered, arg));
}

/* ---- Ready-made ---- */
static SUSPENDS int enter_lock(void *lock, Value *entered)
{
    return lock_acquire(lock);
}

static int exit_lock(void *lock, int error)
{
    int err = lock_release(lock);
    return error != 0 ? error : err;
}

AsyncContextManager lock_manager(Lock *lock)
{
    return (AsyncContextManager){ enter_lock, exit_lock, lock };
}

static SUSPENDS int enter_semaphore(void *semaphore, Value *entered)
{
    return semaphore_acquire(semaphore);
}

static int exit_semaphore(void *semaphore, int error)
{
    int err = semaphore_release(semaphore);
    return error != 0 ? error : err;
}

AsyncContextManager semaphore_manager(Semaphore *semaphore)
{
    return (AsyncContextManager){ enter_semaphore, exit_semaphore, semaphore };
}

/* ---- Closing ---- */
static int enter_closing(void *generator, Value *entered)
{
    entered->p = generator;
    return 0;
}

/* An error of its closing stands above the block's. */
static SUSPENDS int exit_closing(void *generator, int error)
{
    int err = async_generator_aclose(generator);
    return err != 0 ? err : error;
}

AsyncContextManager async_closing(AsyncGenerator *generator)
{
    return (AsyncContextManager){ enter_closing, exit_closing, generator };
}

/* ---- Many ---- */
typedef struct Exit {
    int (*function)(void *arg, int error);
    void *arg;
} Exit;

struct AsyncExitStack {
    Block block;       /* first; its task may be NULL */
    Exit *exits;
    size_t n, room;
};

static void free_stack(AsyncExitStack *stack)
{
    free(stack->exits);
    free(stack);
}

static void drop(Block *block)
{
    free_stack((AsyncExitStack *)block);
}

static const BlockKind stack_kind = { "An AsyncExitStack was left open",
                                      drop };

/* Inside a generator it is the generator's, and no task has to leave it. */
AsyncExitStack *async_exit_stack_enter(void)
{
    AsyncExitStack *stack = calloc(1, sizeof *stack);
    if (stack == NULL)
        return NULL;
    stack->block.kind = &stack_kind;
    if (task_current != NULL && coro_current() == task_current->coro)
        task_enter(&stack->block);
    return stack;
}

/* ---- In ---- */
static bool make_room(AsyncExitStack *stack)
{
    if (stack->n < stack->room)
        return true;
    size_t room = stack->room != 0 ? 2 * stack->room : 8;
    Exit *exits = realloc(stack->exits, room * sizeof *exits);
    if (exits == NULL)
        return false;
    stack->exits = exits;
    stack->room = room;
    return true;
}

int async_exit_stack_push(AsyncExitStack *stack,
                          int (*function)(void *arg, int error), void *arg)
{
    if (function == NULL)
        return E_VALUE;
    if (!make_room(stack))
        return ENOMEM;
    stack->exits[stack->n++] = (Exit){ function, arg };
    return 0;
}

/* The place comes first: what was entered can always be left.  Meanwhile
 * others may push. */
/* lint: suspends by itself */
SUSPENDS int async_exit_stack_enter_context(AsyncExitStack *stack,
                                            AsyncContextManager manager,
                                            Value *entered)
{
    Value dropped = { .i = 0 };
    if (manager.enter == NULL || manager.exit == NULL)
        return E_VALUE;
    if (!make_room(stack))
        return ENOMEM;
    int err = manager.enter(manager.self, entered != NULL ? entered : &dropped);
    if (err != 0)
        return err;
    err = async_exit_stack_push(stack, manager.exit, manager.self);
    if (err != 0)
        manager.exit(manager.self, err);
    return err;
}

/* ---- Out ---- */
/* lint: suspends by itself */
SUSPENDS int async_exit_stack_exit(AsyncExitStack *stack, int error)
{
    while (stack->n > 0) {
        Exit exit = stack->exits[--stack->n];
        error = exit.function(exit.arg, error);
    }
    if (stack->block.task != NULL)
        task_exit(&stack->block);
    free_stack(stack);
    return error;
}
