/* seed_13 - a task gives a future its result. */
#include "python.h"

/* ---- A task ---- */
static int work(void *fut, Value *result)
{
    int err = async_sleep(0.05);
    if (err != 0)
        return err;
    return future_set_result(fut, (Value){ .s = "666" });
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Value res;
    Loop *loop = running_loop();
    Future *fut = future_new(loop);
    must(task_join(loop_create_task(loop, work, fut), NULL));
    must(await(fut, &res));
    puts(res.s);
    future_release(fut);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
