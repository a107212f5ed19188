/* task_18 - T1: sleep(0) lets every other task run once. */
#include "python.h"

/* ---- A task ---- */
typedef struct Job {
    const char *n;
    int k;
} Job;

static int job(void *arg, Value *result)
{
    Job *of = arg;
    for (int i = 0; i < of->k; i++) {
        printf("%s %d\n", of->n, i);
        must(async_sleep(0));
    }
    return 0;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Job a = { "a", 3 }, b = { "b", 2 }, c = { "c", 4 };
    return async_gather_calls(CALLS({ job, &a }, { job, &b }, { job, &c }),
                              NULL, 0);
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
