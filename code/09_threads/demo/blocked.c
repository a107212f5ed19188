/* One lookup stops the world: all that the loop does waits for it.  In a thread
 * it does not. */
#include <time.h>

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../threads.h"

/* ---- A blocking lookup ---- */
/* Stands for getaddrinfo() and a name server that is slow: the thread that
 * calls it stands still. */
static int lookup(void *arg, Value *result)
{
    double seconds = *(double *)arg;
    struct timespec rest = { .tv_sec = (time_t)seconds };
    rest.tv_nsec = (long)((seconds - rest.tv_sec) * 1e9);
    while (nanosleep(&rest, &rest) < 0 && errno == EINTR)
        continue;
    return 0;
}

/* ---- What goes on meanwhile ---- */
static int ticks;

static int ticker(void *arg, Value *result)
{
    int err;
    while ((err = async_sleep(0.1)) == 0)
        ticks++;
    return err;
}

/* ---- Two ways to call it ---- */
/* As every coroutine would if it did not know better. */
static int in_the_loop(void *seconds, Value *result)
{
    return lookup(seconds, result);
}

static int in_a_thread(void *seconds, Value *result)
{
    return async_to_thread(lookup, seconds, result);
}

/* ---- The ticks are counted ---- */
typedef struct Try {
    const char *name;
    CoroFn *find;
    double *seconds;
} Try;

static int watch(void *arg, Value *result)
{
    Try *way = arg;
    Task *clock = must_have(async_create_task(ticker, NULL), "task");
    int err = async_sleep(0);    /* the ticker begins */
    ticks = 0;
    if (err == 0)
        err = way->find(way->seconds, result);
    printf("%s: %d ticks in %.1f s\n", way->name, ticks, *way->seconds);
    task_cancel(clock);
    int also = task_join(clock, NULL);
    return err != 0 ? err : also == E_CANCELLED ? 0 : also;
}

/* ---- Side by side ---- */
int main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 1;
    Try blocked = { "lookup() in the loop", in_the_loop, &seconds };
    Try threaded = { "lookup() in a thread", in_a_thread, &seconds };
    must_succeed(run(watch, &blocked), "run");
    must_succeed(run(watch, &threaded), "run");
    return 0;
}
