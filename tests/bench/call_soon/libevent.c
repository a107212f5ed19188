/* libevent.c - call_soon in libevent: event_active().
 *
 * What an active event activates runs in the same pass, so that a chain never
 * looks at descriptors.  Where there are readers, libevent is told to look
 * after 64 callbacks, as Weft does. */
#include <event2/event.h>
#include <event2/event_struct.h>

#include "../bench.h"

enum { CALLS = 2000000, BATCH = 100000, LOOK_AFTER = 64 };

static struct event_base *base;
static struct event events[BATCH];
static long calls;    /* what is left to do */

/* ---- Chains ---- */
static void again(evutil_socket_t fd, short what, void *event)
{
    if (--calls > 0)
        event_active(event, 0, 0);
    else
        event_base_loopbreak(base);
}

static void nothing(evutil_socket_t fd, short what, void *arg)
{
}

static void add_readers(struct event *readers, int n)
{
    struct event_config *config = event_config_new();
    require(config != NULL, "no memory");
    if (n > 0)
        event_config_set_max_dispatch_interval(config, NULL, LOOK_AFTER, 0);
    base = event_base_new_with_config(config);
    require(base != NULL, "no base");
    event_config_free(config);
    for (int i = 0; i < n; i++) {
        event_assign(&readers[i], base, idle_descriptor(), EV_READ | EV_PERSIST,
                     nothing, NULL);
        require(event_add(&readers[i], NULL) == 0, "no reader");
    }
}

/* The base is left as it is: its events die with the program. */
static void chain(const char *name, int chains, int n)
{
    static struct event readers[1024];
    add_readers(readers, n);
    for (int i = 0; i < chains; i++)
        event_assign(&events[i], base, -1, EV_PERSIST, again, &events[i]);
    calls = CALLS;
    begin_phase();
    for (int i = 0; i < chains; i++)
        event_active(&events[i], 0, 0);
    event_base_loop(base, 0);
    end_phase();
    require(calls <= 0, "a chain broke off");
    report(name, CALLS);
}

/* ---- Batches ---- */
static void count(evutil_socket_t fd, short what, void *arg)
{
    calls--;
}

static void batches(const char *name)
{
    base = event_base_new();
    require(base != NULL, "no base");
    for (long i = 0; i < BATCH; i++)
        event_assign(&events[i], base, -1, EV_PERSIST, count, NULL);
    calls = CALLS;
    begin_phase();
    while (calls > 0) {
        for (long i = 0; i < BATCH; i++)
            event_active(&events[i], 0, 0);
        event_base_loop(base, 0);
    }
    end_phase();
    require(calls == 0, "a batch did not run");
    report(name, CALLS);
}

int main(void)
{
    chain("chain", 1, 0);
    chain("100_chains", 100, 0);
    batches("batch");
    chain("chain_1_reader", 1, 1);
    chain("chain_450_readers", 1, 450);
    puts("# event_active; it never polls, but with readers: after 64 calls");
    return 0;
}
