/* nap.c - a starter: marked SUSPENDS, and not written yet. */
#include "nap.h"

int nap(double delay)
{
    return 1;       /* TODO: sleep */
}
