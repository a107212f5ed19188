/* ascompleted_02 - C2: each as it comes, as long as there is time. */
#include "python.h"

/* ---- A task ---- */
typedef struct Job {
    const char *n;
    int ms;
} Job;

static int job(void *arg, Value *result)
{
    Job *of = arg;
    must(async_sleep(of->ms / 1000.0));
    printf("finished %s\n", of->n);
    *result = (Value){ .s = of->n };
    return 0;
}

/* for c in asyncio.as_completed(ts, timeout=0.03): await c */
static void await_each(Task *ts[], size_t n)
{
    AsCompleted *each = async_as_completed(ts, n, 0.03);
    Future *c;
    Value value;
    for (int err; (err = as_completed_next(each, &c)) != E_STOP_ITERATION;) {
        if (err == 0)
            err = future_result(c, &value);
        if (err == 0)
            printf("got %s\n", value.s);
        else if (err == E_TIMEOUT)
            printf("TimeoutError\n");
    }
    as_completed_free(each);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Job jobs[] = { { "a", 10 }, { "b", 60 }, { "c", 70 } };
    Task *ts[3];
    for (int i = 0; i < 3; i++)
        ts[i] = create_task(job, &jobs[i]);
    await_each(ts, 3);
    printf("not cancelled: [%s, %s, %s]\n", truth(task_cancelled(ts[0])),
           truth(task_cancelled(ts[1])), truth(task_cancelled(ts[2])));
    must(async_wait(ts, 3, INFINITY, ALL_COMPLETED));
    for (int i = 0; i < 3; i++)
        task_release(ts[i]);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
