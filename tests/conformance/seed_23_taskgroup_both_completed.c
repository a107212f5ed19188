/* seed_23 - after the group, all of its tasks are done. */
#include "python.h"

/* ---- A child ---- */
static int some_coro(void *n, Value *result)
{
    result->i = *(int *)n;
    return async_sleep(0.01 * *(int *)n);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Value one, two;
    TaskGroup *tg = taskgroup_enter();
    Task *task1 = taskgroup_create_task(tg, some_coro, &(int){ 1 });
    Task *task2 = taskgroup_create_task(tg, some_coro, &(int){ 2 });
    must(taskgroup_exit(tg, 0));
    must(task_result(task1, &one));
    must(task_result(task2, &two));
    printf("Both tasks have completed now. %lld %lld\n", one.i, two.i);
    taskgroup_free(tg);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
