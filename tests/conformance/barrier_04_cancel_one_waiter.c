/* barrier_04 - B4: who gives up takes nobody with him. */
#include "python.h"

/* ---- Who comes ---- */
typedef struct Party {
    int n;
    Barrier *b;
} Party;

static int party(void *arg, Value *result)
{
    Party *p = arg;
    int err = async_sleep(0.01 * p->n);
    if (err == 0)
        err = barrier_wait(p->b, NULL);
    if (err == 0)
        printf("passed, barrier intact: %s\n", truth(!barrier_broken(p->b)));
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Barrier b;
    must(barrier_init(&b, 2));
    Party one = { 1, &b }, two = { 2, &b };
    Task *t = create_task(party, &one);
    must(async_sleep(0.02));
    task_cancel(t);
    must(async_wait(FUTURES(t), INFINITY, ALL_COMPLETED));
    printf("cancelled %s waiting %zu broken %s\n", truth(task_cancelled(t)),
           barrier_n_waiting(&b), truth(barrier_broken(&b)));
    task_release(t);
    return async_gather_calls(CALLS({ party, &one }, { party, &two }), NULL, 0);
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
