/* loop_08 - L10: a handler of errors that fails itself. */
#include "python.h"

/* ---- What fails ---- */
static int calls;

/* A callback has no result: it tells its loop of its failure, and so does a
 * handler. */
static void fail_with(Loop *loop, int error, const char *message)
{
    loop_call_exception_handler(loop, &(ErrorContext){ .message = message,
                                                       .error = error });
}

static void handler(Loop *loop, const ErrorContext *context, void *arg)
{
    calls++;
    fail_with(loop, E_RUNTIME, "handler itself fails");
}

static void bad(void *arg)
{
    fail_with(running_loop(), E_VALUE, "x");
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Loop *loop = running_loop();
    loop_set_exception_handler(loop, handler, NULL);
    loop_call_soon(loop, bad, NULL);
    must(async_sleep(0.01));
    printf("handler calls: %d\n", calls);
    loop_call_soon(loop, bad, NULL);
    must(async_sleep(0.01));
    printf("loop survived, handler calls: %d\n", calls);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
