/* Primes are counted in other processes.  A job that crashes there is an error
 * of this job, and of nothing else. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/gather.h"
#include "../threads.h"

/* ---- The work ---- */
static bool is_prime(long n)
{
    for (long i = 2; i * i <= n; i++)
        if (n % i == 0)
            return false;
    return n > 1;
}

typedef struct Range {
    long from, to;
} Range;

/* It can look at `arg`: that was there before the process was forked. */
static int count_primes(void *arg, Value *result)
{
    const Range *range = arg;
    result->i = 0;
    for (long n = range->from; n < range->to; n++)
        result->i += is_prime(n);
    return 0;
}

/* ---- A crash ---- */
static int crash(void *arg, Value *result)
{
    abort();    /* as an assertion that fails */
}

/* ---- The jobs ---- */
typedef struct Piece {
    const char *name;
    WorkFn *function;
    Range range;
} Piece;

static Piece pieces[] = {
    { "from 0", count_primes, { 0, 50000 } },
    { "from 50000", count_primes, { 50000, 100000 } },
    { "crash", crash, { 0, 0 } },
    { "from 100000", count_primes, { 100000, 150000 } },
    { "from 150000", count_primes, { 150000, 200000 } },
};
enum { PIECES = sizeof pieces / sizeof *pieces };

/* ---- All at once ---- */
static Outcome outcomes[PIECES];

static int work(void *pool, Value *result)
{
    Loop *loop = async_get_running_loop();
    Future *futures[PIECES];
    for (int i = 0; i < PIECES; i++)
        futures[i] = must_have(loop_run_in_executor(loop, pool,
                                                    pieces[i].function,
                                                    &pieces[i].range), "job");
    int err = async_gather(futures, PIECES, outcomes, RETURN_EXCEPTIONS);
    for (int i = 0; i < PIECES; i++)
        future_release(futures[i]);
    return err;
}

/* ---- What they found ---- */
static void print(void)
{
    long sum = 0;
    for (int i = 0; i < PIECES; i++) {
        long number = outcomes[i].value.i;
        if (outcomes[i].error == 0)
            printf("%-12s %5ld primes\n", pieces[i].name, number);
        else
            printf("%-12s %s, signal %ld\n", pieces[i].name,
                   error_name(outcomes[i].error), -number);
        sum += outcomes[i].error == 0 ? number : 0;
    }
    printf("%-12s %5ld primes\n", "together", sum);
}

/* ---- The pool comes first ---- */
/* It forks: so before there are threads, and before there is a loop. */
int main(int argc, char **argv)
{
    int workers = argc > 1 ? atoi(argv[1]) : 2;
    Executor *pool = must_have(process_pool_executor_new(
                                   workers > 0 ? workers : 1), "pool");
    must_succeed(run(work, pool), "run");
    executor_free(pool);
    print();
    return 0;
}
