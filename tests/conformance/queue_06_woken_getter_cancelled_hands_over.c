/* queue_06 - Q6: the item of one who is cancelled goes to the next. */
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
        printf("%s got %s\n", getter->n, item.s);
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Queue *q = queue_new(0);
    Task *a = create_task(get, &(Getter){ "a", q });
    Task *b = create_task(get, &(Getter){ "b", q });
    must(async_sleep(0));
    must(queue_put_nowait(q, (Value){ .s = "item" }));
    task_cancel(a);
    must(async_wait(FUTURES(a, b), 1, ALL_COMPLETED));
    printf("a cancelled %s b done %s left %zu\n", truth(task_cancelled(a)),
           truth(task_done(b)), queue_qsize(q));
    task_release(a);
    task_release(b);
    queue_free(q);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
