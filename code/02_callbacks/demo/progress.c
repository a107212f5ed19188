/* Four threads count primes, and tell the loop how far they are. */
#include "must.h"

#include <pthread.h>

enum { THREADS = 4, BLOCKS = 100, NUMBERS = 10000 };    /* in each block */

static Loop *loop;
static pthread_t threads[THREADS];

/* ---- In the loop's thread ---- */
/* Nobody else touches these, so they need no lock. */
static int done, primes, ticks;

static void tick(void *arg)
{
    ticks++;
    must_have(loop_call_later(loop, 0.001, tick, NULL), "ticker");
}

static void add_block(void *arg)
{
    int *found = arg;
    primes += *found;
    done++;
    if (done % 25 == 0)
        printf("%3d %%\n", done);
    if (done == BLOCKS)
        loop_stop(loop);
}

/* ---- In the other threads ---- */
static bool is_prime(int number)
{
    for (int i = 2; i * i <= number; i++)
        if (number % i == 0)
            return false;
    return number > 1;
}

/* Each thread takes every fourth block.  It writes what it has found into a
 * place that is this block's alone, and then lets go of it. */
static void *count_primes(void *arg)
{
    static int found[BLOCKS];
    for (int block = *(int *)arg; block < BLOCKS; block += THREADS) {
        for (int i = block * NUMBERS; i < (block + 1) * NUMBERS; i++)
            found[block] += is_prime(i);
        must_be_0(loop_call_soon_threadsafe(loop, add_block, &found[block]),
                  "report");
    }
    return NULL;
}

/* ---- All together ---- */
int main(void)
{
    int first[THREADS] = { 0, 1, 2, 3 };
    loop = loop_new();
    must_have(loop != NULL, "loop");
    must_have(loop_call_soon(loop, tick, NULL), "ticker");
    for (int i = 0; i < THREADS; i++)
        must_be_0(pthread_create(&threads[i], NULL, count_primes, &first[i]),
                  "thread");
    must_be_0(loop_run_forever(loop), "run");
    for (int i = 0; i < THREADS; i++)
        must_be_0(pthread_join(threads[i], NULL), "join");
    printf("%d primes below %d\n", primes, BLOCKS * NUMBERS);
    printf("the loop ticked %d times meanwhile\n", ticks);
    loop_free(loop);
    return 0;
}
