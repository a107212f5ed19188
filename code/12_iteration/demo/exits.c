/* An exit is given the block's error, and decides what becomes of it: it passes
 * it on, suppresses it, or puts another one in its place. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../with.h"

/* ---- Some exits ---- */
static int enter(void *error, Value *entered)
{
    return 0;
}

static int pass_on(void *arg, int error)
{
    return error;
}

static int suppress(void *expected, int error)
{
    return error == *(int *)expected ? 0 : error;
}

static int suppress_all(void *arg, int error)
{
    return 0;
}

static int replace(void *other, int error)
{
    return error != 0 ? *(int *)other : 0;
}

/* ---- A block that fails ---- */
static int fail(Value entered, void *error)
{
    return *(int *)error;
}

static SUSPENDS void show(const char *what, int (*leave)(void *, int),
                          int of_exit, int of_block)
{
    AsyncContextManager manager = { enter, leave, &of_exit };
    int err = async_with(manager, fail, &of_block);
    printf("%-20s %-14s -> %s\n", what, error_name(of_block),
           err == 0 ? "no error" : error_name(err));
}

/* ---- Each of them ---- */
static int show_all(void *arg, Value *result)
{
    show("passes it on:", pass_on, 0, E_LOOKUP);
    show("expects a lookup:", suppress, E_LOOKUP, E_LOOKUP);
    show("expects a lookup:", suppress, E_LOOKUP, E_TIMEOUT);
    show("says busy instead:", replace, EBUSY, E_LOOKUP);
    show("hides everything:", suppress_all, 0, E_CANCELLED);
    return 0;
}

int main(void)
{
    must_succeed(run_virtual(show_all, NULL), "run");
    return 0;
}
