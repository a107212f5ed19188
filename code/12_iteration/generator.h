/* generator.h - a function that hands out values, and may wait between them.
 *
 * The counterpart of an async def with yield in it.  What is marked SUSPENDS
 * is called inside a task.  What a generator awaits suspends the task that asks
 * it: it has a stack of its own, but is no task. */
#ifndef GENERATOR_H
#define GENERATOR_H

#include "../05_tasks/task.h"

/* ---- Making ---- */
typedef struct AsyncGenerator AsyncGenerator;

/* The function begins when the first value is asked for.  It ends the generator
 * by returning 0, or an error.  NULL: errno is ENOMEM; EINVAL: no function. */
AsyncGenerator *async_generator_new(CoroFn *, void *arg);

/* One that has begun and not ended is handed to its loop, which closes it in a
 * task of its own; one that runs in another task, when it stops.  When the loop
 * is closed it frees only: what the function holds is lost.  NULL is
 * ignored. */
void async_generator_free(AsyncGenerator *);

/* ---- Inside ---- */
/* yield: stops until the next value is asked for.  *sent (which may be NULL) is
 * what comes with that.  An error: clean up and return it.  It is what
 * async_generator_throw() has thrown, or E_GENERATOR_EXIT: it is being closed.
 * E_RUNTIME: outside a generator. */
SUSPENDS int async_yield(Value, Value *sent);

/* ---- Outside ---- */
/* anext(generator).  E_STOP_ITERATION: it has ended.  Or the error that it has
 * ended with, its detail in *value; E_STOP_ITERATION from inside is E_RUNTIME.
 * E_RUNTIME: it runs already, or outside a task. */
SUSPENDS int async_generator_next(AsyncGenerator *, Value *);

/* generator.asend(): next, and async_yield() inside hands out `in`.  E_VALUE:
 * it has not begun, and `in` is not zero. */
SUSPENDS int async_generator_send(AsyncGenerator *, Value in, Value *);

/* generator.athrow(): next, and async_yield() inside returns the error.  One
 * that has not begun never does.  E_VALUE: no error. */
SUSPENDS int async_generator_throw(AsyncGenerator *, int error, Value *);

/* generator.aclose(): throws E_GENERATOR_EXIT; 0, or what else it ended with.
 * E_RUNTIME: it yielded once more, or runs in another task. */
SUSPENDS int async_generator_aclose(AsyncGenerator *);

/* ---- All of a loop ---- */
/* loop.shutdown_asyncgens(): closes all that have begun.  Their errors are
 * reported. */
SUSPENDS int loop_shutdown_asyncgens(Loop *);

#endif
