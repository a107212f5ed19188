/* cond_02 - N2: nothing works without the lock. */
#include "python.h"

/* ---- Without the lock ---- */
static int notify_one(Condition *c)
{
    return condition_notify(c, 1);
}

static const struct {
    const char *name;
    int (*fn)(Condition *);
} calls[] = {
    { "notify", notify_one },
    { "notify_all", condition_notify_all },
    { "release", condition_release },
};

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Condition c;
    condition_init(&c, NULL);
    for (int i = 0; i < 3; i++)
        if (calls[i].fn(&c) == E_RUNTIME)
            printf("%s without the lock: RuntimeError\n", calls[i].name);
    if (condition_wait(&c) == E_RUNTIME)
        puts("wait without the lock: RuntimeError");
    must(condition_acquire(&c));
    must(condition_notify(&c, 5));
    puts("notify without waiters is a no-op");
    return condition_release(&c);
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
