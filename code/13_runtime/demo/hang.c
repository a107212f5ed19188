/* Three clerks, three stamps, and a form that needs two of them: each takes one
 * and waits for another's. */
#define WEFT_ORIGINS
#include "../../03_futures/demo/virtual.h"
#include "../../06_gather/gather.h"
#include "../../07_sync/lock.h"
#include "../runner.h"
#include "../origins.h"

/* ---- A clerk ---- */
typedef struct Clerk {
    const char *name;
    Lock *first, *second;
} Clerk;

static SUSPENDS int take_second(Clerk *clerk)
{
    int err = async_sleep(0.01);    /* the others come in */
    printf("%s has one stamp\n", clerk->name);
    if (err == 0)
        err = lock_acquire(clerk->second);
    if (err != 0)
        return err;
    printf("%s has both\n", clerk->name);
    return lock_release(clerk->second);
}

static int stamp(void *arg, Value *result)
{
    Clerk *clerk = arg;
    task_set_name(async_current_task(), clerk->name);
    int err = lock_acquire(clerk->first);
    if (err != 0)
        return err;
    err = take_second(clerk);
    lock_release(clerk->first);
    return err;
}

/* ---- The office ---- */
static int open_office(void *arg, Value *result)
{
    Lock date = { 0 }, seal = { 0 }, name = { 0 };
    Clerk ana = { "ana", &date, &seal }, ben = { "ben", &seal, &name };
    Clerk cleo = { "cleo", &name, &date };
    task_set_name(async_current_task(), "office");
    return async_gather_calls(CALLS({ stamp, &ana }, { stamp, &ben },
                                    { stamp, &cleo }), NULL, 0);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    return async_main(open_office, NULL);
}
