/* future_02 - F2: the callbacks of what is done run soon, not at once. */
#include "python.h"

/* ---- Done callbacks ---- */
static void cb(Future *future, void *n)
{
    Value value;
    must(future_result(future, &value));
    printf("cb %d %s\n", *(int *)n, value.s);
}

static void late_cb(Future *future, void *arg)
{
    Value value;
    must(future_result(future, &value));
    printf("late cb %s\n", value.s);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    static int numbers[] = { 1, 2, 3 };
    Loop *loop = running_loop();
    Future *f = create_future();
    for (int i = 0; i < 3; i++)
        must(future_add_done_callback(f, cb, &numbers[i]));
    loop_call_soon(loop, print_line, "soon before set_result");
    must(future_set_result(f, (Value){ .s = "R" }));
    loop_call_soon(loop, print_line, "soon after set_result");
    printf("set_result returned; no callback ran yet\n");
    must(async_sleep(0));
    must(future_add_done_callback(f, late_cb, NULL));
    printf("late cb added; not run yet\n");
    must(async_sleep(0));
    printf("end\n");
    future_release(f);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
