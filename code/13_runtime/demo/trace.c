/* A kitchen: two waiters bring orders, two cooks take them, and there is one
 * oven.  Its trace is a picture of an evening. */
#include "../../03_futures/demo/virtual.h"
#include "../../06_gather/gather.h"
#include "../../07_sync/lock.h"
#include "../../08_queues/queue.h"
#include "../runner.h"

/* ---- The kitchen ---- */
typedef struct Kitchen {
    Queue *orders;    /* .s: a dish; no more than two wait */
    Lock oven;
    int waiters;      /* still at work */
} Kitchen;

typedef struct Worker {
    Kitchen *kitchen;
    const char *name;
    const char *const *dishes;    /* a waiter's; NULL ends them */
} Worker;

static void say(Worker *worker, const char *does, const char *what)
{
    printf("%4.1f s: %s %s %s\n", loop_time(async_get_running_loop()),
           worker->name, does, what);
}

/* ---- A waiter ---- */
static int wait_tables(void *arg, Value *result)
{
    Worker *worker = arg;
    int err = 0;
    task_set_name(async_current_task(), worker->name);
    for (int i = 0; worker->dishes[i] != NULL && err == 0; i++) {
        err = async_sleep(1);
        if (err == 0)
            err = queue_put(worker->kitchen->orders,
                            (Value){ .s = worker->dishes[i] });
        say(worker, "brings", worker->dishes[i]);
    }
    if (--worker->kitchen->waiters == 0)
        queue_shutdown(worker->kitchen->orders, false);
    return err;
}

/* ---- A dish ---- */
/* It is cut, and then baked. */
static SUSPENDS int cook_dish(Worker *cook, const char *dish)
{
    int err = async_sleep(0.5);
    if (err == 0)
        err = lock_acquire(&cook->kitchen->oven);
    if (err != 0)
        return err;
    err = async_sleep(2);
    lock_release(&cook->kitchen->oven);
    say(cook, "has baked", dish);
    return err;
}

/* ---- A cook ---- */
static int cook(void *arg, Value *result)
{
    Worker *worker = arg;
    Value dish;
    int err;
    task_set_name(async_current_task(), worker->name);
    while ((err = queue_get(worker->kitchen->orders, &dish)) == 0 &&
           (err = cook_dish(worker, dish.s)) == 0)
        continue;
    return err == E_QUEUE_SHUTDOWN ? 0 : err;
}

/* ---- An evening ---- */
static int open_kitchen(void *arg, Value *result)
{
    static const char *const first[] = { "bread", "pie", NULL };
    static const char *const second[] = { "tart", "cake", "quiche", NULL };
    Kitchen kitchen = { must_have(queue_new(2), "queue"), { 0 }, 2 };
    Worker ana = { &kitchen, "ana", first }, ben = { &kitchen, "ben", second };
    Worker cleo = { &kitchen, "cleo", NULL }, dora = { &kitchen, "dora", NULL };
    task_set_name(async_current_task(), "kitchen");
    int err = async_gather_calls(CALLS({ wait_tables, &ana },
                                       { wait_tables, &ben }, { cook, &cleo },
                                       { cook, &dora }), NULL, 0);
    queue_free(kitchen.orders);
    return err;
}

int main(void)
{
    RunOptions options = { .virtual_time = true };
    must_succeed(async_run_with(open_kitchen, NULL, NULL, &options), "run");
    return 0;
}
