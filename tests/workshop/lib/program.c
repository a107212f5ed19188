/* program.c - uses a little of most chapters; C and C++ at once. */
#include "weft.h"

#include <string.h>

/* ---- A child ---- */
static SUSPENDS int child(void *arg, Value *result)
{
    result->i = 42;
    return queue_put((Queue *)arg, *result);
}

/* ---- Its parent ---- */
static SUSPENDS int parent(void *arg, Value *result)
{
    Queue *queue = queue_new(1);
    Task *task = async_create_task(child, queue);
    Value got;
    got.i = 0;
    int err = queue_get(queue, &got);
    if (err == 0)
        err = task_join(task, result);
    queue_free(queue);
    if (err == 0 && got.i == 42 && result->i == 42)
        printf("%s %s\n", (const char *)arg, error_name(E_CANCELLED));
    return err;
}

int main(void)
{
    char name[] = "weft";
    return async_main(parent, strlen(WEFT_VERSION) > 0 ? name : NULL);
}
