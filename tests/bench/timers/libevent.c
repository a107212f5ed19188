/* libevent.c - timers in libevent: a struct event each, in one array. */
#include <event2/event.h>
#include <event2/event_struct.h>

#include "../bench.h"

enum { TIMERS = 1000000 };

static struct event_base *base;
static struct event *timers;
static long fired;

static void fire(evutil_socket_t fd, short events, void *arg)
{
    fired++;
}

static void schedule(void)
{
    begin_phase();
    timers = malloc(TIMERS * sizeof *timers);
    require(timers != NULL, "no memory");
    for (long i = 0; i < TIMERS; i++) {
        struct timeval delay = { 1, 1e6 * next_delay() };
        evtimer_assign(&timers[i], base, fire, NULL);
        evtimer_add(&timers[i], &delay);
    }
    end_phase();
    report("schedule", TIMERS);
}

int main(void)
{
    base = event_base_new();
    require(base != NULL, "no base");
    schedule();
    begin_phase();
    for (long i = 1; i < TIMERS; i += 2)
        evtimer_del(&timers[i]);
    end_phase();
    report("cancel", TIMERS / 2);
    begin_phase();
    event_base_dispatch(base);
    end_phase();
    require(fired == TIMERS / 2, "not every timer has fired");
    report("fire", TIMERS / 2);
    report_sum("all", 2.0 * TIMERS);
    return 0;
}
