/* Ten downloads, and no more than three of them at once. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/gather.h"
#include "../semaphore.h"

enum { DOWNLOADS = 10 };

static double now(void)
{
    return loop_time(async_get_running_loop());
}

/* ---- One download ---- */
static int running, most;    /* now, and at any time so far */

static SUSPENDS int transfer(int number)
{
    most = ++running > most ? running : most;
    printf("%4.1f s: %2d begins\n", now(), number);
    int err = async_sleep(1 + number % 4 * 0.5);
    printf("%4.1f s: %2d ends\n", now(), number);
    running--;
    return err;
}

/* ---- When there is a permit ---- */
static Semaphore permits;

static int download(void *number, Value *result)
{
    int err = semaphore_acquire(&permits);
    if (err != 0)
        return err;
    err = transfer(*(int *)number);
    semaphore_release(&permits);
    return err;
}

/* ---- All of them ---- */
static int download_all(void *arg, Value *result)
{
    int numbers[DOWNLOADS];
    Call calls[DOWNLOADS];
    for (int i = 0; i < DOWNLOADS; i++) {
        numbers[i] = i + 1;
        calls[i] = (Call){ download, &numbers[i] };
    }
    int err = async_gather_calls(calls, DOWNLOADS, NULL, 0);
    printf("done after %.1f s, %d at once at the most\n", now(), most);
    return err;
}

int main(int argc, char **argv)
{
    int limit = argc > 1 ? atoi(argv[1]) : 3;
    semaphore_init(&permits, limit > 0 ? limit : 1);
    must_succeed(run_virtual(download_all, NULL), "run");
    return 0;
}
