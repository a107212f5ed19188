/* shield_02 - H2: a shield tells how what is behind it has ended. */
#include "python.h"

/* ---- Behind a shield ---- */
static int sleep_10(void *arg, Value *result)
{
    return async_sleep(10);
}

/* In Python a shield is a future.  Here it is a call, and the task that makes
 * it is what ends cancelled. */
static int shield(void *future, Value *result)
{
    return async_shield(future, result);
}

static int bad(void *arg, Value *result)
{
    *result = (Value){ .s = "inner failed" };
    return E_VALUE;
}

static void set_true(void *flag)
{
    *(bool *)flag = true;
}

/* Awaiting what is done does not yield, and so no callback runs meanwhile. */
static bool shield_is_future_itself(Future *f)
{
    bool has_yielded = false;
    loop_call_soon(running_loop(), set_true, &has_yielded);
    Value value;
    must(async_shield(f, &value));
    bool is_itself = !has_yielded && value.i == 3;
    must(async_sleep(0));
    return is_itself;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Value value;
    Task *it = create_task(sleep_10, NULL);
    Task *s = create_task(shield, it);
    loop_call_later(running_loop(), 0.01, cancel_task, it);
    if (await(s, NULL) == E_CANCELLED)
        printf("CancelledError via inner; shield cancelled %s main cancelling "
               "%d\n", truth(task_cancelled(s)), cancelling());
    Task *b = create_task(bad, NULL);
    if (async_shield(b, &value) == E_VALUE)
        printf("ValueError %s\n", value.s);
    Future *f = create_future();
    must(future_set_result(f, (Value){ .i = 3 }));
    printf("shield of a done future is the future itself: %s\n",
           truth(shield_is_future_itself(f)));
    task_release(it);
    task_release(s);
    task_release(b);
    future_release(f);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
