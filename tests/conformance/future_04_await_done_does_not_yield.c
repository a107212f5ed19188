/* future_04 - F4: to await what is done does not yield. */
#include "python.h"

/* ---- A coroutine ---- */
static int sleep_0_t(void *arg, Value *result)
{
    return async_sleep_result(0, (Value){ .s = "t" }, result);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Loop *loop = running_loop();
    Future *f = create_future();
    Value value;
    must(future_set_result(f, (Value){ .i = 5 }));
    loop_call_soon(loop, print_line, "other callback");
    must(await(f, &value));
    printf("await done future: %lld\n", value.i);
    Task *t = create_task(sleep_0_t, NULL);
    must(async_sleep(0));
    must(async_sleep(0));
    loop_call_soon(loop, print_line, "yet another callback");
    must(await(t, &value));
    printf("await done task: %s\n", value.s);
    printf("before sleep(0)\n");
    must(async_sleep(0));
    printf("after sleep(0)\n");
    task_release(t);
    future_release(f);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
