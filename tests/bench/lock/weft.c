/* weft.c - a lock in Weft: free, and among a hundred tasks. */
#include "../../../code/05_tasks/demo/run.h"
#include "../../../code/06_gather/gather.h"
#include "../../../code/07_sync/lock.h"
#include "../bench.h"

enum { PAIRS = 1000000, TASKS = 100 };

static Lock lock;
static long held;

/* ---- Nobody else wants it ---- */
static void measure_free(void)
{
    int err = 0;
    begin_phase();
    for (long i = 0; i < PAIRS && err == 0; i++) {
        err = lock_acquire(&lock);
        held++;
        lock_release(&lock);
    }
    end_phase();
    require(err == 0 && held == PAIRS, "not always acquired");
    report("free", PAIRS);
}

/* ---- All the others wait ---- */
/* Who has it lets the others run, and they find it locked. */
static int holder(void *arg, Value *result)
{
    int err = 0;
    for (long i = 0; i < PAIRS / TASKS && err == 0; i++) {
        err = lock_acquire(&lock);
        if (err != 0)
            return err;
        held++;
        err = async_sleep(0);
        lock_release(&lock);
    }
    return err;
}

static void measure_contended(void)
{
    static Call calls[TASKS];
    held = 0;
    for (int i = 0; i < TASKS; i++)
        calls[i] = (Call){ holder, NULL };
    begin_phase();
    int err = async_gather_calls(calls, TASKS, NULL, 0);
    end_phase();
    require(err == 0 && held == PAIRS, "not always acquired");
    report("among_100", PAIRS);
}

static int measure_all(void *arg, Value *result)
{
    measure_free();
    measure_contended();
    return 0;
}

int main(void)
{
    return run(measure_all, NULL);
}
