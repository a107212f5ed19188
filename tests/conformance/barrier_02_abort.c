/* barrier_02 - B2: a broken barrier lets nobody pass, until it is reset. */
#include "python.h"

/* ---- Who comes ---- */
typedef struct Party {
    const char *n;
    Barrier *b;
} Party;

static int party(void *arg, Value *result)
{
    Party *p = arg;
    int err = barrier_wait(p->b, NULL);
    if (err == 0)
        printf("%s passed\n", p->n);
    else if (err == E_BROKEN_BARRIER)
        printf("%s BrokenBarrierError\n", p->n);
    return err == E_BROKEN_BARRIER ? 0 : err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Barrier b;
    must(barrier_init(&b, 3));
    Party one = { "1", &b }, two = { "2", &b }, r = { "r", &b };
    Task *ts[] = { create_task(party, &one),
                   create_task(party, &two) };
    must(async_sleep(0.01));
    printf("waiting %zu\n", barrier_n_waiting(&b));
    must(barrier_abort(&b));
    must(async_wait(ts, 2, INFINITY, ALL_COMPLETED));
    printf("broken %s\n", truth(barrier_broken(&b)));
    must(party(&(Party){ "late", &b }, result));
    must(barrier_reset(&b));
    printf("after reset broken %s\n", truth(barrier_broken(&b)));
    task_release(ts[0]);
    task_release(ts[1]);
    return async_gather_calls(CALLS({ party, &r }, { party, &r },
                                    { party, &r }), NULL, 0);
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
