/* coro.h - a function that can stop in the middle, and go on later.
 *
 * What lies below Python's generators and async def.  A coroutine has a stack
 * of its own.  It belongs to the thread that made it, and only there it can be
 * resumed. */
#ifndef CORO_H
#define CORO_H

#include <stddef.h>

#include "../03_futures/future.h"

/* ---- Coroutines ---- */
typedef struct Coro Coro;

/* What a coroutine runs.  Returns 0 and leaves its result in *result, or
 * returns an error and may leave a detail there.  result is never NULL, and
 * *result is zeroed before: who calls such a function directly sees to both. */
typedef int CoroFn(void *arg, Value *result);

/* A coroutine that has not begun.  stack_size: in bytes, 0: 256 KiB.  NULL:
 * errno is ENOMEM, there is no room for a stack; EINVAL: no function. */
Coro *coro_new(CoroFn *, void *arg, size_t stack_size);

/* One that yielded and is freed will never go on: what it holds is lost.  One
 * that is running is left alone.  NULL is ignored. */
void coro_free(Coro *);

/* ---- Back and forth ---- */
/* generator.send(): begins it, or goes on where it yielded; coro_yield()
 * returns `in` there.  true: it yielded, and *out has what.  false: it has
 * returned, now or earlier; or, as coro_done() tells, it runs already, or is
 * another thread's.  Then *out is left alone; out may be NULL. */
bool coro_resume(Coro *, Value in, Value *out);

/* yield: stops the coroutine that calls it.  Hands `out` to who resumed it and
 * returns what that one sends next.  Where there is nobody to yield to, outside
 * all coroutines and in one that is a task, it returns {0} at once. */
Value coro_yield(Value out);

/* ---- Asking ---- */
bool coro_done(Coro *);    /* it has returned */

/* What it returned, and left in *result (which may be NULL).
 * E_INVALID_STATE: it has not returned. */
int coro_result(Coro *, Value *result);

Coro *coro_current(void);    /* the one that runs; NULL outside all */

/* ---- Stacks ---- */
/* For the line that is printed when its stack overflows.  The name is borrowed
 * for as long as the coroutine lives. */
void coro_set_name(Coro *, const char *name);

/* How many bytes of its stack have ever been used, by whoever ran on it. */
size_t coro_stack_used(Coro *);

#endif
