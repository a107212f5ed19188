/* The example of asyncio's manual: an hour is too long. */
#include "work.h"

/* ---- An hour ---- */
static int eternity(void *arg, Value *result)
{
    int err = async_sleep(3600);
    if (err == 0)
        puts("yay!");
    return err;
}

/* ---- At most a second ---- */
static int wait_for_eternity(void *seconds, Value *result)
{
    int err = async_wait_for_call(eternity, NULL, *(double *)seconds, NULL);
    if (err != E_TIMEOUT)
        return err;
    puts("timeout!");
    return 0;
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 1;
    must_succeed(run_virtual(wait_for_eternity, &seconds), "run");
    return 0;
}
