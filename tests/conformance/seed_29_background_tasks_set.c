/* seed_29 - tasks that nobody waits for.  The set of tasks is a count: each in
 * it is one reference. */
#include "python.h"

/* ---- A task, and its end ---- */
static int background_tasks;

static int some_coro(void *arg, Value *result)
{
    int param = *(int *)arg;
    int err = async_sleep(0.01 * (param + 1));
    if (err == 0)
        printf("coro %d tasks kept: %d\n", param, background_tasks);
    return err;
}

static void discard(Future *task, void *arg)
{
    background_tasks--;
    task_release(task);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    for (int i = 0; i < 4; i++) {
        Task *task = async_create_task_copy(some_coro, &i, sizeof i);
        background_tasks++;
        must(future_add_done_callback(task, discard, NULL));
    }
    must(async_sleep(0.08));
    printf("left %d\n", background_tasks);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
