/* weft.c - yielding in Weft: async_sleep(0). */
#include "../../../code/05_tasks/demo/run.h"
#include "../bench.h"

enum { YIELDS = 2000000, MOST = 10000 };

static Future *gate;
static long each;       /* how often a task yields */
static long yields;

/* ---- A task ---- */
static int yielder(void *arg, Value *result)
{
    int err = await(gate, NULL);
    for (long i = 0; i < each && err == 0; i++) {
        err = async_sleep(0);
        yields++;
    }
    return err;
}

/* ---- So many of them ---- */
static void start(Task **tasks, long count)
{
    gate = future_new(async_get_running_loop());
    require(gate != NULL, "no gate");
    for (long i = 0; i < count; i++) {
        tasks[i] = async_create_task(yielder, NULL);
        require(tasks[i] != NULL, "no task");
    }
    async_sleep(0);    /* they are all there, and wait */
}

static void measure(const char *name, long count)
{
    static Task *tasks[MOST];
    each = YIELDS / count;
    yields = 0;
    start(tasks, count);
    begin_phase();
    future_set_result(gate, (Value){ .p = NULL });
    for (long i = 0; i < count; i++)
        task_join(tasks[i], NULL);
    end_phase();
    require(yields == YIELDS, "not every task has yielded");
    report(name, YIELDS);
    future_release(gate);
}

static int measure_all(void *arg, Value *result)
{
    measure("2_tasks", 2);
    measure("100_tasks", 100);
    measure("10000_tasks", 10000);
    return 0;
}

int main(void)
{
    return run(measure_all, NULL);
}
