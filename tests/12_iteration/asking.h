/* asking.h - generators made and asked, where all must go well, or end. */
#ifndef ASKING_H
#define ASKING_H

#include "../../code/12_iteration/generator.h"
#include "../check.h"

static inline Value number(long long i)
{
    return (Value){ .i = i };
}

/* ---- Making ---- */
static inline AsyncGenerator *new_generator(CoroFn *function, void *arg)
{
    AsyncGenerator *generator = async_generator_new(function, arg);
    CHECK(generator != NULL);
    return generator;
}

/* ---- Asking ---- */
/* The value, and there must be one. */
static inline long long next_of(AsyncGenerator *generator)
{
    Value value = number(0);
    CHECK_INT(async_generator_next(generator, &value), 0);
    return value.i;
}

static inline long long send_to(AsyncGenerator *generator, long long in)
{
    Value value = number(0);
    CHECK_INT(async_generator_send(generator, number(in), &value), 0);
    return value.i;
}

static inline long long throw_at(AsyncGenerator *generator, int error)
{
    Value value = number(0);
    CHECK_INT(async_generator_throw(generator, error, &value), 0);
    return value.i;
}

/* The error, and there must be one: then the value is zero. */
static inline int end_of(AsyncGenerator *generator)
{
    Value value = number(7);
    int err = async_generator_next(generator, &value);
    CHECK(err != 0);
    CHECK_INT(value.i, 0);
    return err;
}

static inline int end_by(AsyncGenerator *generator, int error)
{
    Value value = number(7);
    int err = async_generator_throw(generator, error, &value);
    CHECK(err != 0);
    CHECK_INT(value.i, 0);
    return err;
}

/* It has ended, and whatever is asked says so. */
static inline void check_ended(AsyncGenerator *generator)
{
    CHECK_INT(end_of(generator), E_STOP_ITERATION);
    CHECK_INT(async_generator_send(generator, number(7), NULL),
              E_STOP_ITERATION);
    CHECK_INT(end_by(generator, EPIPE), E_STOP_ITERATION);
    CHECK_INT(async_generator_aclose(generator), 0);
}

#endif
