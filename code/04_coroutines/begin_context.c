/* begin_context.c - begins a stack by makecontext().
 *
 * Once for each stack, because it costs system calls: swapcontext() and
 * setcontext() save and set the signal mask. */
#include "coro_inside.h"

#ifndef CORO_BY_SIGNAL
/* lint: platform header <ucontext.h>: was in POSIX until 2008 */
#include <ucontext.h>

/* ---- On the new stack ---- */
static _Thread_local Coro *beginner, *maker;
static _Thread_local ucontext_t *way_back;

/* Back to the maker at once.  The first jump to `here` comes out of _setjmp()
 * a second time. */
NOT_SANITIZED static void arrive(void)
{
    fiber_land(&beginner->fiber, &maker->fiber);
    if (_setjmp(beginner->here) == 0) {
        fiber_leave(&beginner->fiber, &maker->fiber);
        setcontext(way_back);
    }
    coro_run();
}

/* ---- On the maker's ---- */
NOT_SANITIZED bool coro_begin(Coro *coro, Coro *creator)
{
    ucontext_t there, back;
    if (getcontext(&there) != 0)
        return false;
    there.uc_stack.ss_sp = coro->stack.low;
    there.uc_stack.ss_size = (size_t)((char *)coro - coro->stack.low);
    there.uc_link = NULL;
    makecontext(&there, arrive, 0);
    beginner = coro;
    maker = creator;
    way_back = &back;
    fiber_leave(&creator->fiber, &coro->fiber);
    bool has_been_there = swapcontext(&back, &there) == 0;
    fiber_land(&creator->fiber, &coro->fiber);
    return has_been_there;
}
#endif
