/* queue_04 - Q4: who waits longest gets first. */
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
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Queue *q = queue_new(0);
    Getter getters[] = { { "a", q }, { "b", q }, { "c", q } };
    Task *ts[3];
    for (int i = 0; i < 3; i++)
        ts[i] = create_task(get, &getters[i]);
    must(async_sleep(0.01));
    for (int i = 1; i <= 3; i++)
        must(queue_put_nowait(q, (Value){ .i = i }));
    must(async_wait(ts, 3, INFINITY, ALL_COMPLETED));
    for (int i = 0; i < 3; i++)
        task_release(ts[i]);
    queue_free(q);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
