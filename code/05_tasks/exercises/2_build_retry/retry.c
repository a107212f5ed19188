/* retry.c - your work. */
#include "retry.h"

SUSPENDS int retry(CoroFn *function, void *arg, int times, double delay,
                   Value *result)
{
    return E_RUNTIME;    /* your code here */
}
