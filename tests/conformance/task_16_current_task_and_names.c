/* task_16 - T15: the current task, and the names of tasks. */
#include "python.h"

/* ---- A task and a callback ---- */
static int job(void *arg, Value *result)
{
    printf("in %s\n", task_get_name(async_current_task()));
    must(async_sleep(0));
    printf("again in %s\n", task_get_name(async_current_task()));
    return 0;
}

static void cb(void *arg)
{
    printf("in plain callback current_task is None: %s\n",
           truth(async_current_task() == NULL));
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    loop_call_soon(running_loop(), cb, NULL);
    Task *a = async_create_task_with(job, NULL,
                                     &(TaskOptions){ .name = "alpha" });
    Task *b = create_task(job, NULL);
    task_set_name(b, "beta");
    must(async_wait(FUTURES(a, b), INFINITY, ALL_COMPLETED));
    Task *c = create_task(job, NULL);
    printf("default name has a prefix: %s\n",
           truth(strncmp(task_get_name(c), "Task-", 5) == 0));
    task_set_name(c, "gamma");
    must(await(c, NULL));
    task_release(a);
    task_release(b);
    task_release(c);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
