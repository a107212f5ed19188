/* An example of the notes: a task is a future, so it has done callbacks. */
#include "../../03_futures/demo/virtual.h"
#include "run.h"

static double now(void)
{
    return loop_time(async_get_running_loop());
}

/* ---- A sum that takes time ---- */
typedef struct Sum {
    int a, b;
    double seconds;
} Sum;

static int calculate(void *arg, Value *result)
{
    Sum *sum = arg;
    printf("start calculate at %.0f s\n", now());
    int err = async_sleep(sum->seconds);
    if (err != 0)
        return err;
    puts("finished");
    result->i = sum->a + sum->b;
    return 0;
}

/* ---- Who is told ---- */
static void when_done(Future *task, void *arg)
{
    Value sum = { .i = 0 };
    puts("finished callback");
    if (future_result(task, &sum) == 0)
        printf("result is %lld\n", sum.i);
    printf("now is %.0f s\n", now());
}

/* ---- Two of them ---- */
static Task *start(Sum *sum)
{
    Task *task = must_have(async_create_task(calculate, sum), "task");
    must_succeed(future_add_done_callback(task, when_done, NULL), "callback");
    return task;
}

static int add_both(void *arg, Value *result)
{
    Sum slow = { 1, 3, 5 }, fast = { 1, 6, 3 };
    Task *first = start(&slow), *second = start(&fast);
    int err = task_join(first, NULL);
    int also = task_join(second, NULL);
    printf("total time is %.0f s\n", now());
    return err != 0 ? err : also;
}

int main(void)
{
    must_succeed(run_virtual(add_both, NULL), "run");
    return 0;
}
