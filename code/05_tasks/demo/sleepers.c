/* Ten thousand tasks that sleep, each for another time. */
#include <sys/resource.h>

#include "../../03_futures/demo/virtual.h"
#include "run.h"

enum { MOST = 100000 };

/* ---- One sleeper ---- */
static int sleeper(void *milliseconds, Value *result)
{
    result->i = *(int *)milliseconds;
    return async_sleep(result->i / 1000.0);
}

/* ---- In no order ---- */
static void shuffle(int *numbers, int count)
{
    for (int i = 0; i < count; i++) {
        int j = rand() % (i + 1);
        numbers[i] = numbers[j];
        numbers[j] = i + 1;
    }
}

/* ---- What it takes ---- */
static long memory_in_use(void)    /* the most so far, in KiB */
{
    struct rusage usage;
    must_succeed(getrusage(RUSAGE_SELF, &usage) != 0 ? errno : 0, "getrusage");
    return usage.ru_maxrss;
}

static void print_sums(int count, long long slept, double seconds, long memory)
{
    printf("%d tasks slept %.3f s in all, and it took %.3f s\n", count,
           slept / 1000.0, seconds);
    printf("each needed %.1f KiB\n", (double)memory / count);
}

/* ---- All of them ---- */
static int all_sleep(void *arg, Value *result)
{
    static int delays[MOST];
    static Task *tasks[MOST];
    int count = *(int *)arg, err = 0;
    long long slept = 0;
    shuffle(delays, count);
    long before = memory_in_use();
    for (int i = 0; i < count; i++)
        tasks[i] = must_have(async_create_task(sleeper, &delays[i]), "task");
    for (int i = 0; i < count; i++) {
        Value milliseconds = { .i = 0 };
        int failed = task_join(tasks[i], &milliseconds);
        err = err != 0 ? err : failed;
        slept += milliseconds.i;
    }
    print_sums(count, slept, loop_time(async_get_running_loop()),
               memory_in_use() - before);
    return err;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 10000;
    if (count < 1 || count > MOST)
        count = MOST;
    must_succeed(run_virtual(all_sleep, &count), "run");
    return 0;
}
