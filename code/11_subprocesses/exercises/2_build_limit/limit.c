/* limit.c - your work. */
#include "limit.h"

SUSPENDS int run_with_limit(char *const argv[], double limit, double grace,
                            Bytes *output, int *returncode)
{
    *output = (Bytes){ NULL, 0 };
    return E_INVALID_STATE;    /* your code here */
}
