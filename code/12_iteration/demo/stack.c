/* As many connections as there are names, and the third one fails: those before
 * it are left, last in, first out. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../with.h"

static void say(const char *what, const char *name)
{
    printf("%.0f s: %s %s\n", loop_time(async_get_running_loop()), what, name);
}

/* ---- A connection ---- */
/* There is no host whose name begins with a question mark. */
static SUSPENDS int connect(void *name, Value *entered)
{
    say("connects to", name);
    int err = async_sleep(1);
    entered->p = name;
    if (err == 0 && *(char *)name == '?')
        err = E_LOOKUP;
    if (err == 0)
        say("is connected to", name);
    return err;
}

static SUSPENDS int disconnect(void *name, int error)
{
    int err = async_sleep(1);
    say("leaves", name);
    return error != 0 ? error : err;
}

/* ---- Something else to undo ---- */
static int end_log(void *title, int error)
{
    say(title, error == 0 ? "all went well" : error_name(error));
    return error;
}

/* ---- As many as there are ---- */
static SUSPENDS int enter_all(AsyncExitStack *stack, char **names)
{
    int err = async_exit_stack_push(stack, end_log, "the log ends:");
    for (; *names != NULL && err == 0; names++) {
        AsyncContextManager manager = { connect, disconnect, *names };
        err = async_exit_stack_enter_context(stack, manager, NULL);
    }
    return err;
}

static int use_all(void *names, Value *result)
{
    AsyncExitStack *stack = must_have(async_exit_stack_enter(), "stack");
    int err = enter_all(stack, names);
    if (err == 0)
        say("works with", "all of them");
    else
        say("fails:", error_name(err));
    return async_exit_stack_exit(stack, err);
}

/* ---- The names ---- */
int main(int argc, char **argv)
{
    char *names[] = { "ana", "ben", "?cleo", "dora", NULL };
    int err = run_virtual(use_all, argc > 1 ? argv + 1 : names);
    printf("the end: %s\n", err == 0 ? "no error" : error_name(err));
    return 0;
}
