/* sleep.c - a task that waits for nothing but time. */
#include <errno.h>
#include <math.h>

#include "task_inside.h"

/* ---- A timer ---- */
typedef struct Sleep {
    Parked parked;    /* first: a pointer to it is one to the Sleep */
    Handle timer;
} Sleep;

static void is_over(void *parked)
{
    task_unpark(parked);
}

static const ParkedKind sleep_kind = { .what = "sleep" };

static SUSPENDS int sleep_for(double delay)
{
    Loop *loop = async_get_running_loop();
    Sleep sleep = { .parked = { .kind = &sleep_kind } };
    sleep.timer = loop_call_later(loop, delay, is_over, &sleep);
    if (sleep.timer == 0)
        return ENOMEM;
    int err = task_park(&sleep.parked);
    if (err != 0)
        loop_cancel(loop, sleep.timer);
    return err;
}

/* ---- Sleeping ---- */
SUSPENDS int async_sleep(double delay)
{
    if (delay <= 0)
        return task_pause();
    if (task_current == NULL)
        return E_RUNTIME;
    return isnan(delay) ? E_VALUE : sleep_for(delay);
}

SUSPENDS int async_sleep_result(double delay, Value value, Value *result)
{
    int err = async_sleep(delay);
    if (err == 0 && result != NULL)
        *result = value;
    return err;
}
