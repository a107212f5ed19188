/* loop_04 - L3, L4: a callback in no time runs after those that run soon. */
#include "python.h"

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Loop *loop = running_loop();
    loop_call_later(loop, 0, print_line, "later(0)");
    loop_call_soon(loop, print_line, "soon 1");
    loop_call_soon(loop, print_line, "soon 2");
    must(async_sleep(0));
    printf("main tick 1\n");
    must(async_sleep(0));
    printf("main tick 2\n");
    loop_call_later(loop, -5, print_line, "negative delay");
    loop_call_soon(loop, print_line, "soon 3");
    must(async_sleep(0.01));
    printf("end\n");
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
