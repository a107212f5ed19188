/* Primes without end, by generators: a chain of sieves, and one that is told
 * where to go on. */
#include "../../03_futures/demo/virtual.h"
#include "../coro.h"

#include <limits.h>

static const Value nothing = { .p = NULL };

static Coro *generator(CoroFn *function, void *arg)
{
    return must_have(coro_new(function, arg, 16 * 1024), "coroutine");
}

/* ---- All numbers ---- */
static int count(void *arg, Value *result)
{
    for (long long n = 2; n < LLONG_MAX; n++)
        coro_yield((Value){ .i = n });
    return 0;
}

/* ---- One sieve ---- */
typedef struct Sieve {
    Coro *source;
    long long prime;    /* its multiples do not pass */
} Sieve;

static int sift(void *arg, Value *result)
{
    Sieve *sieve = arg;
    for (Value n; coro_resume(sieve->source, nothing, &n); )
        if (n.i % sieve->prime != 0)
            coro_yield(n);
    return 0;
}

/* ---- A chain of them ---- */
enum { MOST = 1000 };

/* What passes all sieves is a prime, and makes the next sieve. */
static void print_primes(int wanted)
{
    static Sieve sieves[MOST + 1];
    Coro *last = generator(count, NULL);
    for (int i = 0; i < wanted; i++) {
        Value prime;
        coro_resume(last, nothing, &prime);
        printf("%lld%s", prime.i, i + 1 < wanted ? " " : "\n");
        sieves[i] = (Sieve){ last, prime.i };
        last = generator(sift, &sieves[i]);
    }
    coro_free(last);
    for (int i = 0; i < wanted; i++)
        coro_free(sieves[i].source);
}

/* ---- Told where to go on ---- */
static bool is_prime(long long n)
{
    for (long long i = 2; i * i <= n; i++)
        if (n % i == 0)
            return false;
    return n > 1;
}

/* Whoever sends 0 wants the next one. */
static int primes_from(void *arg, Value *result)
{
    for (long long n = 2; n < LLONG_MAX; n++)
        if (is_prime(n)) {
            Value from = coro_yield((Value){ .i = n });
            if (from.i != 0)
                n = from.i - 1;
        }
    return 0;
}

static void print_next(Coro *primes, long long from)
{
    Value prime;
    coro_resume(primes, (Value){ .i = from }, &prime);
    printf("sent %lld: %lld\n", from, prime.i);
}

/* ---- Both ---- */
int main(int argc, char **argv)
{
    int wanted = argc > 1 ? atoi(argv[1]) : 10;
    print_primes(wanted < MOST ? wanted : MOST);
    Coro *primes = generator(primes_from, NULL);
    print_next(primes, 0);
    print_next(primes, 0);
    print_next(primes, 1000000);
    print_next(primes, 0);
    coro_free(primes);
    return 0;
}
