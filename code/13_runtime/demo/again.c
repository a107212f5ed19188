/* Two mains, one after the other, on one loop and in one context; and a task
 * that stands still between them. */
#include "../../03_futures/demo/virtual.h"
#include "../runner.h"

static void say(const char *what)
{
    printf("%.1f s: %s\n", loop_time(async_get_running_loop()), what);
}

/* ---- In the background ---- */
static int tick(void *arg, Value *result)
{
    int err;
    while ((err = async_sleep(1)) == 0)
        say("tick");
    say("the ticker ends");
    return err;
}

/* ---- What is counted ---- */
static ContextVar runs = { "runs", { .i = 0 }, true };

static int count_run(void)
{
    Value count = { .i = 0 };
    int err = contextvar_get(&runs, &count);
    count.i++;
    return err == 0 ? contextvar_set(&runs, count) : err;
}

/* ---- A main ---- */
static int say_hello(void *arg, Value *result)
{
    int err = count_run();
    if (err == 0)
        err = async_sleep(2.2);
    say("hello");
    contextvar_get(&runs, result);
    return err;
}

static int start_ticker(void *arg, Value *result)
{
    task_release(must_have(async_create_task(tick, NULL), "task"));
    return 0;
}

/* ---- One loop ---- */
static void run_again(Runner *runner)
{
    Value count = { .i = 0 };
    must_succeed(runner_run(runner, say_hello, NULL, &count), "run");
    printf("run %lld is over\n", count.i);
}

int main(void)
{
    Runner runner;
    RunOptions options = { .virtual_time = true };
    must_succeed(runner_init(&runner, &options), "runner");
    must_succeed(runner_run(&runner, start_ticker, NULL, NULL), "run");
    run_again(&runner);
    run_again(&runner);
    must_succeed(runner_close(&runner), "close");
    return 0;
}
