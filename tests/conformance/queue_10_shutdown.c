/* queue_10 - Q9: what is in a queue that was shut down can be had, and then no
 * more. */
#include "python.h"

/* ---- Who gets ---- */
typedef struct Getter {
    const char *n;
    Queue *q;
} Getter;

static int get(void *arg, Value *result)
{
    Getter *getter = arg;
    Value item;
    int err = queue_get(getter->q, &item);
    if (err == 0)
        printf("%s got %lld\n", getter->n, item.i);
    else if (err == E_QUEUE_SHUTDOWN)
        printf("%s QueueShutDown\n", getter->n);
    return err == E_QUEUE_SHUTDOWN ? 0 : err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Queue *q = queue_new(0);
    must(queue_put_nowait(q, (Value){ .i = 1 }));
    must(queue_put_nowait(q, (Value){ .i = 2 }));
    queue_shutdown(q, false);
    if (queue_put_nowait(q, (Value){ .i = 3 }) == E_QUEUE_SHUTDOWN)
        puts("put after shutdown: QueueShutDown");
    must(get(&(Getter){ "a", q }, result));
    must(get(&(Getter){ "b", q }, result));
    must(get(&(Getter){ "c", q }, result));
    Queue *q2 = queue_new(0);
    Task *t = create_task(get, &(Getter){ "blocked", q2 });
    must(async_sleep(0.01));
    queue_shutdown(q2, false);
    int err = task_join(t, NULL);
    queue_free(q);
    queue_free(q2);
    return err;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
