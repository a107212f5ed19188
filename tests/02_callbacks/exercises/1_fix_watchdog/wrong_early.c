/* wrong: ignores a timer that runs out too early, and lets it run */
#include "watchdog.h"

#include <errno.h>

static double last_pat;

static void run_out(void *arg)
{
    Watchdog *watchdog = arg;
    if (loop_time(watchdog->loop) < last_pat + watchdog->patience)
        return;
    watchdog->timer = 0;
    watchdog->bite(watchdog->arg);
}

static int wait_for_pat(Watchdog *watchdog)
{
    last_pat = loop_time(watchdog->loop);
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
    if (watchdog->timer == 0)
        return 0;
    return wait_for_pat(watchdog);
}

void watchdog_stop(Watchdog *watchdog)
{
    loop_cancel(watchdog->loop, watchdog->timer);
    watchdog->timer = 0;
}
