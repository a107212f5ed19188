/* seed_21 - the first to end comes first. */
#include "python.h"

/* ---- Two coroutines ---- */
static int task1(void *arg, Value *result)
{
    *result = (Value){ .s = "Task 1" };
    return async_sleep(0.05);
}

static int task2(void *arg, Value *result)
{
    *result = (Value){ .s = "Task 2" };
    return async_sleep(0.1);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Task *tasks[] = { create_task(task2, NULL), create_task(task1, NULL) };
    AsCompleted *completed = async_as_completed(tasks, 2, INFINITY);
    Future *done;
    int err;
    while ((err = as_completed_next(completed, &done)) == 0) {
        Value value;
        must(await(done, &value));
        printf("Completed task: %s\n", value.s);
    }
    as_completed_free(completed);
    task_release(tasks[0]);
    task_release(tasks[1]);
    return err == E_STOP_ITERATION ? 0 : err;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
