/* loop_02 - L6: a callback cancels one that is in the same turn. */
#include "python.h"

/* ---- A callback ---- */
static Handle second;
static bool second_cancelled;

/* A handle is a number here: that it was cancelled is what loop_cancel() has
 * returned. */
static void first(void *arg)
{
    printf("first runs, cancels second\n");
    second_cancelled = loop_cancel(running_loop(), second);
}

/* ---- The program ---- */
/* Python can cancel a handle whose callback has run.  Here that is refused. */
static int main_task(void *arg, Value *result)
{
    Loop *loop = running_loop();
    loop_call_soon(loop, first, NULL);
    second = loop_call_soon(loop, print_line, "second runs");
    Handle third = loop_call_soon(loop, print_line, "third runs");
    must(async_sleep(0));
    must(async_sleep(0));
    printf("second cancelled: %s\n", truth(second_cancelled));
    if (loop_cancel(loop, third) || loop_cancel(loop, third))
        printf("a callback that has run was cancelled\n");
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
