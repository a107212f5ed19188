/* weft.c - jobs in threads in Weft: asyncio.to_thread(). */
#include "../../../code/05_tasks/demo/run.h"
#include "../../../code/06_gather/gather.h"
#include "../../../code/09_threads/threads.h"
#include "../wall.h"

enum { JOBS = 20000, TOGETHER = 100 };

/* ---- Jobs, one after the other ---- */
static int answer(void *arg, Value *result)
{
    result->i = 42;
    return 0;
}

static int run_jobs(void *arg, Value *result)
{
    Value value = { .i = 42 };
    int err = 0;
    for (int i = 0; i < *(int *)arg && err == 0 && value.i == 42; i++)
        err = async_to_thread(answer, NULL, &value);
    return value.i == 42 ? err : EINVAL;
}

/* ---- So many at a time ---- */
static void measure(const char *name, int together)
{
    Call calls[TOGETHER];
    int each = JOBS / together;
    for (int i = 0; i < together; i++)
        calls[i] = (Call){ run_jobs, &each };
    begin_wall();
    require(async_gather_calls(calls, (size_t)together, NULL, 0) == 0,
            "a job failed");
    report_wall(name, JOBS);
}

static int measure_all(void *arg, Value *result)
{
    measure("one", 1);
    measure("together_100", TOGETHER);
    return 0;
}

int main(void)
{
    return run(measure_all, NULL);
}
