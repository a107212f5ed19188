/* low.c - one function that suspends by itself, and one that does not. */
#include "low.h"

/* ---- Adding ---- */

int low_add(int a, int b)
{
    return a + b;
}

/* ---- Sleeping ---- */

/* lint: suspends by itself */
int low_sleep(double delay)
{
    return delay > 0;
}
