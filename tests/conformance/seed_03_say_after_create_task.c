/* seed_03 - both at the same time. */
#include "python.h"

/* ---- A coroutine ---- */
typedef struct Say {
    double delay;
    const char *what;
} Say;

static int say_after(void *arg, Value *result)
{
    Say *say = arg;
    int err = async_sleep(say->delay);
    if (err == 0)
        puts(say->what);
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Loop *loop = running_loop();
    Task *task1 = create_task(say_after, &(Say){ 0.05, "hello" });
    Task *task2 = create_task(say_after, &(Say){ 0.1, "world" });
    double t0 = loop_time(loop);
    must(task_join(task1, NULL));
    must(task_join(task2, NULL));
    printf("took about 2 units: %.0f\n", (loop_time(loop) - t0) / 0.05);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
