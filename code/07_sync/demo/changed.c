/* A bike takes one parcel, a van leaves with three: each waits until there are
 * enough for it. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/gather.h"
#include "../condition.h"

/* ---- The store ---- */
static Condition changed;    /* and its lock, which goes with the number */
static int parcels;

static void say(const char *who, const char *does, int number)
{
    printf("%.0f s: %s %s %d\n", loop_time(async_get_running_loop()), who, does,
           number);
}

/* ---- Who waits for enough ---- */
typedef struct Carrier {
    const char *name;
    int room;
} Carrier;

static bool has_enough(void *arg)
{
    Carrier *carrier = arg;
    say(carrier->name, "looks: parcels in store:", parcels);
    return parcels >= carrier->room;
}

static int carry(void *arg, Value *result)
{
    Carrier *carrier = arg;
    int err = condition_acquire(&changed);
    if (err != 0)
        return err;
    err = condition_wait_for(&changed, has_enough, carrier);
    if (err == 0) {
        parcels -= carrier->room;
        say(carrier->name, "leaves with", carrier->room);
    }
    condition_release(&changed);
    return err;
}

/* ---- Who changes it ---- */
static int deliver(void *arg, Value *result)
{
    for (int i = 0; i < 4; i++) {
        int err = async_sleep(1);
        if (err == 0)
            err = condition_acquire(&changed);
        if (err != 0)
            return err;
        say("the post", "brings", 1);
        parcels++;
        condition_notify_all(&changed);
        condition_release(&changed);
    }
    return 0;
}

/* ---- All three ---- */
static int all(void *arg, Value *result)
{
    Carrier van = { "the van", 3 }, bike = { "the bike", 1 };
    return async_gather_calls(CALLS({ carry, &van }, { carry, &bike },
                                    { deliver, NULL }), NULL, 0);
}

int main(void)
{
    must_succeed(run_virtual(all, NULL), "run");
    return 0;
}
