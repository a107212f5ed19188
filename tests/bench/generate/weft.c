/* weft.c - values from an async generator in Weft. */
#include "../../../code/12_iteration/iterator.h"
#include "../../../code/13_runtime/runner.h"
#include "../bench.h"

enum { VALUES = 2000000 };

/* ---- Generators ---- */
static int count(void *arg, Value *result)
{
    int err = 0;
    for (long i = 0; i < VALUES && err == 0; i++)
        err = async_yield((Value){ .i = i }, NULL);
    return err;
}

static int count_and_wait(void *arg, Value *result)
{
    int err = 0;
    for (long i = 0; i < VALUES && err == 0; i++) {
        err = async_sleep(0);
        if (err == 0)
            err = async_yield((Value){ .i = i }, NULL);
    }
    return err;
}

/* Hands on what another one yields. */
static int pass_on(void *source, Value *result)
{
    Value value;
    int err;
    while ((err = async_generator_next(source, &value)) == 0 &&
           (err = async_yield(value, NULL)) == 0)
        continue;
    return err == E_STOP_ITERATION ? 0 : err;
}

/* ---- Asking ---- */
static SUSPENDS void measure(const char *name, AsyncGenerator *generator)
{
    Value value;
    long values = 0;
    long long sum = 0;
    require(generator != NULL, "no generator");
    begin_phase();
    for (; async_generator_next(generator, &value) == 0; values++)
        sum += value.i;
    end_phase();
    require(values == VALUES && sum == (VALUES - 1LL) * VALUES / 2,
            "not every value has come");
    report(name, VALUES);
    async_generator_free(generator);
}

static int measure_all(void *arg, Value *result)
{
    measure("value", async_generator_new(count, NULL));
    measure("after_a_turn", async_generator_new(count_and_wait, NULL));
    AsyncGenerator *inner = async_generator_new(count, NULL);
    measure("passed_on", async_generator_new(pass_on, inner));
    async_generator_free(inner);
    return 0;
}

int main(void)
{
    return async_main(measure_all, NULL);
}
