/* weft.c - sleeping tasks in Weft: async_sleep. */
#include "../../../code/05_tasks/demo/run.h"
#include "../bench.h"

enum { TASKS = 100000 };

static double wake_at;    /* all wake at the same time */
static long asleep, woken;

static int sleeper(void *arg, Value *result)
{
    asleep++;
    int err = async_sleep(wake_at - loop_time(async_get_running_loop()));
    woken++;
    return err;
}

/* ---- Falling asleep, and waking up ---- */
static void start(Task **tasks)
{
    for (long i = 0; i < TASKS; i++) {
        tasks[i] = async_create_task(sleeper, NULL);
        require(tasks[i] != NULL, "no task");
    }
    async_sleep(0);    /* they are all there, and sleep */
    require(asleep == TASKS && woken == 0, "they do not all sleep");
}

static int measure(void *arg, Value *result)
{
    static Task *tasks[TASKS];
    double memory = peak_memory();
    wake_at = loop_time(async_get_running_loop()) + 3;
    begin_phase();
    start(tasks);
    end_phase();
    report("start", TASKS);
    report_value("KiB", (peak_memory() - memory) / TASKS);
    begin_phase();
    for (long i = 0; i < TASKS; i++)
        task_join(tasks[i], NULL);
    end_phase();
    require(woken == TASKS, "not every task woke up");
    report("end", TASKS);
    return 0;
}

/* Under callgrind they would wake before the last one sleeps. */
int main(void)
{
    return counts_instructions() ? run_virtual(measure, NULL)
                                 : run(measure, NULL);
}
