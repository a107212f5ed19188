/* Programs in Python that wait for one, or for each, with a limit, and what
 * CPython prints for them: the same lines, in the same order. */
#include <math.h>

#include "../../code/06_gather/timeout.h"
#include "../../code/06_gather/wait.h"
#include "../05_tasks/python.h"

/* ---- ascompleted_02: some in time ---- */
typedef struct Job {
    const char *name;
    int ms;
    bool is_silent;
} Job;

static int do_job(void *arg, Value *result)
{
    Job *job = arg;
    int err = async_sleep(job->ms / 1000.0);
    if (err == 0 && !job->is_silent)
        print("finished %s\n", job->name);
    *result = (Value){ .s = job->name };
    return err;
}

static int next_result(AsCompleted *from, Value *result)
{
    Future *done;
    int err = as_completed_next(from, &done);
    return err == 0 ? future_result(done, result) : err;
}

static int main_of_ascompleted_02(void *arg, Value *result)
{
    Job a = { "a", 10, false }, b = { "b", 60, false }, c = { "c", 70, false };
    Task *ts[] = { create(do_job, &a), create(do_job, &b), create(do_job, &c) };
    AsCompleted *from = async_as_completed(ts, 3, 0.03);
    Value value;
    for (int err; (err = next_result(from, &value)) != E_STOP_ITERATION;) {
        if (err == 0)
            print("got %s\n", value.s);
        else
            print("%s\n", error_name(err));
    }
    as_completed_free(from);
    print("not cancelled: [%s, %s, %s]\n", truth(task_cancelled(ts[0])),
          truth(task_cancelled(ts[1])), truth(task_cancelled(ts[2])));
    CHECK_INT(async_wait(ts, 3, INFINITY, ALL_COMPLETED), 0);
    for (int i = 0; i < 3; i++)
        task_release(ts[i]);
    return 0;
}

TEST(ascompleted_02_timeout)    /* C2 */
{
    run(main_of_ascompleted_02);
    CHECK_STR(printed, "finished a\n"
                       "got a\n"
                       "TimeoutError\n"
                       "TimeoutError\n"
                       "not cancelled: [False, False, False]\n"
                       "finished b\n"
                       "finished c\n");
}

/* ---- seed_21: each as it comes ---- */
static int main_of_seed_21(void *arg, Value *result)
{
    Job one = { "Task 1", 50, true }, two = { "Task 2", 100, true };
    Task *tasks[] = { create(do_job, &two), create(do_job, &one) };
    AsCompleted *from = async_as_completed(tasks, 2, INFINITY);
    Value value;
    while (next_result(from, &value) == 0)
        print("Completed task: %s\n", value.s);
    as_completed_free(from);
    task_release(tasks[0]);
    task_release(tasks[1]);
    return 0;
}

TEST(seed_21_as_completed)
{
    run(main_of_seed_21);
    CHECK_STR(printed, "Completed task: Task 1\n"
                       "Completed task: Task 2\n");
}

/* ---- seed_07: eternity ---- */
static int last_for_eternity(void *arg, Value *result)
{
    int err = async_sleep(3600);
    if (err == 0)
        print("yay!\n");
    return err;
}

static int main_of_seed_07(void *arg, Value *result)
{
    if (async_wait_for_call(last_for_eternity, NULL, 0.05, NULL) == E_TIMEOUT)
        print("timeout!\n");
    return 0;
}

TEST(seed_07_wait_for_eternity)
{
    run(main_of_seed_07);
    CHECK_STR(printed, "timeout!\n");
}

/* ---- waitfor_02: no limit, no time, and done ---- */
static int start_job(void *arg, Value *result)
{
    print("job started\n");
    int err = async_sleep(0.01);
    *result = (Value){ .s = "r" };
    return err;
}

