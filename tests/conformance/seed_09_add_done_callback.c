/* seed_09 - told when a task is done. */
#include "python.h"

/* ---- A task ---- */
typedef struct Sum {
    int a, b;
    double t;
} Sum;

static int calculate_task(void *arg, Value *result)
{
    Sum *sum = arg;
    puts("start calculate");
    int err = async_sleep(sum->t);
    if (err != 0)
        return err;
    puts("finished");
    result->i = sum->a + sum->b;
    return 0;
}

static void done_callback(Future *task, void *arg)
{
    Value r;
    puts("finished callback");
    must(task_result(task, &r));
    printf("result is %lld\n", r.i);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Task *task1 = create_task(calculate_task, &(Sum){ 1, 3, 0.1 });
    Task *task2 = create_task(calculate_task, &(Sum){ 1, 6, 0.06 });
    must(future_add_done_callback(task1, done_callback, NULL));
    must(future_add_done_callback(task2, done_callback, NULL));
    int err = task_join(task1, NULL);
    if (err == 0)
        err = task_join(task2, NULL);
    if (err == E_CANCELLED)
        puts("main(): cancel_me is cancelled now");
    return err;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
