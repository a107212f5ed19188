/* What the loop costs: nanoseconds for a callback, and for a timer. */
#include "must.h"

#include <time.h>

enum { CALLBACKS = 2000000, BATCH = 100000, TIMERS = 1000000, READERS = 450 };

static Loop *loop;
static int left;

/* ---- The clock ---- */
static double begin;

static double cpu_time(void)
{
    struct timespec time;
    must(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time), "clock_gettime");
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static void say(const char *what, double operations)
{
    double each = (cpu_time() - begin) / operations;
    printf("%-34s %5.0f ns\n", what, each * 1e9);
    begin = cpu_time();
}

/* ---- Callbacks ---- */
static void chain(void *arg)
{
    if (--left > 0)
        must_have(loop_call_soon(loop, chain, NULL), "callback");
    else
        loop_stop(loop);
}

static void run_chain(const char *what)
{
    left = CALLBACKS;
    must_have(loop_call_soon(loop, chain, NULL), "callback");
    begin = cpu_time();
    must_be_0(loop_run_forever(loop), "run");
    say(what, CALLBACKS);
}

static void count(void *arg)
{
    left--;
}

static void run_batches(void)
{
    begin = cpu_time();
    for (int i = 0; i < CALLBACKS; i++) {
        must_have(loop_call_soon(loop, count, NULL), "callback");
        if (i % BATCH == BATCH - 1) {
            loop_stop(loop);
            must_be_0(loop_run_forever(loop), "run");
        }
    }
    say("a callback, 100000 at once", CALLBACKS);
}

/* ---- Descriptors that say nothing ---- */
static void watch(int readers)
{
    int ends[2];
    must(pipe(ends), "pipe");
    for (int i = 0; i < readers; i++)
        must_be_0(loop_add_reader(loop, must(dup(ends[0]), "dup"), count, NULL),
                  "reader");
}

/* ---- Timers ---- */
static void run_timers(void)
{
    static Handle handles[TIMERS];
    begin = cpu_time();
    for (int i = 0; i < TIMERS; i++) {
        double when = rand() / (RAND_MAX + 1.0);
        handles[i] = loop_call_at(loop, when, count, NULL);
        must_have(handles[i], "timer");
    }
    say("to set one of a million timers", TIMERS);
    for (int i = 0; i < TIMERS; i += 2)
        must_have(loop_cancel(loop, handles[i]), "cancel");
    say("to cancel every second one", TIMERS / 2);
    must_have(loop_call_at(loop, 1, loop_stop_callback, loop), "end");
    must_be_0(loop_run_forever(loop), "run");
    say("to run one of the others", TIMERS / 2);
}

/* ---- The table ---- */
static void open_loop(void)
{
    loop = loop_new();
    must_have(loop != NULL, "loop");
}

int main(void)
{
    open_loop();
    run_batches();
    run_chain("a turn with one callback");
    watch(1);
    run_chain("the same, beside one reader");
    watch(READERS - 1);
    run_chain("the same, beside 450 readers");
    loop_free(loop);
    open_loop();
    must_be_0(loop_use_virtual_time(loop), "virtual time");
    run_timers();
    loop_free(loop);
    return 0;
}
