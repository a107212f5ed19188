/* event_02 - E2: who waited when it was set wakes, whatever happens to it
 * next. */
#include "python.h"

/* ---- Who waits ---- */
static int waiter(void *ev, Value *result)
{
    int err = event_wait(ev);
    printf("woken %s although is_set() is %s\n", truth(err == 0),
           truth(event_is_set(ev)));
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Event ev;
    event_init(&ev);
    Task *t = create_task(waiter, &ev);
    must(async_sleep(0));
    event_set(&ev);
    event_clear(&ev);
    return task_join(t, NULL);
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
