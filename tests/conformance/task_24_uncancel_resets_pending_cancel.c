/* task_24 - T9: uncancel() takes back what was not yet delivered. */
#include "python.h"

/* ---- A task ---- */
static int job(void *arg, Value *result)
{
    Task *t = async_current_task();
    task_cancel(t);
    task_uncancel(t);
    int err = async_sleep(0);
    if (err != 0)
        return err;
    *result = (Value){ .s = "not cancelled: uncancel to 0 clears the not yet "
                            "delivered request" };
    return 0;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Task *t = create_task(job, NULL);
    Value value = { .i = 0 };
    wait_for_end(t);
    int err = task_result(t, &value);
    printf("%s\n", err == E_CANCELLED ? "cancelled" : value.s);
    task_release(t);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
