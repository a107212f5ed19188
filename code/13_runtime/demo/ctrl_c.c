/* Ctrl-C cancels main, which cleans up.  A second one does not wait for that,
 * and a third one does not wait for a loop that is stuck. */
#include <stdlib.h>
#include <unistd.h>

#include "../runner.h"

/* ---- Until Ctrl-C ---- */
static SUSPENDS int clean_up(double seconds)
{
    puts("cleans up");
    int err = async_sleep(seconds);
    puts(err == 0 ? "is clean" : "leaves it as it is");
    return err;
}

static int work(void *seconds, Value *result)
{
    puts("works");
    int err = async_sleep(3600);
    clean_up(*(double *)seconds);
    return err;
}

/* ---- Stuck ---- */
/* What blocks lets nobody else run, and no cancellation come. */
static int block(void *arg, Value *result)
{
    puts("blocks");
    for (;;)
        pause();
    return 0;
}

/* ---- How long to clean up ---- */
int main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 0.1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    return async_main(seconds < 0 ? block : work, &seconds);
}
