/* The example of asyncio's manual: three must come before anyone goes on. */
#include <math.h>

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/wait.h"
#include "../barrier.h"

/* ---- Who comes ---- */
static int come(void *barrier, Value *result)
{
    return barrier_wait(barrier, NULL);
}

static Task *start(Barrier *barrier)
{
    return must_have(async_create_task(come, barrier), "task");
}

/* ---- What it says of itself ---- */
static void show(Barrier *barrier, const char *label)
{
    printf("%s waiting %zu of %zu broken %s\n", label,
           barrier_n_waiting(barrier), barrier_parties(barrier),
           barrier_broken(barrier) ? "True" : "False");
}

/* ---- The third ---- */
static int example_barrier(void *arg, Value *result)
{
    Barrier barrier;
    must_succeed(barrier_init(&barrier, 3), "barrier");
    Task *one = start(&barrier), *two = start(&barrier);
    int err = async_sleep(0);
    show(&barrier, "two tasks wait:");
    if (err == 0)
        err = barrier_wait(&barrier, NULL);
    show(&barrier, "third wait passed the barrier:");
    puts("barrier passed");
    if (err == 0)
        err = async_wait(FUTURES(one, two), INFINITY, ALL_COMPLETED);
    show(&barrier, "drained:");
    task_release(one);
    task_release(two);
    return err;
}

int main(void)
{
    must_succeed(run_virtual(example_barrier, NULL), "run");
    return 0;
}
