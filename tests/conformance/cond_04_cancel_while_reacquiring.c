/* cond_04 - N3: condition_wait() has the lock when it returns, also when it was
 * cancelled. */
#include "python.h"

/* ---- Who waits ---- */
static int waiter(void *c, Value *result)
{
    int err = condition_acquire(c);
    if (err != 0)
        return err;
    err = condition_wait(c);
    if (err == E_CANCELLED)
        printf("CancelledError; locked %s\n", truth(condition_locked(c)));
    condition_release(c);
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Condition c;
    condition_init(&c, NULL);
    Task *t = create_task(waiter, &c);
    must(async_sleep(0.01));
    must(condition_acquire(&c));
    must(condition_notify(&c, 1));
    must(async_sleep(0.01));
    task_cancel(t);
    must(async_sleep(0.01));
    task_cancel(t);
    must(async_sleep(0.01));
    printf("two cancels while it waits for the lock; done: %s\n",
           truth(task_done(t)));
    must(condition_release(&c));
    must(async_wait(FUTURES(t), INFINITY, ALL_COMPLETED));
    printf("cancelled %s locked %s\n", truth(task_cancelled(t)),
           truth(condition_locked(&c)));
    task_release(t);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
