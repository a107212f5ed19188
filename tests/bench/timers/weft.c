/* weft.c - timers in Weft. */
#include "../../../code/02_callbacks/loop.h"
#include "../bench.h"

enum { TIMERS = 1000000 };

static Loop *loop;
static Handle handles[TIMERS];
static long fired;

static void fire(void *arg)
{
    if (++fired == TIMERS / 2)
        loop_stop(loop);
}

static void schedule(void)
{
    begin_phase();
    for (long i = 0; i < TIMERS; i++)
        handles[i] = loop_call_later(loop, 1 + next_delay(), fire, NULL);
    end_phase();
    report("schedule", TIMERS);
}

static void cancel(void)
{
    long cancelled = 0;
    begin_phase();
    for (long i = 1; i < TIMERS; i += 2)
        cancelled += loop_cancel(loop, handles[i]);
    end_phase();
    require(cancelled == TIMERS / 2, "a timer could not be cancelled");
    report("cancel", TIMERS / 2);
}

int main(void)
{
    loop = loop_new();
    require(loop != NULL, "no loop");
    schedule();
    cancel();
    begin_phase();
    int err = loop_run_forever(loop);
    end_phase();
    require(err == 0 && fired == TIMERS / 2, "not every timer has fired");
    report("fire", TIMERS / 2);
    report_sum("all", 2.0 * TIMERS);
    loop_free(loop);
    return 0;
}
