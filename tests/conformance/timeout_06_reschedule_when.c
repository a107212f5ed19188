/* timeout_06 - M4: another deadline, and none. */
#include "python.h"

/* ---- Two blocks ---- */
/* The deadline that is None in Python is INFINITY here. */
static bool is_none(double when)
{
    return when == INFINITY;
}

/* async with asyncio.timeout(0.02) as cm: */
static int survive(void)
{
    Timeout cm;
    must(timeout_enter(&cm, 0.02));
    must(timeout_reschedule(&cm, loop_time(running_loop()) + 0.2));
    int err = async_sleep(0.04);
    if (err == 0) {
        printf("survived the first deadline\n");
        must(timeout_reschedule(&cm, INFINITY));
        printf("when is None: %s\n", truth(is_none(timeout_when(&cm))));
    }
    return timeout_exit(&cm, err);
}

/* async with asyncio.timeout(None) as cm: */
static int set_a_deadline(Timeout *cm)
{
    must(timeout_enter(cm, INFINITY));
    printf("no deadline: %s\n", truth(is_none(timeout_when(cm))));
    must(timeout_reschedule(cm, loop_time(running_loop()) + 0.01));
    return timeout_exit(cm, async_sleep(10));
}

/* ---- The program ---- */
/* In Python a timeout that is over cannot be entered again.  Here it lives
 * where it is declared; timeout_enter() makes a new one in the same place. */
static int main_task(void *arg, Value *result)
{
    Loop *loop = running_loop();
    Timeout cm, fresh = { .state = 0 };
    must(survive());
    if (set_a_deadline(&cm) == E_TIMEOUT)
        printf("TimeoutError %s\n", truth(timeout_expired(&cm)));
    if (timeout_reschedule(&cm, loop_time(loop) + 1) == E_RUNTIME)
        printf("reschedule after exit: RuntimeError\n");
    if (timeout_reschedule(&fresh, loop_time(loop) + 1) == E_RUNTIME)
        printf("reschedule before enter: RuntimeError\n");
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
