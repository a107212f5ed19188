/* timeout_10 - M7, TG5: a timeout around a group is no error of the group. */
#include "python.h"

/* ---- A group ---- */
static int cleaned[2];
static size_t count;

static int child(void *n, Value *result)
{
    int err = async_sleep(10);
    cleaned[count++] = *(int *)n;
    return err;
}

/* async with asyncio.TaskGroup() as tg: */
static int group(void)
{
    int one = 1, two = 2;
    TaskGroup *tg = taskgroup_enter();
    taskgroup_create_task(tg, child, &one);
    taskgroup_create_task(tg, child, &two);
    int err = taskgroup_exit(tg, 0);
    taskgroup_free(tg);
    return err;
}

static int ascending(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Timeout timeout;
    must(timeout_enter(&timeout, 0.02));
    int err = timeout_exit(&timeout, group());
    if (err == E_TIMEOUT)
        printf("TimeoutError (not an exception group)\n");
    qsort(cleaned, count, sizeof cleaned[0], ascending);
    printf("cleaned [%d, %d]\n", cleaned[0], cleaned[1]);
    printf("cancelling %d\n", cancelling());
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
