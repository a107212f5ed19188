/* race.c - your work. */
#include "race.h"

SUSPENDS int race(Task *tasks[], size_t n, size_t *winner, Value *result)
{
    return E_RUNTIME;    /* your code here */
}
