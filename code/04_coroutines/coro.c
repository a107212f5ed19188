/* coro.c - coroutines that switch by _setjmp() and _longjmp().
 *
 * _setjmp() writes down where we are, _longjmp() goes there: neither asks the
 * system for anything. */
#undef _FORTIFY_SOURCE    /* its longjmp() refuses to go to another stack */
#include "coro_inside.h"

#include <errno.h>

#include "../03_futures/report.h"

/* ---- Who runs ---- */
/* The thread's own stack takes part as a Coro of which only `here` is used. */
static _Thread_local Coro thread;
static _Thread_local Coro *root;
_Thread_local Coro *coro_now, *coro_left;

static Coro *me(void)
{
    return coro_now != NULL ? coro_now : &thread;
}

Coro *coro_current(void)
{
    return coro_now;
}

Coro *coro_root(void)
{
    return root;
}

/* ---- The switch ---- */
_Noreturn void coro_go(Coro *from, Coro *to)
{
    coro_left = from;
    coro_now = to != &thread ? to : NULL;
    fiber_no_return();
    fiber_leave(&from->fiber, &to->fiber);
    _longjmp(to->here, 1);
}

/* ---- Running ---- */
void coro_run(void)
{
    Coro *coro = coro_now;
    coro_land(coro);
    for (;;) {
        Value result = { .i = 0 };
        coro->error = coro->function(coro->arg, &result);
        coro->value = result;
        coro->state = CORO_DONE;
        Coro *next = coro->ended != NULL ? coro->ended(coro) : coro->resumer;
        if (_setjmp(coro->here) == 0)
            coro_go(coro, next);
        coro_land(coro);
    }
}

/* ---- Making ---- */
static bool begin(Coro *coro)
{
    if (coro->is_begun && coro->thread == &thread)
        return true;
    fiber_begin(&coro->fiber, coro->stack.low, coro->stack.size);
    coro->is_begun = coro_begin(coro, me());
    coro->thread = &thread;
    return coro->is_begun;
}

Coro *coro_new(CoroFn *function, void *arg, size_t stack_size)
{
    if (function == NULL) {
        errno = EINVAL;
        return NULL;
    }
    Coro *coro = (Coro *)stack_take(stack_size, sizeof *coro);
    if (coro == NULL)
        return NULL;
    if (!begin(coro)) {
        stack_give(&coro->stack);
        errno = ENOMEM;
        return NULL;
    }
    coro->function = function;
    coro->arg = arg;
    coro->ended = NULL;
    coro->resumer = NULL;
    coro->state = CORO_NEW;
    coro->origin = origin_now;
    return coro;
}

/* ---- Freeing ---- */
void coro_break(Coro *innermost, Coro *outermost)
{
    for (Coro *coro = innermost; coro != outermost; coro = coro->resumer) {
        coro->is_begun = false;
        coro->state = CORO_DONE;
        coro->error = E_CANCELLED;
        coro->value = (Value){ .i = 0 };
    }
}

void coro_abandon(Coro *coro)
{
    coro->is_begun = false;
    stack_give(&coro->stack);
}

/* In debug mode, while a loop runs that can be told. */
static void report_never_run(Coro *coro)
{
    Loop *loop = async_get_running_loop();
    ErrorContext context = { .message = "A coroutine was never run",
                             .origin = coro->origin };
    if (loop != NULL && loop_get_debug(loop))
        loop_call_exception_handler(loop, &context);
}

void coro_free(Coro *coro)
{
    if (coro == NULL || coro->state == CORO_ACTIVE)
        return;
    if (coro->state == CORO_NEW)
        report_never_run(coro);
    if (coro->state == CORO_YIELDED)
        coro_abandon(coro);
    else
        stack_give(&coro->stack);
}

/* ---- Back and forth ---- */
bool coro_resume(Coro *coro, Value in, Value *out)
{
    if (coro->state == CORO_ACTIVE || coro->state == CORO_DONE ||
        coro->thread != &thread)
        return false;
    Coro *resumer = me();
    coro->state = CORO_ACTIVE;
    coro->resumer = resumer;
    coro->value = in;
    if (_setjmp(resumer->here) == 0)
        coro_go(resumer, coro);
    coro_land(resumer);
    coro->resumer = NULL;
    if (coro->state == CORO_DONE)
        return false;
    if (out != NULL)
        *out = coro->value;
    return true;
}

Value coro_yield(Value out)
{
    Coro *coro = coro_now;
    if (coro == NULL || coro->resumer == NULL)
        return (Value){ .i = 0 };
    coro->value = out;
    coro->state = CORO_YIELDED;
    if (_setjmp(coro->here) == 0)
        coro_go(coro, coro->resumer);
    coro_land(coro);
    return coro->value;
}

/* ---- Asking ---- */
bool coro_done(Coro *coro)
{
    return coro->state == CORO_DONE;
}

int coro_result(Coro *coro, Value *result)
{
    if (coro->state != CORO_DONE)
        return E_INVALID_STATE;
    if (result != NULL)
        *result = coro->value;
    return coro->error;
}

/* ---- For tasks ---- */
void coro_adopt(Coro *coro, Coro *(*ended)(Coro *))
{
    coro->state = CORO_ACTIVE;
    coro->ended = ended;
}

void coro_switch(Coro *to)
{
    Coro *from = me();
    if (_setjmp(from->here) == 0)
        coro_go(from, to);
    coro_land(from);
}

void coro_enter(Coro *innermost)
{
    Coro *before = root, *from = me();
    root = from;
    if (_setjmp(from->here) == 0)
        coro_go(from, innermost);
    coro_land(from);
    root = before;
}
