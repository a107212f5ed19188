/* seed_19 - three must come before anyone goes on. */
#include "python.h"

/* ---- Showing it ---- */
static void show(Barrier *b, const char *label)
{
    printf("%s waiting %zu of %zu broken %s\n", label, barrier_n_waiting(b),
           barrier_parties(b), truth(barrier_broken(b)));
}

static int wait(void *b, Value *result)
{
    return barrier_wait(b, NULL);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Barrier b;
    must(barrier_init(&b, 3));
    Task *t1 = create_task(wait, &b);
    Task *t2 = create_task(wait, &b);
    must(async_sleep(0));
    show(&b, "two tasks wait:");
    must(barrier_wait(&b, NULL));
    show(&b, "third wait passed the barrier:");
    puts("barrier passed");
    must(async_wait(FUTURES(t1, t2), INFINITY, ALL_COMPLETED));
    show(&b, "drained:");
    task_release(t1);
    task_release(t2);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
