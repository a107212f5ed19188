/* task_08 - T7: cancelled, a task fails with something else. */
#include "python.h"

/* ---- A task ---- */
static int job(void *arg, Value *result)
{
    int err = async_sleep(10);
    if (err == E_CANCELLED) {
        *result = (Value){ .s = "instead" };
        return KEY_ERROR;
    }
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Task *t = create_task(job, NULL);
    must(async_sleep(0.01));
    task_cancel(t);
    int err = await(t, NULL);
    if (err == KEY_ERROR)
        printf("%s, cancelled %s\n", error_name(err), truth(task_cancelled(t)));
    task_release(t);
    return 0;
}

int main(void)
{
    define_key_error();
    return async_run(main_task, NULL, NULL);
}
