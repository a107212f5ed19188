/* seed_22 - what is done in time, and what is not. */
#include "python.h"

/* ---- Two tasks ---- */
static int task1(void *arg, Value *result)
{
    int err = async_sleep(0.05);
    if (err == 0)
        puts("Task 1 completed");
    return err;
}

static int task2(void *arg, Value *result)
{
    int err = async_sleep(0.5);
    if (err == 0)
        puts("Task 2 completed (must not print)");
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    TaskOptions one = { .name = "one" }, two = { .name = "two" };
    Task *tasks[] = { async_create_task_with(task1, NULL, &one),
                      async_create_task_with(task2, NULL, &two) };
    must(async_wait(tasks, 2, 0.15, ALL_COMPLETED));
    for (int i = 0; i < 2; i++)
        if (task_done(tasks[i]))
            printf("Completed task: %s\n", task_get_name(tasks[i]));
    for (int i = 0; i < 2; i++)
        if (!task_done(tasks[i])) {
            task_cancel(tasks[i]);
            printf("cancelled: %s\n", task_get_name(tasks[i]));
        }
    for (int i = 0; i < 2; i++)
        task_release(tasks[i]);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
