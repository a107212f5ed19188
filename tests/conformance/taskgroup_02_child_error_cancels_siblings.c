/* taskgroup_02 - TG2: the child that fails takes its siblings with it, and not
 * its parent. */
#include "python.h"

/* ---- Children ---- */
static int out[2], n_out;

static int bad(void *arg, Value *result)
{
    int err = async_sleep(0.01);
    return err != 0 ? err : E_VALUE;
}

static int good(void *n, Value *result)
{
    int err = async_sleep(10);
    if (err == E_CANCELLED)
        out[n_out++] = *(int *)n;
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    TaskGroup *tg = taskgroup_enter();
    taskgroup_create_task(tg, bad, NULL);
    taskgroup_create_task(tg, good, &(int){ 1 });
    taskgroup_create_task(tg, good, &(int){ 2 });
    int err = taskgroup_exit(tg, 0);
    if (err == E_GROUP && taskgroup_count(tg, E_VALUE) > 0) {
        printf("group of %zu ", taskgroup_count(tg, E_VALUE));
        print_errors(tg);
        err = 0;
    }
    taskgroup_free(tg);
    printf("siblings cancelled [%d, %d]\n", out[0], out[1]);
    printf("main cancelling %d\n", task_cancelling(async_current_task()));
    return err;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
