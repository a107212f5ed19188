/* Blocks that are entered and never left: what happens, and who tells of it. */
#include "work.h"

/* ---- A limit left open ---- */
static SUSPENDS int ask(bool is_known)
{
    Timeout limit;
    must_succeed(timeout_enter(&limit, 1.0), "timeout");
    if (is_known)
        return 0;    /* too early: the limit is still there */
    return timeout_exit(&limit, async_sleep(2));
}

static int leave_a_limit(void *arg, Value *result)
{
    int err = ask(true);
    if (err == 0)
        err = async_sleep(60);
    printf("%.0f s: the long sleep ends: %s\n", now(), ending(err));
    return 0;
}

/* ---- A group left open ---- */
static int child(void *arg, Value *result)
{
    int err = async_sleep(10);
    printf("%.0f s: the child ends: %s\n", now(), ending(err));
    return err;
}

static int leave_a_group(void *arg, Value *result)
{
    TaskGroup *group = must_have(taskgroup_enter(), "group");
    must_have(taskgroup_create_task(group, child, NULL), "task");
    int err = async_sleep(1);
    taskgroup_free(group);    /* too early: it has not been left */
    printf("%.0f s: the block returns: %s\n", now(), ending(err));
    return err;
}

/* ---- Both ---- */
/* Afterwards, for those who are still there. */
static int main_task(void *function, Value *result)
{
    int err = task_join(start(*(CoroFn **)function, NULL), NULL);
    return err != 0 ? err : async_sleep(20);
}

static void show(const char *title, CoroFn *function)
{
    puts(title);
    must_succeed(run_virtual(main_task, &function), "run");
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);    /* in order with the reports */
    show("1. A limit left open:", leave_a_limit);
    show("2. A group left open:", leave_a_group);
    return 0;
}
