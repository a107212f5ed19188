/* map.c - your work. */
#include "map.h"

#include "../../../06_gather/gather.h"
#include "../../../06_gather/wait.h"

SUSPENDS int map_in_threads(WorkFn *function, void *args[], Value results[],
                            size_t n, size_t limit)
{
    return E_INVALID_STATE;    /* your code here */
}
