/* weft.c - a million sleeping tasks in Weft.  The time in which they all sleep
 * is not counted. */
#include "../../../code/05_tasks/demo/run.h"
#include "../bench.h"

enum { TASKS = 1000000 };

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

static void end(Task **tasks)
{
    for (long i = 0; i < TASKS; i++)
        task_join(tasks[i], NULL);
    require(woken == TASKS, "not every task woke up");
}

static int measure(void *arg, Value *result)
{
    static Task *tasks[TASKS];
    Loop *loop = async_get_running_loop();
    double start_time = loop_time(loop);
    wake_at = start_time + 20;
    begin_phase();
    start(tasks);
    double seconds = loop_time(loop) - start_time;
    end(tasks);
    end_phase();
    seconds += loop_time(loop) - wake_at;
    report_value("wall", seconds);
    report_value("cpu", phase_seconds);
    report_value("GiB", peak_memory() / 1024 / 1024);
    return 0;
}

int main(void)
{
    return run(measure, NULL);
}
