/* cpython.h - what the tests share that were read from CPython's own about
 * async generators: generators that are made, asked, and freed at the end. */
#ifndef ITERATION_CPYTHON_H
#define ITERATION_CPYTHON_H

#include "../06_gather/cpython.h"
#include "asking.h"

static int done;

/* ---- Inside ---- */
static inline int give(long long value)
{
    return async_yield(number(value), NULL);
}

static inline int nap(void)
{
    return async_sleep(0.01);
}

static inline int nap_twice(void)
{
    int err = nap();
    return err != 0 ? err : nap();
}

/* Sleeps, and then somebody cancels what it awaits: the task is not. */
static inline int sleep_and_crash(void)
{
    Future *future = new_future();
    later(0.005, future_cancel_callback, future);
    int err = await(future, NULL);
    future_release(future);
    return err;
}

/* ---- Outside ---- */
/* list(gen()), where all that comes must be as wanted. */
static inline int take_all(CoroFn *function, const int wanted[], int n)
{
    AsyncGenerator *generator = new_generator(function, NULL);
    Value value;
    int err, i = 0;
    while ((err = async_generator_next(generator, &value)) == 0) {
        CHECK(i < n);
        CHECK_INT(value.i, wanted[i++]);
    }
    CHECK_INT(i, n);
    async_generator_free(generator);
    return err;
}

/* The test with a generator, in a task of its own. */
typedef void Scene(AsyncGenerator *);

typedef struct Script {
    CoroFn *function;
    Scene *scene;
} Script;

static inline int act(void *arg, Value *result)
{
    const Script *script = arg;
    AsyncGenerator *generator = new_generator(script->function, NULL);
    script->scene(generator);
    async_generator_free(generator);
    return 0;
}

static inline void perform(CoroFn *function, Scene *scene)
{
    Script script = { function, scene };
    Loop *loop = new_loop();
    done = 0;
    CHECK_INT(run_in(loop, act, &script, NULL), 0);
    finish(loop);
}

#endif
