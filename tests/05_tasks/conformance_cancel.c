/* Programs in Python about cancelling, and what CPython prints for them: the
 * same lines, in the same order.  asyncio.wait([task]) is await() here. */
#include "python.h"

/* ---- Helpers ---- */
/* Cancels one that has had 10 ms, and waits for its end. */
static SUSPENDS int cancel_soon(Task *task)
{
    async_sleep(0.01);
    task_cancel(task);
    return await(task, NULL);
}

/* ---- task_04: cleanup, while it waits ---- */
static int clean_up(void *arg, Value *result)
{
    print("sleeping\n");
    int err = async_sleep(10);
    print(err == E_CANCELLED ? "except\n" : "must not print\n");
    print("finally\n");
    CHECK_INT(async_sleep(0.01), 0);
    print("cleanup awaited\n");
    return err;
}

static int main_of_task_04(void *arg, Value *result)
{
    Task *task = create(clean_up, NULL);
    async_sleep(0.01);
    print("cancel -> %s ", truth(task_cancel(task)));
    print("cancelled now: %s\n", truth(task_cancelled(task)));
    int err = await(task, NULL);
    print("main: %s %s %s\n", error_name(err), truth(task_cancelled(task)),
          truth(task_done(task)));
    print("cancel a done task -> %s ", truth(task_cancel(task)));
    print("cancelling: %d\n", task_cancelling(task));
    task_release(task);
    return 0;
}

TEST(task_04_cancel_waiting_runs_cleanup)    /* T4 */
{
    run(main_of_task_04);
    CHECK_STR(printed, "sleeping\n"
                       "cancel -> True cancelled now: False\n"
                       "except\n"
                       "finally\n"
                       "cleanup awaited\n"
                       "main: CancelledError True True\n"
                       "cancel a done task -> False cancelling: 1\n");
}

/* ---- task_06: a task cancels itself ---- */
static int cancel_and_sleep(void *arg, Value *result)
{
    print("cancel self -> %s\n", truth(task_cancel(async_current_task())));
    print("still running until the next suspension\n");
    int err = async_sleep(0.01);
    if (err == E_CANCELLED)
        print("delivered at await\n");
    return err;
}

static int cancel_and_return(void *arg, Value *result)
{
    task_cancel(async_current_task());
    *result = (Value){ .s = "returned without awaiting" };
    return 0;
}

static int cancel_and_fail(void *arg, Value *result)
{
    task_cancel(async_current_task());
    Future *future = new_future();
    CHECK_INT(future_set_result(future, (Value){ .i = 1 }), 0);
    CHECK_INT(await(future, NULL), 0);
    future_release(future);
    print("awaiting a done future does not deliver\n");
    return E_VALUE;
}

static int main_of_task_06(void *arg, Value *result)
{
    CoroFn *functions[] = { cancel_and_sleep, cancel_and_return,
                            cancel_and_fail };
    for (int i = 0; i < 3; i++) {
        Task *task = create(functions[i], NULL);
        await(task, NULL);
        if (task_cancelled(task))
            print("-> cancelled\n");
        else
            print("-> exception %s\n", error_name(task_error(task)));
        task_release(task);
    }
    return 0;
}

TEST(task_06_cancel_self)    /* T6 */
{
    run(main_of_task_06);
    CHECK_STR(printed, "cancel self -> True\n"
                       "still running until the next suspension\n"
                       "delivered at await\n"
                       "-> cancelled\n"
                       "-> cancelled\n"
                       "awaiting a done future does not deliver\n"
                       "-> exception ValueError\n");
}

/* ---- task_08: cancelled, it fails with another error ---- */
static int fail_instead(void *arg, Value *result)
{
    int err = async_sleep(10);
    return err == E_CANCELLED ? E_USER : err;
}

static int main_of_task_08(void *arg, Value *result)
{
    Task *task = create(fail_instead, NULL);
    int err = cancel_soon(task);
    print("%s, cancelled %s\n", error_name(err), truth(task_cancelled(task)));
    task_release(task);
    return 0;
}

