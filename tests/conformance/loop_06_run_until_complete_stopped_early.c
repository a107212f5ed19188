/* loop_06 - L8: a loop that is stopped before what it runs for is done. */
#include "python.h"

/* ---- Callbacks ---- */
static void set_seven(void *future)
{
    must(future_set_result(future, (Value){ .i = 7 }));
}

/* Where Python raises RuntimeError, there is no handle, and errno says why. */
static void try_closed_loop(Loop *loop)
{
    if (loop_call_soon(loop, print_line, "") == 0 && errno == EINVAL)
        printf("call_soon on closed loop: RuntimeError\n");
    errno = 0;
    if (loop_call_later(loop, 1, print_line, "") == 0 && errno == EINVAL)
        printf("call_later on closed loop: RuntimeError\n");
    int err = loop_run_forever(loop);
    printf("run_forever on closed loop: %s\n", error_name(err));
}

/* ---- The program ---- */
int main(void)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    Value value;
    loop_call_soon(loop, loop_stop_callback, loop);
    int err = loop_run_until_complete(loop, future, NULL);
    printf("%s\n", error_name(err));
    loop_call_later(loop, 0.01, set_seven, future);
    must(loop_run_until_complete(loop, future, &value));
    printf("result %lld\n", value.i);
    must(loop_close(loop));
    try_closed_loop(loop);
    future_release(future);
    loop_free(loop);
    return 0;
}
