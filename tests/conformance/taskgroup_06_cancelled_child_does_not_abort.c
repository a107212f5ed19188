/* taskgroup_06 - TG6: a child that is cancelled has not failed. */
#include "python.h"

/* ---- A child ---- */
typedef struct Child {
    const char *name;
    int ms;
} Child;

static int run_child(void *arg, Value *result)
{
    Child *child = arg;
    int err = async_sleep(child->ms / 1000.0);
    if (err != 0)
        return err;
    printf("child %s finished\n", child->name);
    return 0;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    TaskGroup *tg = taskgroup_enter();
    Task *a = taskgroup_create_task(tg, run_child, &(Child){ "a", 1000 });
    Task *b = taskgroup_create_task(tg, run_child, &(Child){ "b", 30 });
    int err = async_sleep(0.01);
    task_cancel(a);
    must(taskgroup_exit(tg, err));
    printf("exited normally; a cancelled %s b cancelled %s\n",
           truth(task_cancelled(a)), truth(task_cancelled(b)));
    taskgroup_free(tg);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
