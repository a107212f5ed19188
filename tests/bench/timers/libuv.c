/* libuv.c - timers in libuv: a uv_timer_t each, in one array. */
#include <uv.h>

#include "../bench.h"

enum { TIMERS = 1000000 };

static uv_loop_t loop;
static uv_timer_t *timers;
static long fired;

static void fire(uv_timer_t *timer)
{
    fired++;
}

static void schedule(void)
{
    begin_phase();
    timers = malloc(TIMERS * sizeof *timers);
    require(timers != NULL, "no memory");
    for (long i = 0; i < TIMERS; i++) {
        uv_timer_init(&loop, &timers[i]);
        uv_timer_start(&timers[i], fire, 1000 * (1 + next_delay()), 0);
    }
    end_phase();
    report("schedule", TIMERS);
}

int main(void)
{
    require(uv_loop_init(&loop) == 0, "no loop");
    schedule();
    begin_phase();
    for (long i = 1; i < TIMERS; i += 2)
        uv_timer_stop(&timers[i]);
    end_phase();
    report("cancel", TIMERS / 2);
    begin_phase();
    uv_run(&loop, UV_RUN_DEFAULT);
    end_phase();
    require(fired == TIMERS / 2, "not every timer has fired");
    report("fire", TIMERS / 2);
    report_sum("all", 2.0 * TIMERS);
    puts("# its timers are due at whole milliseconds: it wakes 1000 times");
    return 0;
}
