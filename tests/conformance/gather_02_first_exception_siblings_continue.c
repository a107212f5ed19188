/* gather_02 - G2: the first error is told at once, and the siblings go on. */
#include "python.h"

/* ---- A task ---- */
typedef struct Job {
    const char *n;
    int ms;
    bool fail;
} Job;

static int job(void *arg, Value *result)
{
    Job *of = arg;
    int err = async_sleep(of->ms / 1000.0);
    if (err == E_CANCELLED)
        printf("%s cancelled (must not print)\n", of->n);
    if (err != 0)
        return err;
    printf("end %s\n", of->n);
    *result = (Value){ .s = of->n };
    return of->fail ? E_VALUE : 0;
}

/* ---- The program ---- */
/* async_gather_calls() would wait for all of them: their arguments may be
 * anybody's.  Of tasks, async_gather() returns early, as Python's does. */
static int main_task(void *arg, Value *result)
{
    Job jobs[] = { { "a", 90, false }, { "b", 10, true }, { "c", 50, true } };
    Task *tasks[3];
    Outcome outcomes[3];
    for (int i = 0; i < 3; i++)
        tasks[i] = create_task(job, &jobs[i]);
    int err = async_gather(tasks, 3, outcomes, 0);
    for (int i = 0; i < 3; i++)
        if (outcomes[i].error == err)
            printf("gather raised %s %s\n", error_name(err),
                   outcomes[i].value.s);
    must(async_sleep(0.15));
    printf("main end\n");
    for (int i = 0; i < 3; i++)
        task_release(tasks[i]);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
