/* wrong: starts no second timer, so a pat puts off nothing */
#include "watchdog.h"

#include <errno.h>

static void run_out(void *arg)
{
    Watchdog *watchdog = arg;
    watchdog->timer = 0;
    watchdog->bite(watchdog->arg);
}

static int wait_for_pat(Watchdog *watchdog)
{
    watchdog->timer = loop_call_later(watchdog->loop, watchdog->patience,
                                      run_out, watchdog);
    return watchdog->timer != 0 ? 0 : ENOMEM;
}

int watchdog_start(Watchdog *watchdog, Loop *loop, double patience,
                   Callback *bite, void *arg)
{
    *watchdog = (Watchdog){ loop, patience, bite, arg, 0 };
    return wait_for_pat(watchdog);
}

int watchdog_pat(Watchdog *watchdog)
{
    if (watchdog->timer != 0)
        return 0;
    return wait_for_pat(watchdog);
}

void watchdog_stop(Watchdog *watchdog)
{
    loop_cancel(watchdog->loop, watchdog->timer);
    watchdog->timer = 0;
}
