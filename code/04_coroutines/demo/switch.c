/* What a switch costs: there and back, many times. */
#include "../../03_futures/demo/virtual.h"
#include "../coro.h"

#include <time.h>

enum { ROUNDS = 10 };

/* ---- The clock ---- */
static double cpu_time(void)
{
    struct timespec time;
    int failed = clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    must_succeed(failed ? errno : 0, "clock_gettime");
    return time.tv_sec + time.tv_nsec * 1e-9;
}

/* ---- There and back ---- */
static const Value nothing = { .p = NULL };

static int come_back(void *arg, Value *result)
{
    while (coro_yield(nothing).i == 0)
        ;
    return 0;
}

/* Seconds for each of so many switches. */
static double measure(Coro *coro, long switches)
{
    double begin = cpu_time();
    for (long i = 0; i < switches / 2; i++)
        coro_resume(coro, nothing, NULL);
    return (cpu_time() - begin) / switches;
}

/* ---- The fastest round ---- */
/* In the others we were disturbed. */
int main(int argc, char **argv)
{
    long switches = argc > 1 ? atol(argv[1]) : 10000000;
    double best = 1;
    Coro *coro = must_have(coro_new(come_back, NULL, 0), "coroutine");
    for (int i = 0; i < ROUNDS; i++) {
        double each = measure(coro, switches / ROUNDS);
        if (each < best)
            best = each;
    }
    printf("%ld switches, %.1f ns each\n", switches, best * 1e9);
    coro_free(coro);
    return 0;
}
