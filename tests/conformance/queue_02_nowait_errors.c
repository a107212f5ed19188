/* queue_02 - Q2: what cannot be had at once. */
#include "python.h"

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Value x;
    Queue *q = queue_new(1), *any = queue_new(0);
    if (queue_get_nowait(q, &x) == E_QUEUE_EMPTY)
        puts("QueueEmpty");
    must(queue_put_nowait(q, (Value){ .s = "x" }));
    if (queue_put_nowait(q, (Value){ .s = "y" }) == E_QUEUE_FULL)
        puts("QueueFull");
    must(queue_get_nowait(q, &x));
    printf("%s %zu %zu\n", x.s, queue_qsize(q), queue_maxsize(q));
    printf("maxsize 0 is never full: %s\n", truth(queue_full(any)));
    queue_free(q);
    queue_free(any);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
