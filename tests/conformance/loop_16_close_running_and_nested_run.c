/* loop_16 - L12, R4: what a loop refuses while it runs. */
#include "python.h"

/* ---- A coroutine ---- */
static int inner(void *arg, Value *result)
{
    *result = (Value){ .i = 1 };
    return 0;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Loop *loop = running_loop();
    if (loop_close(loop) == E_RUNTIME)
        printf("close while running: RuntimeError\n");
    if (loop_run_forever(loop) == E_RUNTIME)
        printf("run_forever while running: RuntimeError\n");
    if (async_run(inner, NULL, NULL) == E_RUNTIME)
        printf("nested asyncio.run: RuntimeError\n");
    return 0;
}

int main(void)
{
    must(async_run(main_task, NULL, NULL));
    if (async_get_running_loop() == NULL)
        printf("no running loop: RuntimeError\n");
    return 0;
}
