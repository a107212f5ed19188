/* clash.c - has names of its own for what the runtime, too, has inside. */
#include "weft.h"

/* ---- Names that are inside ---- */
int task_wake(int n);
int take(int n);
int reader_fill(int n);
int coro_go(int n);
extern int coro_now, task_kind, runner__come;

int task_wake(int n) { return n + 1; }
int take(int n) { return n + 1; }
int reader_fill(int n) { return n + 1; }
int coro_go(int n) { return n + 1; }
int coro_now = 1, task_kind = 1, runner__come = 1;

/* ---- A task ---- */
static SUSPENDS int count(void *arg, Value *result)
{
    int err = async_sleep(0);
    result->i = task_wake(take(reader_fill(coro_go(0))));
    result->i += coro_now + task_kind + runner__come;
    return err;
}

int main(void)
{
    Value result = { .i = 0 };
    int err = async_run(count, NULL, &result);
    printf("%d %lld\n", err, result.i);
    return err;
}
