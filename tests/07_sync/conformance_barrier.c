/* Programs in Python about barriers, and what CPython prints for them: the same
 * lines, in the same order. */
#include "../../code/06_gather/gather.h"
#include "../../code/06_gather/wait.h"
#include "../../code/07_sync/barrier.h"
#include "../05_tasks/python.h"

#include <math.h>

/* ---- barrier_02: aborted, and reset ---- */
static Barrier barrier;

static int pass_it(void *name, Value *result)
{
    int err = barrier_wait(&barrier, NULL);
    print("%s %s\n", (char *)name, err == 0 ? "passed" : error_name(err));
    return 0;
}

static int main_of_barrier_02(void *arg, Value *result)
{
    CHECK_INT(barrier_init(&barrier, 3), 0);
    Task *a = create(pass_it, "1"), *b = create(pass_it, "2");
    async_sleep(0.01);
    print("waiting %zu\n", barrier_n_waiting(&barrier));
    CHECK_INT(barrier_abort(&barrier), 0);
    CHECK_INT(async_wait(FUTURES(a, b), INFINITY, ALL_COMPLETED), 0);
    print("broken %s\n", truth(barrier_broken(&barrier)));
    CHECK_INT(pass_it("late", NULL), 0);
    CHECK_INT(barrier_reset(&barrier), 0);
    print("after reset broken %s\n", truth(barrier_broken(&barrier)));
    task_release(a);
    task_release(b);
    return async_gather_calls(CALLS({ pass_it, "r" }, { pass_it, "r" },
                                    { pass_it, "r" }), NULL, 0);
}

TEST(barrier_02_abort)    /* B2 */
{
    run(main_of_barrier_02);
    CHECK_STR(printed, "waiting 2\n"
                       "1 BrokenBarrierError\n"
                       "2 BrokenBarrierError\n"
                       "broken True\n"
                       "late BrokenBarrierError\n"
                       "after reset broken False\n"
                       "r passed\n"
                       "r passed\n"
                       "r passed\n");
}

/* ---- barrier_04: one is cancelled ---- */
static int come_late(void *delay, Value *result)
{
    async_sleep(*(double *)delay);
    int err = barrier_wait(&barrier, NULL);
    if (err == 0)
        print("passed, barrier intact: %s\n",
              truth(!barrier_broken(&barrier)));
    return err;
}

static int main_of_barrier_04(void *arg, Value *result)
{
    double delays[] = { 0.01, 0.02 };
    CHECK_INT(barrier_init(&barrier, 2), 0);
    Task *task = create(come_late, &delays[0]);
    async_sleep(0.02);
    task_cancel(task);
    CHECK_INT(async_wait(FUTURES(task), INFINITY, ALL_COMPLETED), 0);
    print("cancelled %s waiting %zu broken %s\n", truth(task_cancelled(task)),
          barrier_n_waiting(&barrier), truth(barrier_broken(&barrier)));
    task_release(task);
    return async_gather_calls(CALLS({ come_late, &delays[0] },
                                    { come_late, &delays[1] }), NULL, 0);
}

TEST(barrier_04_cancel_one_waiter)    /* B4 */
{
    run(main_of_barrier_04);
    CHECK_STR(printed, "cancelled True waiting 0 broken False\n"
                       "passed, barrier intact: True\n"
                       "passed, barrier intact: True\n");
}

/* ---- seed_19: three of them ---- */
static int wait_silently(void *arg, Value *result)
{
    return barrier_wait(&barrier, NULL);
}

static void show(const char *label)
{
    print("%s waiting %zu of %zu broken %s\n", label,
          barrier_n_waiting(&barrier), barrier_parties(&barrier),
          truth(barrier_broken(&barrier)));
}

static int main_of_seed_19(void *arg, Value *result)
{
    CHECK_INT(barrier_init(&barrier, 3), 0);
    Task *a = create(wait_silently, NULL), *b = create(wait_silently, NULL);
    async_sleep(0);
    show("two tasks wait:");
    CHECK_INT(barrier_wait(&barrier, NULL), 0);
    show("third wait passed the barrier:");
    print("barrier passed\n");
    CHECK_INT(async_wait(FUTURES(a, b), INFINITY, ALL_COMPLETED), 0);
    show("drained:");
    task_release(a);
    task_release(b);
    return 0;
}

TEST(seed_19_barrier_example)
{
    run(main_of_seed_19);
    CHECK_STR(printed,
              "two tasks wait: waiting 2 of 3 broken False\n"
              "third wait passed the barrier: waiting 0 of 3 broken False\n"
              "barrier passed\n"
              "drained: waiting 0 of 3 broken False\n");
}
