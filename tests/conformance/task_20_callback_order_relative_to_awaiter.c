/* task_20 - T17: callbacks and who awaits go on in the order in which they
 * came; who comes when it is done does not wait. */
#include "python.h"

/* ---- Who waits ---- */
static void callback(Future *future, void *line)
{
    print_line(line);
}

static int job(void *arg, Value *result)
{
    printf("job ends\n");
    return 0;
}

typedef struct WaiterOf {
    const char *n;
    Task *t;
} WaiterOf;

static int waiter(void *arg, Value *result)
{
    WaiterOf *of = arg;
    must(await(of->t, NULL));
    printf("waiter %s resumed\n", of->n);
    return 0;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Task *t = create_task(job, NULL);
    must(future_add_done_callback(t, callback, "callback 1"));
    WaiterOf of_w = { "w", t }, of_w2 = { "w2", t };
    Task *w = create_task(waiter, &of_w);
    Task *w2 = create_task(waiter, &of_w2);
    must(await(t, NULL));
    printf("main resumed\n");
    must(future_add_done_callback(t, callback, "callback 2 (late)"));
    must(await(w, NULL));
    must(await(w2, NULL));
    must(async_sleep(0));
    task_release(t);
    task_release(w);
    task_release(w2);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