TEST(task_08_cancel_then_other_exception)    /* T7 */
{
    CHECK_INT(error_define(E_USER, "KeyError", "no such key"), 0);
    run(main_of_task_08);
    CHECK_STR(printed, "KeyError, cancelled False\n");
}

/* ---- task_10: cancelling goes on to the awaited task ---- */
static int clean_up_slowly(void *arg, Value *result)
{
    int err = async_sleep(10);
    print("inner cleanup start\n");
    async_sleep(0.02);
    print("inner cleanup end\n");
    return err;
}

static int await_inner(void *inner, Value *result)
{
    int err = await(inner, NULL);
    if (err == E_CANCELLED)
        print("outer sees %s after inner finished: %s\n", error_name(err),
              truth(task_cancelled(inner)));
    return err;
}

static int main_of_task_10(void *arg, Value *result)
{
    Task *inner = create(clean_up_slowly, NULL);
    Task *outer = create(await_inner, inner);
    cancel_soon(outer);
    print("outer %s inner %s inner cancelling %d\n",
          truth(task_cancelled(outer)), truth(task_cancelled(inner)),
          task_cancelling(inner));
    task_release(inner);
    task_release(outer);
    return 0;
}

TEST(task_10_cancel_propagates_to_awaited_task)    /* T10 */
{
    run(main_of_task_10);
    CHECK_STR(printed,
              "inner cleanup start\n"
              "inner cleanup end\n"
              "outer sees CancelledError after inner finished: True\n"
              "outer True inner True inner cancelling 1\n");
}

/* ---- task_12: a second cancel interrupts the cleanup ---- */
static int clean_up_for_long(void *arg, Value *result)
{
    int err = async_sleep(10);
    print("cleanup\n");
    if (async_sleep(10) == E_CANCELLED)
        print("cleanup interrupted\n");
    return err;
}

static int main_of_task_12(void *arg, Value *result)
{
    Task *task = create(clean_up_for_long, NULL);
    async_sleep(0.01);
    task_cancel(task);
    async_sleep(0.01);
    print("alive: %s\n", truth(!task_done(task)));
    task_cancel(task);
    await(task, NULL);
    print("cancelled %s cancelling %d\n", truth(task_cancelled(task)),
          task_cancelling(task));
    task_release(task);
    return 0;
}

TEST(task_12_second_cancel_interrupts_cleanup)    /* T11 */
{
    run(main_of_task_12);
    CHECK_STR(printed, "cleanup\n"
                       "alive: True\n"
                       "cleanup interrupted\n"
                       "cancelled True cancelling 2\n");
}

/* ---- task_14: raising CancelledError by hand ---- */
static int raise_cancelled(void *arg, Value *result)
{
    return E_CANCELLED;
}

static int main_of_task_14(void *arg, Value *result)
{
    Task *task = create(raise_cancelled, NULL);
    int err = await(task, NULL);
    print("%s; cancelled %s cancelling %d\n", error_name(err),
          truth(task_cancelled(task)), task_cancelling(task));
    print("exception() raises %s\n", error_name(task_error(task)));
    task_release(task);
    return 0;
}

TEST(task_14_raising_cancelled_marks_cancelled)    /* T13 */
{
    run(main_of_task_14);
    CHECK_STR(printed, "CancelledError; cancelled True cancelling 0\n"
                       "exception() raises CancelledError\n");
}

/* ---- task_24: uncancel() resets a pending cancel ---- */
static int cancel_and_uncancel(void *arg, Value *result)
{
    task_cancel(async_current_task());
    task_uncancel(async_current_task());
    int err = async_sleep(0);
    *result = (Value){ .s = "not cancelled: uncancel to 0 clears the not yet "
                            "delivered request" };
    return err;
}

static int main_of_task_24(void *arg, Value *result)
{
    Task *task = create(cancel_and_uncancel, NULL);
    Value value;
    int err = task_join(task, &value);
    print("%s\n", err == E_CANCELLED ? "cancelled" : value.s);
    return 0;
}

TEST(task_24_uncancel_resets_pending_cancel)    /* T9 */
{
    run(main_of_task_24);
    CHECK_STR(printed, "not cancelled: uncancel to 0 clears the not yet "
                       "delivered request\n");
}
