/* Which request is this line about?  Each task has an answer of its own. */
#include "../../03_futures/demo/virtual.h"
#include "run.h"

static ContextVar request = { "request", { .i = 0 }, true };

/* ---- A line in the log ---- */
static void say(const char *what)
{
    Value number = { .i = 0 };
    must_succeed(contextvar_get(&request, &number), "request");
    printf("request %lld: %s\n", number.i, what);
}

/* ---- Two requests ---- */
static int answer(void *number, Value *result)
{
    int err = contextvar_set(&request, (Value){ .i = *(int *)number });
    say("begins");
    if (err == 0)
        err = async_sleep(1);
    say("ends");
    return err;
}

static int answer_both(void *arg, Value *result)
{
    int numbers[] = { 1, 2 };
    Task *one = must_have(async_create_task(answer, &numbers[0]), "task");
    Task *two = must_have(async_create_task(answer, &numbers[1]), "task");
    int err = task_join(one, NULL), other = task_join(two, NULL);
    say("all is answered");
    return err != 0 ? err : other;
}

int main(void)
{
    must_succeed(run_virtual(answer_both, NULL), "run");
    return 0;
}
