/* weft.c - starting tasks in Weft: async_create_task and task_join. */
#include "../../../code/05_tasks/demo/run.h"
#include "../bench.h"

enum { TASKS = 1000000, BURST = 100000, BURSTS = 5 };

static long ran;

static int nothing(void *arg, Value *result)
{
    ran++;
    return 0;
}

/* ---- One after the other ---- */
static void measure_one(const char *name)
{
    ran = 0;
    begin_phase();
    for (long i = 0; i < TASKS; i++)
        task_join(async_create_task(nothing, NULL), NULL);
    end_phase();
    require(ran == TASKS, "not every task has run");
    report(name, TASKS);
}

/* ---- Many at once ---- */
static void burst(void)
{
    static Task *tasks[BURST];
    for (long i = 0; i < BURST; i++) {
        tasks[i] = async_create_task(nothing, NULL);
        require(tasks[i] != NULL, "no task");
    }
    for (long i = 0; i < BURST; i++)
        task_join(tasks[i], NULL);
}

static void measure_bursts(const char *name, long count)
{
    ran = 0;
    begin_phase();
    for (long i = 0; i < count; i++)
        burst();
    end_phase();
    require(ran == count * BURST, "not every task has run");
    report(name, (double)count * BURST);
}

static int measure_all(void *arg, Value *result)
{
    measure_one("one");
    measure_bursts("first_100000", 1);
    measure_bursts("again_100000", BURSTS);
    return 0;
}

int main(void)
{
    return run(measure_all, NULL);
}
