/* What it costs a task to let the others go first. */
#include <time.h>

#include "../../02_callbacks/loop_inside.h"
#include "../../03_futures/demo/virtual.h"
#include "run.h"

enum { YIELDS = 300000, ROUNDS = 5, MOST = 10000 };

/* ---- The clock ---- */
static double cpu_time(void)
{
    struct timespec time;
    int failed = clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    must_succeed(failed ? errno : 0, "clock_gettime");
    return time.tv_sec + time.tv_nsec * 1e-9;
}

/* ---- Who lets the others go first ---- */
static int be_polite(void *times, Value *result)
{
    int err = 0;
    for (int i = *(int *)times; i > 0 && err == 0; i--)
        err = async_sleep(0);
    return err;
}

/* ---- So many of them ---- */
/* The result is how many seconds a yield took. */
static int measure(void *count, Value *result)
{
    static Task *tasks[MOST];
    int n = *(int *)count, times = YIELDS / n, err = 0;
    for (int i = 0; i < n; i++)
        tasks[i] = must_have(async_create_task(be_polite, &times), "task");
    double begin = cpu_time();
    for (int i = 0; i < n; i++) {
        int failed = task_join(tasks[i], NULL);
        err = err != 0 ? err : failed;
    }
    result->d = (cpu_time() - begin) / YIELDS;
    return err;
}

/* ---- The fastest round ---- */
static double fastest(Loop *loop, int count)
{
    double best = 1;
    for (int i = 0; i < ROUNDS; i++) {
        Value each = { .d = 0 };
        Task *task = loop_create_task(loop, measure, &count);
        must_have(task, "task");
        must_succeed(loop_run_until_complete(loop, task, &each), "run");
        task_release(task);
        best = each.d < best ? each.d : best;
    }
    return best;
}

/* ---- By the loop ---- */
/* While somebody watches the callbacks, each step begins in the loop. */
static void call(Observer *observer, Loop *loop, Callback *callback, void *arg)
{
    callback(arg);
}

static double by_the_loop(Loop *loop, int count)
{
    Observer observer = { call };
    loop_observe(loop, &observer);
    double each = fastest(loop, count);
    loop_observe(loop, NULL);
    return each;
}

/* ---- The table ---- */
int main(void)
{
    int counts[] = { 2, 100, MOST };
    Loop *loop = virtual_loop();
    printf("a yield among    by the loop    handed off\n");
    for (int i = 0; i < 3; i++)
        printf("%6d tasks    %8.0f ns    %7.0f ns\n", counts[i],
               by_the_loop(loop, counts[i]) * 1e9,
               fastest(loop, counts[i]) * 1e9);
    loop_free(loop);
    return 0;
}
