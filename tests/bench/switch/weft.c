/* weft.c - the switch between coroutines in Weft: by _longjmp(), and, where
 * there is a swapcontext(), by that. */
#include "../../../code/04_coroutines/coro.h"
#include "../bench.h"

enum { PAIRS = 2000000, SLOW_PAIRS = 200000 };

#if defined __GLIBC__ || defined __FreeBSD__ || defined __NetBSD__
#define HAS_SWAPCONTEXT
#endif

/* ---- Longjmp ---- */
static int count(void *arg, Value *result)
{
    for (long *pairs = arg; *pairs > 0; --*pairs)
        coro_yield((Value){ .p = NULL });
    return 0;
}

static void measure(const char *name)
{
    long pairs = PAIRS;
    Coro *coro = coro_new(count, &pairs, 0);
    require(coro != NULL, "no coroutine");
    begin_phase();
    while (coro_resume(coro, (Value){ .p = NULL }, NULL))
        continue;
    end_phase();
    require(pairs == 0 && coro_done(coro), "not every pair was switched");
    report(name, 2.0 * PAIRS);
    coro_free(coro);
}

#ifdef HAS_SWAPCONTEXT
/* ---- Swapcontext ---- */
/* The other implementation of coro.h, under other names. */
#define coro_new swap_new
#define coro_free swap_free
#define coro_resume swap_resume
#define coro_yield swap_yield
#define coro_done swap_done
#define coro_result swap_result
#define coro_current swap_current
Coro *swap_new(CoroFn *, void *arg, size_t stack_size);
void swap_free(Coro *);
bool swap_resume(Coro *, Value in, Value *out);
Value swap_yield(Value out);
bool swap_done(Coro *);
int swap_result(Coro *, Value *result);
Coro *swap_current(void);
#include "../../../code/04_coroutines/swapcontext/coro.c"

static int swap_count(void *arg, Value *result)
{
    for (long *pairs = arg; *pairs > 0; --*pairs)
        swap_yield((Value){ .p = NULL });
    return 0;
}

/* In a pool of stacks that the others do not use: its Coro is larger. */
static void measure_swapcontext(const char *name)
{
    long pairs = SLOW_PAIRS;
    Coro *coro = swap_new(swap_count, &pairs, 128 * 1024);
    require(coro != NULL, "no coroutine");
    begin_phase();
    while (swap_resume(coro, (Value){ .p = NULL }, NULL))
        continue;
    end_phase();
    require(pairs == 0 && swap_done(coro), "not every pair was switched");
    report(name, 2.0 * SLOW_PAIRS);
}
#endif

int main(void)
{
    measure("longjmp");
#ifdef HAS_SWAPCONTEXT
    measure_swapcontext("swapcontext");
    if (!counts_instructions())
        puts("# swapcontext is its other implementation of coroutines");
#endif
    return 0;
}
