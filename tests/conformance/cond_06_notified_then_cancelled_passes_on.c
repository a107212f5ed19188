/* cond_06 - N5: a notification is not lost with the one who got it. */
#include "python.h"

/* ---- Who waits ---- */
typedef struct Waiter {
    const char *n;
    Condition *c;
} Waiter;

static int wait_for_news(void *arg, Value *result)
{
    Waiter *waiter = arg;
    int err = condition_acquire(waiter->c);
    if (err != 0)
        return err;
    err = condition_wait(waiter->c);
    if (err == 0)
        printf("%s got the notification\n", waiter->n);
    condition_release(waiter->c);
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Condition c;
    condition_init(&c, NULL);
    Task *a = create_task(wait_for_news, &(Waiter){ "a", &c });
    Task *b = create_task(wait_for_news, &(Waiter){ "b", &c });
    must(async_sleep(0.01));
    must(condition_acquire(&c));
    must(condition_notify(&c, 1));
    task_cancel(a);
    must(condition_release(&c));
    must(async_wait(FUTURES(b), 0.1, ALL_COMPLETED));
    printf("a cancelled %s b done %s\n", truth(task_cancelled(a)),
           truth(task_done(b)));
    task_cancel(b);
    must(async_wait(FUTURES(b), INFINITY, ALL_COMPLETED));
    task_release(a);
    task_release(b);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
