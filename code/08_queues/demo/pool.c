/* The example of asyncio's manual: three workers share the work in a queue. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/gather.h"
#include "../queue.h"

enum { SLEEPS = 20, MOST = SLEEPS };

/* ---- A worker ---- */
/* It has no end of its own: it is cancelled. */
static int worker(void *queue, Value *result)
{
    int err;
    Value sleep_for;
    while ((err = queue_get(queue, &sleep_for)) == 0) {
        err = async_sleep(sleep_for.i / 100.0);
        queue_task_done(queue);    /* whatever came of it */
        if (err != 0)
            return err;
        printf("%s has slept for %.2f seconds\n",
               task_get_name(async_current_task()), sleep_for.i / 100.0);
    }
    return err;
}

static Task *start_worker(Queue *queue, int number)
{
    char name[32];
    snprintf(name, sizeof name, "worker-%d", number);
    TaskOptions options = { .name = name };
    return must_have(async_create_task_with(worker, queue, &options), "task");
}

/* ---- The work ---- */
/* Naps between 0.05 and 1 second; how long they are in all. */
static double put_work(Queue *queue)
{
    unsigned random = 1;
    int total = 0;
    for (int i = 0; i < SLEEPS; i++) {
        random = random * 1103515245u + 12345u;
        int sleep_for = 5 + random / 65536 % 96;
        total += sleep_for;
        must_succeed(queue_put_nowait(queue, (Value){ .i = sleep_for }), "put");
    }
    return total / 100.0;
}

/* ---- The pool ---- */
static int share(void *arg, Value *result)
{
    int count = *(int *)arg;
    Task *workers[MOST];
    Queue *queue = must_have(queue_new(0), "queue");
    double total = put_work(queue);
    for (int i = 0; i < count; i++)
        workers[i] = start_worker(queue, i);
    int err = queue_join(queue);
    double seconds = loop_time(async_get_running_loop());
    for (int i = 0; i < count; i++)
        task_cancel(workers[i]);
    async_gather(workers, count, NULL, RETURN_EXCEPTIONS);
    for (int i = 0; i < count; i++)
        task_release(workers[i]);
    queue_free(queue);
    puts("====");
    printf("%d workers slept in parallel for %.2f seconds\n", count, seconds);
    printf("total expected sleep time: %.2f seconds\n", total);
    return err;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 3;
    if (count < 1 || count > MOST)
        count = MOST;
    must_succeed(run_virtual(share, &count), "run");
    return 0;
}
