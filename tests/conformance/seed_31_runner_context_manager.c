/* seed_31 - two runs in one loop. */
#include "python.h"

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    int err = async_sleep(0.05);
    if (err != 0)
        return err;
    puts("hello");
    result->i = 3;
    return 0;
}

int main(void)
{
    Value value;
    Runner runner;
    must(runner_init(&runner, NULL));
    must(runner_run(&runner, main_task, NULL, &value));
    printf("%lld\n", value.i);
    must(runner_run(&runner, main_task, NULL, &value));
    printf("%lld\n", value.i);
    return runner_close(&runner);
}
