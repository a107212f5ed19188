/* Two tasks: the first that ends will do, and the other one is cancelled. */
#include <math.h>

#include "work.h"

/* ---- Two tasks ---- */
static int task(void *seconds, Value *result)
{
    int err = async_sleep(*(double *)seconds);
    if (err == 0)
        printf("%s has slept\n", task_get_name(async_current_task()));
    return err;
}

static Task *start_named(const char *name, double *seconds)
{
    TaskOptions options = { .name = name };
    return must_have(async_create_task_with(task, seconds, &options), name);
}

/* ---- The one that has ended, the one that has not ---- */
static void look_at(Task *either)
{
    const char *name = task_get_name(either);
    if (task_done(either)) {
        printf("completed at %.0f s: %s\n", now(), name);
    } else {
        printf("pending at %.0f s: %s\n", now(), name);
        task_cancel(either);
    }
}

/* ---- The first that ends ---- */
static int wait_for_first(void *arg, Value *result)
{
    double seconds[] = { 1, 5 };
    Task *one = start_named("one", &seconds[0]);
    Task *two = start_named("two", &seconds[1]);
    int err = async_wait(FUTURES(one, two), INFINITY, FIRST_COMPLETED);
    look_at(one);
    look_at(two);
    int how = task_join(one, NULL), other = task_join(two, NULL);
    printf("ended at %.0f s: %s, %s\n", now(), ending(how), ending(other));
    return err;
}

int main(void)
{
    must_succeed(run_virtual(wait_for_first, NULL), "run");
    return 0;
}