static int main_of_waitfor_02(void *arg, Value *result)
{
    Value value;
    CHECK_INT(async_wait_for_call(start_job, NULL, INFINITY, &value), 0);
    print("None: %s\n", value.s);
    int err = async_wait_for_call(start_job, NULL, 0, NULL);
    print("0: %s and the coroutine never started\n", error_name(err));
    Future *f = new_future(), *g = new_future();
    CHECK_INT(future_set_result(f, (Value){ .s = "ready" }), 0);
    for (int timeout = 0; timeout >= -1; timeout--) {
        CHECK_INT(async_wait_for(f, timeout, &value), 0);
        print("%d with a done future: %s\n", timeout, value.s);
    }
    err = async_wait_for(g, -1, NULL);
    print("-1: %s, future cancelled %s\n", error_name(err),
          truth(future_cancelled(g)));
    future_release(f);
    future_release(g);
    return 0;
}

TEST(waitfor_02_none_zero_and_done)    /* W2 */
{
    run(main_of_waitfor_02);
    CHECK_STR(printed, "job started\n"
                       "None: r\n"
                       "0: TimeoutError and the coroutine never started\n"
                       "0 with a done future: ready\n"
                       "-1 with a done future: ready\n"
                       "-1: TimeoutError, future cancelled True\n");
}

/* ---- waitfor_04: an error while it is cancelled ---- */
static int clean_up_badly(void *arg, Value *result)
{
    *result = (Value){ .s = "cleanup failed" };
    return async_sleep(10) == E_CANCELLED ? E_VALUE : 0;
}

static int swallow(void *arg, Value *result)
{
    *result = (Value){ .s = "late value" };
    return async_sleep(10) == E_CANCELLED ? 0 : E_RUNTIME;
}

static int main_of_waitfor_04(void *arg, Value *result)
{
    Value value;
    int err = async_wait_for_call(clean_up_badly, NULL, 0.01, &value);
    print("%s wins over TimeoutError: %s\n", error_name(err), value.s);
    CHECK_INT(async_wait_for_call(swallow, NULL, 0.01, &value), 0);
    print("inner swallowed the cancellation: %s\n", value.s);
    print("no cancellation left over: %d\n",
          task_cancelling(async_current_task()));
    return async_sleep(0);
}

TEST(waitfor_04_inner_error_during_cancel)    /* W4 */
{
    run(main_of_waitfor_04);
    CHECK_STR(printed, "ValueError wins over TimeoutError: cleanup failed\n"
                       "inner swallowed the cancellation: late value\n"
                       "no cancellation left over: 0\n");
}

/* ---- waitfor_06: the result and a cancellation at once ---- */
static int wait_1(void *future, Value *result)
{
    return async_wait_for(future, 1, result);
}

static int main_of_waitfor_06(void *arg, Value *result)
{
    Future *f = new_future();
    Task *t = create(wait_1, f);
    CHECK_INT(async_sleep(0.01), 0);
    CHECK_INT(future_set_result(f, (Value){ .s = "result" }), 0);
    task_cancel(t);
    CHECK_INT(async_wait(&t, 1, INFINITY, ALL_COMPLETED), 0);
    Value value = { .i = 0 };
    int err = task_result(t, &value);
    print("%s\n", err == E_CANCELLED ? "cancelled" : value.s);
    task_release(t);
    future_release(f);
    return 0;
}

TEST(waitfor_06_cancel_races_with_result)    /* W6 */
{
    run(main_of_waitfor_06);
    CHECK_STR(printed, "cancelled\n");
}

/* ---- waitfor_08: in the task of the caller ---- */
static int tell_task(void *arg, Value *result)
{
    int err = async_sleep(0);
    *result = (Value){ .s = task_get_name(async_current_task()) };
    return err;
}

static int main_of_waitfor_08(void *arg, Value *result)
{
    Value value;
    task_set_name(async_current_task(), "caller");
    CHECK_INT(async_wait_for_call(tell_task, NULL, 1, &value), 0);
    print("inner ran in: %s\n", value.s);
    return 0;
}

TEST(waitfor_08_runs_in_callers_task)    /* W6 */
{
    run(main_of_waitfor_08);
    CHECK_STR(printed, "inner ran in: caller\n");
}
