/* taskgroup_10 - TG4: both errors are in the group, in the order in which they
 * came. */
#include "python.h"

/* ---- Children ---- */
static int bad(void *exc, Value *result)
{
    return *(int *)exc;
}

static int sleep_10(void *arg, Value *result)
{
    return async_sleep(10);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    TaskGroup *tg = taskgroup_enter();
    taskgroup_create_task(tg, bad, &(int){ E_VALUE });
    taskgroup_create_task(tg, bad, &(int){ KEY_ERROR });
    taskgroup_create_task(tg, sleep_10, NULL);
    if (taskgroup_exit(tg, 0) == E_GROUP)
        print_errors(tg);
    taskgroup_free(tg);
    return 0;
}

int main(void)
{
    define_key_error();
    return async_run(main_task, NULL, NULL);
}
