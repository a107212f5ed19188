/* coro.c - coroutines that switch by swapcontext(), as the manual has it.
 *
 * Takes the place of the coro.c in the folder above.  It is shorter, and each
 * switch asks the system to save one signal mask and set another. */
#include "../coro.h"

#include <errno.h>
/* lint: platform header <ucontext.h>: was in POSIX until 2008 */
#include <ucontext.h>

#include "../sanitizer.h"
#include "../stack.h"

/* ---- The coroutine ---- */
enum { NEW, YIELDED, ACTIVE, DONE };

struct Coro {
    Stack stack;           /* first */
    Fiber fiber;
    CoroFn *function;
    void *arg;
    Coro *resumer;         /* whom it yields to */
    Coro *thread;
    int state;
    int error;
    Value value;
    ucontext_t context;    /* where it goes on */
};

static _Thread_local Coro thread;      /* of it, only the context is used */
static _Thread_local Coro *current;
static _Thread_local Coro *left;       /* who switched last */

Coro *coro_current(void)
{
    return current;
}

/* ---- The switch ---- */
NOT_SANITIZED static void switch_to(Coro *from, Coro *to)
{
    left = from;
    current = to != &thread ? to : NULL;
    fiber_leave(&from->fiber, &to->fiber);
    swapcontext(&from->context, &to->context);
    fiber_land(&from->fiber, &left->fiber);
}

/* ---- Running ---- */
static void run(void)
{
    Coro *coro = current;
    Value result = { .i = 0 };
    fiber_land(&coro->fiber, &left->fiber);
    coro->error = coro->function(coro->arg, &result);
    coro->value = result;
    coro->state = DONE;
    switch_to(coro, coro->resumer);
}

/* ---- Making and freeing ---- */
Coro *coro_new(CoroFn *function, void *arg, size_t stack_size)
{
    if (function == NULL) {
        errno = EINVAL;
        return NULL;
    }
    Coro *coro = (Coro *)stack_take(stack_size, sizeof *coro);
    if (coro == NULL)
        return NULL;
    fiber_begin(&coro->fiber, coro->stack.low, coro->stack.size);
    getcontext(&coro->context);
    coro->context.uc_stack.ss_sp = coro->stack.low;
    coro->context.uc_stack.ss_size = (size_t)((char *)coro - coro->stack.low);
    coro->context.uc_link = NULL;
    makecontext(&coro->context, run, 0);
    coro->function = function;
    coro->arg = arg;
    coro->thread = &thread;
    coro->state = NEW;
    return coro;
}

void coro_free(Coro *coro)
{
    if (coro != NULL && coro->state != ACTIVE)
        stack_give(&coro->stack);
}

/* ---- Back and forth ---- */
bool coro_resume(Coro *coro, Value in, Value *out)
{
    if (coro->state == ACTIVE || coro->state == DONE ||
        coro->thread != &thread)
        return false;
    coro->state = ACTIVE;
    coro->resumer = current != NULL ? current : &thread;
    coro->value = in;
    switch_to(coro->resumer, coro);
    if (coro->state == DONE)
        return false;
    if (out != NULL)
        *out = coro->value;
    return true;
}

Value coro_yield(Value out)
{
    Coro *coro = current;
    if (coro == NULL)
        return (Value){ .i = 0 };
    coro->value = out;
    coro->state = YIELDED;
    switch_to(coro, coro->resumer);
    return coro->value;
}

/* ---- Asking ---- */
bool coro_done(Coro *coro)
{
    return coro->state == DONE;
}

int coro_result(Coro *coro, Value *result)
{
    if (coro->state != DONE)
        return E_INVALID_STATE;
    if (result != NULL)
        *result = coro->value;
    return coro->error;
}
