/* coro_inside.h - the coroutine, as its own files and the layers above see it.
 *
 * Exactly one coroutine of a thread runs, or none.  Each that does not has left
 * in `here` where it goes on. */
#ifndef CORO_INSIDE_H
#define CORO_INSIDE_H

#include <setjmp.h>

#include "../03_futures/future_inside.h"
#include "coro.h"
#include "sanitizer.h"
#include "stack.h"

/* Who makes a stack that can be jumped to.  makecontext() is no longer in POSIX
 * and not in every C library, and AddressSanitizer warns of it; a signal is in
 * all of them. */
#if defined HAS_ASAN || \
    !(defined __GLIBC__ || defined __FreeBSD__ || defined __NetBSD__)
#ifndef CORO_BY_SIGNAL
#define CORO_BY_SIGNAL
#endif
#endif

/* ---- The coroutine ---- */
enum { CORO_NEW, CORO_YIELDED, CORO_ACTIVE, CORO_DONE };

/* At the top of its own stack.  Of one that is done, `here` is in the loop of
 * coro_run(), ready for the next function; of a new one, too, or right before
 * that loop. */
struct Coro {
    Stack stack;              /* first */
    Fiber fiber;
    Coro *thread;             /* what stands for the thread that made it */
    CoroFn *function;
    void *arg;
    Coro *(*ended)(Coro *);   /* when it has: who goes on; NULL: the resumer */
    Coro *resumer;            /* whom it yields to; NULL: nobody */
    bool is_begun;            /* `here` is good */
    unsigned char state;
    int error;                /* what the function returned */
    Value value;              /* what is handed over, and the result */
    Origin origin;            /* where it was made */
    jmp_buf here;
};

/* ---- The switch ---- */
extern _Thread_local Coro *coro_now;     /* who runs; NULL: the thread itself */
extern _Thread_local Coro *coro_left;    /* who switched last */

/* Every switch is these three, around a _setjmp() of the function that stops:
 *
 *     if (_setjmp(from->here) == 0)
 *         coro_go(from, to);
 *     coro_land(from);
 *
 * _setjmp() alone cannot be in a function of its own: that returns, and its
 * frame is gone when somebody jumps to it. */
_Noreturn void coro_go(Coro *from, Coro *to);

static inline void coro_land(Coro *from)
{
    fiber_land(&from->fiber, &coro_left->fiber);
}

/* ---- Beginning ---- */
/* Jumps to coro's stack and back, so that from then on a jump to coro->here
 * arrives there, in coro_run().  false: it cannot. */
bool coro_begin(Coro *coro, Coro *creator);

/* Runs one function after the other, on the stack that it is called on. */
void coro_run(void);

/* ---- For tasks ---- */
/* A chain is a coroutine, and those that were resumed in it, each inside the
 * one before.  To enter it is to go on with the innermost; whoever runs in it
 * can go back to who entered, the root, however deep they are. */
void coro_adopt(Coro *, Coro *(*ended)(Coro *));    /* entered, not resumed */
void coro_enter(Coro *innermost);     /* returns when the root is switched to */
Coro *coro_root(void);
void coro_switch(Coro *);             /* to the root, or into another chain */

/* It yielded, or was adopted, and will never go on.  Those that run inside it
 * are broken first: they count as returned, with E_CANCELLED. */
void coro_break(Coro *innermost, Coro *outermost);
void coro_abandon(Coro *);

#endif
