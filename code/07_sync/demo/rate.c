/* No more than three requests begin within any second. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/gather.h"
#include "../semaphore.h"

/* ---- A limit ---- */
/* A permit that is taken comes back after so many seconds, whatever its taker
 * does meanwhile.  The limit must last as long as the loop. */
typedef struct RateLimit {
    Semaphore permits;
    double seconds;
} RateLimit;

static void give_back(void *permits)
{
    semaphore_release(permits);
}

static SUSPENDS int rate_limit_wait(RateLimit *limit)
{
    int err = semaphore_acquire(&limit->permits);
    if (err != 0)
        return err;
    Loop *loop = async_get_running_loop();
    if (loop_call_later(loop, limit->seconds, give_back, &limit->permits) != 0)
        return 0;
    give_back(&limit->permits);
    return ENOMEM;
}

/* ---- One request ---- */
static RateLimit limit = { .seconds = 1 };

static int request(void *arg, Value *result)
{
    double comes = *(double *)arg;
    int err = async_sleep(comes);
    if (err == 0)
        err = rate_limit_wait(&limit);
    if (err != 0)
        return err;
    printf("%5.2f s  %6.2f s\n", comes, loop_time(async_get_running_loop()));
    return 0;
}

/* ---- When they come ---- */
static double times[] = { 0, 0.25, 0.5, 0.75, 0.75, 0.75, 0.75, 3, 3, 3, 3, 3 };
enum { REQUESTS = sizeof times / sizeof *times };

static int all_requests(void *arg, Value *result)
{
    Call calls[REQUESTS];
    for (int i = 0; i < REQUESTS; i++)
        calls[i] = (Call){ request, &times[i] };
    puts("comes at  begins at");
    return async_gather_calls(calls, REQUESTS, NULL, 0);
}

int main(int argc, char **argv)
{
    int most = argc > 1 ? atoi(argv[1]) : 3;
    semaphore_init(&limit.permits, most > 0 ? most : 1);
    must_succeed(run_virtual(all_requests, NULL), "run");
    return 0;
}
