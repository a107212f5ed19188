/* wrong: it takes one permit after the other */
#include "permits.h"

#include <stdlib.h>

struct Permits {
    size_t total;
    Semaphore semaphore;
};

Permits *permits_new(size_t total)
{
    Permits *permits = malloc(sizeof *permits);
    if (permits != NULL) {
        permits->total = total;
        bounded_semaphore_init(&permits->semaphore, total);
    }
    return permits;
}

void permits_free(Permits *permits)
{
    free(permits);
}

SUSPENDS int permits_acquire(Permits *permits, size_t n)
{
    int err = n == 0 || n > permits->total ? E_VALUE : 0;
    size_t taken = 0;
    while (taken < n && err == 0)
        if ((err = semaphore_acquire(&permits->semaphore)) == 0)
            taken++;
    while (err != 0 && taken-- > 0)
        semaphore_release(&permits->semaphore);
    return err;
}

int permits_release(Permits *permits, size_t n)
{
    if (n > permits->total - permits->semaphore.value)
        return E_VALUE;
    while (n-- > 0)
        semaphore_release(&permits->semaphore);
    return 0;
}

size_t permits_value(Permits *permits)
{
    return permits->semaphore.value;
}
