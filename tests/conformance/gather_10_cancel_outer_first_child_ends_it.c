/* gather_10 - G4: when a cancelled gather returns. */
#include "python.h"

/* ---- Tasks ---- */
typedef struct Job {
    const char *n;
    int cleanup_ms;
} Job;

static int job(void *arg, Value *result)
{
    Job *of = arg;
    int err = async_sleep(10);
    must(async_sleep(of->cleanup_ms / 1000.0));
    printf("child %s cleaned up\n", of->n);
    return err;
}

/* The tasks outlive the one that gathers them, so they are main's. */
typedef struct Outer {
    Task *tasks[2];
    int flags;
} Outer;

static int outer(void *arg, Value *result)
{
    Outer *of = arg;
    int err = async_gather(of->tasks, 2, NULL, of->flags);
    if (err == E_CANCELLED)
        printf("outer resumes, return_exceptions = %s\n",
               truth(of->flags == RETURN_EXCEPTIONS));
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Job quick = { "quick", 10 }, slow = { "slow", 40 };
    int flags[] = { 0, RETURN_EXCEPTIONS };
    for (int i = 0; i < 2; i++) {
        Outer of = { { create_task(job, &quick), create_task(job, &slow) },
                     flags[i] };
        Task *t = create_task(outer, &of);
        must(async_sleep(0.01));
        task_cancel(t);
        wait_for_end(t);
        must(async_sleep(0.05));
        task_release(t);
        task_release(of.tasks[0]);
        task_release(of.tasks[1]);
    }
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
