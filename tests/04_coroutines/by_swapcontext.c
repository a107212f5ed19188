/* The same tests of coroutines and their overflow over swapcontext(). */
#include <limits.h>

#if defined __linux__ && !defined __GLIBC__
#include "../check.h"

TEST(coroutines_switch_by_swapcontext)
{
    SKIP("this C library has no swapcontext()");
}
#else
#define SWITCH_KEEPS_STATE    /* swapcontext() saves it */
#include "../../code/04_coroutines/swapcontext/coro.c"
#include "coro.c"
#include "overflow.c"
#endif
