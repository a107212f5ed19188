/* runs.c - runs of many kinds, and what becomes of each: what runs.py does,
 * with Weft. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "../../../code/12_iteration/generator.h"
#include "../../../code/13_runtime/runner.h"

/* ---- One run ---- */
static int work(void *arg, Value *result)
{
    return *(int *)arg;
}

static void show(const char *what, int err)
{
    printf("%s: %s\n", what, err == 0 ? "ok" : error_name(err));
}

static int cancel_itself(void *arg, Value *result)
{
    task_cancel(async_current_task());
    return async_sleep(0);
}

static int run_within(void *arg, Value *result)
{
    return async_run(work, arg, NULL);
}

static void run_once(void)
{
    int fine = 0, wrong = E_VALUE;
    show("a result", async_run(work, &fine, NULL));
    show("an error", async_run(work, &wrong, NULL));
    show("cancelled", async_run(cancel_itself, NULL, NULL));
    show("within", async_run(run_within, &fine, NULL));
}

/* ---- What is left ---- */
static int clean_up(void *name, Value *result)
{
    int err = async_sleep(INFINITY);
    printf("%s is cancelled\n", (const char *)name);
    async_sleep(0.001);
    printf("%s has ended\n", (const char *)name);
    return err;
}

static int count(void *arg, Value *result)
{
    int err = 0;
    for (int i = 0; err == 0; i++)
        err = async_yield((Value){ .i = i }, NULL);
    printf("the generator is closed\n");
    return err;
}

static int leave(void *generator, Value *result)
{
    Value value;
    task_release(async_create_task(clean_up, "a task"));
    *(AsyncGenerator **)generator = async_generator_new(count, NULL);
    async_generator_next(*(AsyncGenerator **)generator, &value);
    async_sleep(0);
    printf("main returns\n");
    return 0;
}

/* ---- SIGINT ---- */
static int be_interrupted(void *arg, Value *result)
{
    kill(getpid(), SIGINT);
    int err = async_sleep(10);
    printf("main has %s\n", error_name(err));
    return *(int *)arg != 0 ? err : 0;
}

static int cancel_main_too(void *arg, Value *result)
{
    kill(getpid(), SIGINT);
    int err = async_sleep(10);
    task_cancel(async_current_task());
    return err;
}

static void run_interrupted(void)
{
    int gives_in = 1, goes_on = 0;
    show("gives in", async_run(be_interrupted, &gives_in, NULL));
    show("goes on", async_run(be_interrupted, &goes_on, NULL));
    show("cancelled, too", async_run(cancel_main_too, NULL, NULL));
    signal(SIGINT, SIG_IGN);
    show("ignored", async_run(work, &goes_on, NULL));
    signal(SIGINT, SIG_DFL);
}

/* ---- Several runs ---- */
static const ContextVar user = { .name = "user" };

static int set_user(void *arg, Value *result)
{
    return contextvar_set(&user, (Value){ .i = 7 });
}

static int get_user(void *arg, Value *result)
{
    return contextvar_get(&user, result);
}

static void run_several(void)
{
    Runner runner;
    Value value = { .i = 0 };
    show("init", runner_init(&runner, NULL));
    show("set", runner_run(&runner, set_user, NULL, NULL));
    show("get", runner_run(&runner, get_user, NULL, &value));
    printf("the user is %lld\n", value.i);
    show("close", runner_close(&runner));
    show("close again", runner_close(&runner));
    show("closed", runner_run(&runner, get_user, NULL, NULL));
}

int main(void)
{
    AsyncGenerator *generator;
    run_once();
    show("leave", async_run(leave, &generator, NULL));
    async_generator_free(generator);
    run_interrupted();
    run_several();
    return 0;
}
