/* seed_18 - a task waits for an event. */
#include "python.h"

/* ---- Who waits ---- */
static int waiter(void *event, Value *result)
{
    puts("waiting for it ...");
    int err = event_wait(event);
    if (err == 0)
        puts("... got it!");
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Event event;
    event_init(&event);
    Task *waiter_task = create_task(waiter, &event);
    must(async_sleep(0.05));
    event_set(&event);
    return task_join(waiter_task, NULL);
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
