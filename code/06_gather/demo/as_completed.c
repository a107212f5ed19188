/* Several tasks, and the result of each as it comes. */
#include <math.h>

#include "work.h"

/* ---- Two tasks ---- */
static int task1(void *arg, Value *result)
{
    result->s = "Task 1";
    return async_sleep(1);
}

static int task2(void *arg, Value *result)
{
    result->s = "Task 2";
    return async_sleep(2);
}

/* ---- Each as it comes ---- */
/* It has ended, but may have failed; it is still the caller's. */
static SUSPENDS int print_each(AsCompleted *coming)
{
    Future *done;
    Value text = { .s = NULL };
    int err = as_completed_next(coming, &done);
    while (err == 0) {
        if (future_result(done, &text) == 0)
            printf("Completed task: %s at %.1f s\n", text.s, now());
        err = as_completed_next(coming, &done);
    }
    return err == E_STOP_ITERATION ? 0 : err;
}

/* ---- Both ---- */
static SUSPENDS void stop(Task *task)
{
    task_cancel(task);    /* if it still runs */
    task_join(task, NULL);
}

static int print_both(void *timeout, Value *result)
{
    Task *second = start(task2, NULL), *first = start(task1, NULL);
    AsCompleted *coming = must_have(
        async_as_completed(FUTURES(second, first), *(double *)timeout), "both");
    int err = print_each(coming);
    as_completed_free(coming);
    if (err == E_TIMEOUT)
        printf("Not in time: TimeoutError at %.1f s\n", now());
    stop(second);
    stop(first);
    return err == E_TIMEOUT ? 0 : err;
}

int main(int argc, char **argv)
{
    double timeout = argc > 1 ? atof(argv[1]) : INFINITY;
    must_succeed(run_virtual(print_both, &timeout), "run");
    return 0;
}
