/* runner_04 - R3, D1: an error that nobody is left to hear of. */
#include "python.h"

/* ---- What is left ---- */
static void handler(Loop *loop, const ErrorContext *ctx, void *arg)
{
    printf("handler: %s - %s\n", ctx->message, error_name(ctx->error));
}

static int left(void *arg, Value *result)
{
    int err = async_sleep(10);
    if (err != E_CANCELLED)
        return err;
    *result = (Value){ .s = "during shutdown" };
    return E_VALUE;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    loop_set_exception_handler(running_loop(), handler, NULL);
    task_release(create_task(left, NULL));
    must(async_sleep(0));
    puts("main returns");
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
