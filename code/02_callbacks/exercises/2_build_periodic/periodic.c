/* periodic.c - your work. */
#include "periodic.h"

#include <errno.h>
#include <stddef.h>

int periodic_start(Periodic *periodic, Loop *loop, double period,
                   Callback *callback, void *arg)
{
    return ENOSYS;    /* your code here */
}

void periodic_stop(Periodic *periodic)
{
    /* your code here */
}
