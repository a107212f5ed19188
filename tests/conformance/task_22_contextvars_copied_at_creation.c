/* task_22 - T18: a task begins with a copy of its creator's context. */
#include "python.h"

/* ---- A variable ---- */
static const ContextVar v = { "v", { .s = "unset" }, true };

static const char *get(void)
{
    Value value;
    must(contextvar_get(&v, &value));
    return value.s;
}

static void set(const char *text)
{
    must(contextvar_set(&v, (Value){ .s = text }));
}

static int child(void *n, Value *result)
{
    printf("%s sees %s\n", (char *)n, get());
    set(n);
    must(async_sleep(0.01));
    printf("%s now %s\n", (char *)n, get());
    return 0;
}

static int set_inline(void *arg, Value *result)
{
    set("set inline");
    return 0;
}

static int print_var(void *arg, Value *result)
{
    printf("callback sees %s\n", get());
    return 0;
}

/* ---- The program ---- */
/* In Python call_soon() copies the context, too.  Here tasks carry one, and
 * plain callbacks do not: what needs a context is a task. */
static int main_task(void *arg, Value *result)
{
    Value none = { .i = 0 };
    set("main");
    Task *t1 = create_task(child, "c1");
    set("changed");
    Task *t2 = create_task(child, "c2");
    must(async_wait(FUTURES(t1, t2), INFINITY, ALL_COMPLETED));
    printf("main sees %s\n", get());
    must(set_inline(NULL, &none));
    printf("after plain await: %s\n", get());
    Task *t3 = create_task(print_var, NULL);
    set("after call_soon");
    must(async_sleep(0));
    task_release(t1);
    task_release(t2);
    task_release(t3);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
