/* libuv.c - call_soon in libuv: idle handles.  They run once in each turn until
 * they are stopped, and so nothing is scheduled but at the start. */
#include <uv.h>

#include "../bench.h"

enum { CALLS = 2000000, BATCH = 100000 };

static uv_loop_t loop;
static uv_idle_t idle[BATCH];
static long calls;    /* what is left to do */

/* ---- Chains ---- */
static void again(uv_idle_t *handle)
{
    if (--calls <= 0)
        uv_stop(&loop);
}

static void nothing(uv_poll_t *handle, int status, int events)
{
}

static void add_readers(uv_poll_t *polls, int readers)
{
    for (int i = 0; i < readers; i++) {
        require(uv_poll_init(&loop, &polls[i], idle_descriptor()) == 0 &&
                    uv_poll_start(&polls[i], UV_READABLE, nothing) == 0,
                "no reader");
    }
}

/* The loop is left as it is: its handles die with the program. */
static void chain(const char *name, int chains, int readers)
{
    static uv_poll_t polls[1024];
    memset(idle, 0, sizeof idle);
    require(uv_loop_init(&loop) == 0, "no loop");
    add_readers(polls, readers);
    calls = CALLS;
    begin_phase();
    for (int i = 0; i < chains; i++) {
        uv_idle_init(&loop, &idle[i]);
        uv_idle_start(&idle[i], again);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    end_phase();
    require(calls <= 0, "a chain broke off");
    report(name, CALLS);
}

/* ---- Batches ---- */
static void once(uv_idle_t *handle)
{
    calls--;
    uv_idle_stop(handle);
}

static void batches(const char *name)
{
    require(uv_loop_init(&loop) == 0, "no loop");
    for (long i = 0; i < BATCH; i++)
        uv_idle_init(&loop, &idle[i]);
    calls = CALLS;
    begin_phase();
    while (calls > 0) {
        for (long i = 0; i < BATCH; i++)
            uv_idle_start(&idle[i], once);
        uv_run(&loop, UV_RUN_DEFAULT);
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
    puts("# uv_idle, which repeats by itself; it polls in every turn");
    return 0;
}
