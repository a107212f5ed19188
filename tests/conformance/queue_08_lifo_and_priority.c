/* queue_08 - Q7: the last first, and the smallest first. */
#include "python.h"

/* ---- Lists of items ---- */
/* print([q.get_nowait() for _ in range(8)]) */
static void print_eight(Queue *q)
{
    for (int i = 0; i < 8; i++) {
        Value item;
        must(queue_get_nowait(q, &item));
        printf("%s%lld", i == 0 ? "[" : ", ", item.i);
    }
    puts("]");
}

static int get(void *q, Value *result)
{
    return queue_get(q, result);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    static const int numbers[] = { 3, 1, 4, 1, 5, 9, 2, 6 };
    Queue *l = lifo_queue_new(0);
    Queue *p = priority_queue_new(0, NULL);
    for (int i = 0; i < 8; i++) {
        must(queue_put_nowait(l, (Value){ .i = numbers[i] }));
        must(queue_put_nowait(p, (Value){ .i = numbers[i] }));
    }
    print_eight(l);
    print_eight(p);
    Task *t = create_task(get, p);
    must(async_sleep(0.01));
    must(queue_put_nowait(p, (Value){ .i = 7 }));
    must(queue_put_nowait(p, (Value){ .i = 2 }));
    Value item;
    must(task_join(t, &item));
    printf("a blocked getter takes the best item present when it runs: %lld\n",
           item.i);
    queue_free(l);
    queue_free(p);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
