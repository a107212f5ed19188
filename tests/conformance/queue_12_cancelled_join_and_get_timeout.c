/* queue_12 - Q5, W1: who gives up waiting takes nothing with him. */
#include "python.h"

/* ---- What is waited for ---- */
static int get(void *q, Value *result)
{
    return queue_get(q, result);
}

static int join(void *q, Value *result)
{
    return queue_join(q);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Value item;
    Queue *q = queue_new(0);
    if (async_wait_for_call(get, q, 0.01, &item) == E_TIMEOUT)
        puts("get timed out");
    must(queue_put_nowait(q, (Value){ .s = "kept" }));
    if (async_wait_for_call(join, q, 0.01, NULL) == E_TIMEOUT)
        puts("join timed out");
    must(async_wait_for_call(get, q, 0.01, &item));
    puts(item.s);
    must(queue_task_done(q));
    must(queue_join(q));
    puts("joined");
    queue_free(q);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
