/* wrong: counts each period from the call before */
#include "periodic.h"

#include <errno.h>
#include <stddef.h>

static int schedule(Periodic *periodic);

/* Cannot fail to schedule: the timer that has run has left its place. */
static void fire(void *arg)
{
    Periodic *periodic = arg;
    schedule(periodic);
    periodic->callback(periodic->arg);
}

static int schedule(Periodic *periodic)
{
    double when = loop_time(periodic->loop) + periodic->period;
    periodic->timer = loop_call_at(periodic->loop, when, fire, periodic);
    return periodic->timer != 0 ? 0 : errno;
}

int periodic_start(Periodic *periodic, Loop *loop, double period,
                   Callback *callback, void *arg)
{
    if (!(period > 0) || callback == NULL)
        return E_VALUE;
    *periodic = (Periodic){ loop, callback, arg, loop_time(loop), period, 0,
                            0 };
    return schedule(periodic);
}

void periodic_stop(Periodic *periodic)
{
    loop_cancel(periodic->loop, periodic->timer);
    periodic->timer = 0;
}
