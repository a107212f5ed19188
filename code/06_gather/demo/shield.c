/* A task that waits is cancelled; what it waits for has a shield, and lives. */
#include "work.h"

/* ---- What goes on ---- */
static int something(void *arg, Value *result)
{
    int err = async_sleep(2);
    result->s = "something";
    return err;
}

/* ---- Who waits for it ---- */
static int guarded(void *task, Value *result)
{
    int err = async_shield(task, result);
    if (err == E_CANCELLED)
        result->s = "None";
    return err == E_CANCELLED ? 0 : err;
}

/* ---- Who cancels ---- */
static int cancel_guarded(void *arg, Value *result)
{
    Value text = { .s = NULL };
    Task *task = start(something, NULL);
    Task *guard = start(guarded, task);
    int err = async_sleep(1);
    task_cancel(guard);
    if (err == 0)
        err = task_join(guard, &text);
    if (err == 0)
        printf("at %.0f s guarded returned %s\n", now(), text.s);
    int how = task_join(task, &text);
    printf("at %.0f s the task ended: %s\n", now(),
           how == 0 ? text.s : error_name(how));
    return err;
}

int main(void)
{
    must_succeed(run_virtual(cancel_guarded, NULL), "run");
    return 0;
}
