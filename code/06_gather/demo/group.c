/* Two groups of tasks: one in which both succeed, and one in which a child
 * fails, so that the others are cancelled. */
#include "work.h"

static Task *add(TaskGroup *group, CoroFn *function, void *arg)
{
    return must_have(taskgroup_create_task(group, function, arg), "task");
}

/* ---- Both succeed ---- */
static int some_coro(void *number, Value *result)
{
    result->i = *(int *)number;
    return async_sleep(result->i);
}

static int both_succeed(void *arg, Value *result)
{
    Value first = { .i = 0 }, second = { .i = 0 };
    int one = 1, two = 2;
    TaskGroup *group = must_have(taskgroup_enter(), "group");
    Task *task1 = add(group, some_coro, &one);
    Task *task2 = add(group, some_coro, &two);
    int err = taskgroup_exit(group, 0);
    if (err == 0) {
        task_result(task1, &first);
        task_result(task2, &second);
        printf("Both tasks have completed now. %lld %lld\n", first.i, second.i);
    }
    taskgroup_free(group);
    return err;
}

/* ---- One fails ---- */
typedef struct Child {
    const char *name;
    double seconds;
    int error;      /* 0: succeeds */
    int cleanup;    /* with what it ends when it is cancelled */
} Child;

static int live(void *arg, Value *result)
{
    Child *child = arg;
    int err = async_sleep(child->seconds);
    err = err == E_CANCELLED ? child->cleanup : child->error;
    printf("%.0f s: %s ends: %s\n", now(), child->name, ending(err));
    return err;
}

/* ---- Who failed ---- */
static void print_errors(TaskGroup *group)
{
    size_t n;
    const Outcome *errors = taskgroup_errors(group, &n);
    for (size_t i = 0; i < n; i++)
        printf("error %zu of %zu: %s\n", i + 1, n, error_name(errors[i].error));
    if (taskgroup_count(group, E_LOOKUP) > 0)
        puts("except* LookupError: look elsewhere");
    if (taskgroup_count(group, E_VALUE) > 0)
        puts("except* ValueError: mend the cleaning up");
}

/* ---- All of them ---- */
static int one_fails(void *arg, Value *result)
{
    Child children[] = {
        { "ana",  1, 0,        E_CANCELLED },
        { "ben",  2, E_LOOKUP, E_CANCELLED },
        { "cleo", 3, 0,        E_CANCELLED },
        { "dora", 4, 0,        E_VALUE },
    };
    TaskGroup *group = must_have(taskgroup_enter(), "group");
    for (int i = 0; i < 4; i++)
        add(group, live, &children[i]);
    int err = async_sleep(60);
    printf("%.0f s: the block ends: %s\n", now(), ending(err));
    err = taskgroup_exit(group, err);
    printf("%.0f s: the group ends: %s\n", now(), ending(err));
    if (err == E_GROUP)
        print_errors(group);
    taskgroup_free(group);
    return err == E_GROUP ? 0 : err;
}

int main(void)
{
    must_succeed(run_virtual(both_succeed, NULL), "both succeed");
    must_succeed(run_virtual(one_fails, NULL), "one fails");
    return 0;
}
