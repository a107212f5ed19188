/* weft.c - call_soon in Weft. */
#include "../../../code/02_callbacks/loop.h"
#include "../bench.h"

enum { CALLS = 2000000, BATCH = 100000 };

static Loop *loop;
static long calls;    /* what is left to do */

/* ---- Chains ---- */
static void again(void *arg)
{
    if (--calls > 0)
        loop_call_soon(loop, again, NULL);
    else
        loop_stop(loop);
}

static void nothing(void *arg)
{
}

static void chain(const char *name, int chains, int readers)
{
    int fds[1024];
    loop = loop_new();
    require(loop != NULL, "no loop");
    for (int i = 0; i < readers; i++) {
        fds[i] = idle_descriptor();
        require(loop_add_reader(loop, fds[i], nothing, NULL) == 0, "no reader");
    }
    calls = CALLS;
    begin_phase();
    for (int i = 0; i < chains; i++)
        loop_call_soon(loop, again, NULL);
    loop_run_forever(loop);
    end_phase();
    require(calls <= 0, "a chain broke off");
    report(name, CALLS);
    loop_free(loop);
    for (int i = 0; i < readers; i++)
        close(fds[i]);
}

/* ---- Batches ---- */
static void count(void *arg)
{
    calls--;
}

static void batches(const char *name)
{
    loop = loop_new();
    require(loop != NULL, "no loop");
    calls = CALLS;
    begin_phase();
    while (calls > 0) {
        for (long i = 0; i < BATCH; i++)
            loop_call_soon(loop, count, NULL);
        loop_stop(loop);    /* after this turn */
        if (loop_run_forever(loop) != 0)
            break;
    }
    end_phase();
    require(calls == 0, "a batch did not run");
    report(name, CALLS);
    loop_free(loop);
}

int main(void)
{
    chain("chain", 1, 0);
    chain("100_chains", 100, 0);
    batches("batch");
    chain("chain_1_reader", 1, 1);
    chain("chain_450_readers", 1, 450);
    return 0;
}
