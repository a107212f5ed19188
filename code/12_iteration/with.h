/* with.h - what is entered is left, however the block between them ends.
 *
 * The counterpart of async with, and of contextlib.AsyncExitStack. */
#ifndef WITH_H
#define WITH_H

#include "../07_sync/lock.h"
#include "../07_sync/semaphore.h"
#include "generator.h"

/* ---- Context managers ---- */
/* enter (__aenter__) hands out what the block works with; if it fails, there is
 * no block and no exit.  exit (__aexit__) is given the block's error, and
 * returns what becomes of it: the same, another, or 0: it is suppressed. */
typedef struct AsyncContextManager {
    int (*enter)(void *self, Value *entered);
    int (*exit)(void *self, int error);
    void *self;    /* borrowed */
} AsyncContextManager;

typedef int WithBody(Value entered, void *arg);

/* async with manager as entered: body(entered, arg).  E_VALUE: a function is
 * missing. */
SUSPENDS int async_with(AsyncContextManager, WithBody *, void *arg);

/* ---- Ready-made ---- */
AsyncContextManager lock_manager(Lock *);
AsyncContextManager semaphore_manager(Semaphore *);

/* contextlib.aclosing(): closes the generator, which the block is given. */
AsyncContextManager async_closing(AsyncGenerator *);

/* ---- Exit stacks ---- */
/* As many managers as the program finds out that it needs.  Whoever enters one
 * has to leave it; a task that ends without is reported, and its exits are not
 * called. */
typedef struct AsyncExitStack AsyncExitStack;

AsyncExitStack *async_exit_stack_enter(void);    /* NULL: no memory */

/* stack.enter_async_context().  ENOMEM, E_VALUE (a function is missing), or
 * what enter() says: nothing was entered. */
SUSPENDS int async_exit_stack_enter_context(AsyncExitStack *,
                                            AsyncContextManager, Value *);

/* stack.push_async_exit(): an exit as above, for what was entered already.
 * ENOMEM.  E_VALUE: no exit. */
int async_exit_stack_push(AsyncExitStack *, int (*exit)(void *arg, int error),
                          void *arg);

/* stack.__aexit__(): calls the exits, last in, first out; each is given what
 * the one before has returned.  Returns the last one's, and frees the stack. */
SUSPENDS int async_exit_stack_exit(AsyncExitStack *, int error);

#endif
