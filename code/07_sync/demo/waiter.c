/* The example of asyncio's manual: a task waits for an event. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../event.h"

/* ---- Who waits ---- */
static int waiter(void *event, Value *result)
{
    puts("waiting for it ...");
    int err = event_wait(event);
    if (err == 0)
        puts("... got it!");
    return err;
}

/* ---- Who sets it ---- */
static int set_it(void *arg, Value *result)
{
    Event event;
    event_init(&event);
    Task *task = must_have(async_create_task(waiter, &event), "task");
    int err = async_sleep(1);
    event_set(&event);
    int also = task_join(task, NULL);
    return err != 0 ? err : also;
}

int main(void)
{
    must_succeed(run_virtual(set_it, NULL), "run");
    return 0;
}
