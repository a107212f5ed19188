/* taskgroup_08 - TG8: a group in a child, and a group in the block of
 * another. */
#include "python.h"

/* ---- Children ---- */
static int bad(void *arg, Value *result)
{
    int err = async_sleep(0.01);
    return err != 0 ? err : E_VALUE;
}

static int forever(void *n, Value *result)
{
    int err = async_sleep(10);
    printf("%s cancelled\n", (char *)n);
    return err;
}

static int inner_group(void *arg, Value *result)
{
    TaskGroup *tg = taskgroup_enter();
    taskgroup_create_task(tg, forever, "inner child");
    int err = taskgroup_exit(tg, 0);
    taskgroup_free(tg);
    return err;
}

/* ---- In a child ---- */
static SUSPENDS void nest_in_a_child(void)
{
    TaskGroup *tg = taskgroup_enter();
    Task *it = taskgroup_create_task(tg, inner_group, NULL);
    taskgroup_create_task(tg, bad, NULL);
    int err = taskgroup_exit(tg, 0);
    printf("%s ", error_name(err));
    print_errors(tg);
    printf("inner group task cancelled %s\n", truth(task_cancelled(it)));
    taskgroup_free(tg);
}

/* ---- In the block ---- */
static SUSPENDS void nest_in_the_block(void)
{
    TaskGroup *outer = taskgroup_enter();
    TaskGroup *inner = taskgroup_enter();
    taskgroup_create_task(inner, bad, NULL);
    taskgroup_create_task(outer, forever, "outer child");
    int err = taskgroup_exit(inner, 0);
    err = taskgroup_exit(outer, err);
    size_t n, inner_n;
    const Outcome *e = taskgroup_errors(outer, &n);
    const Outcome *inner_e = taskgroup_errors(inner, &inner_n);
    printf("%s of %s of %s\n", error_name(err), error_name(e[0].error),
           error_name(inner_e[0].error));
    taskgroup_free(inner);
    taskgroup_free(outer);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    nest_in_a_child();
    nest_in_the_block();
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
