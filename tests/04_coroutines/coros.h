/* coros.h - what the tests of layer 4 share. */
#ifndef COROS_H
#define COROS_H

#include <pthread.h>

#include "../../code/04_coroutines/coro.h"
#include "../../code/04_coroutines/sanitizer.h"
#include "../check.h"

/* ---- Who watches us ---- */
/* 0 or 1: under valgrind, which takes its time. */
static inline int on_valgrind(void)
{
#ifdef RUNNING_ON_VALGRIND
    return RUNNING_ON_VALGRIND;
#else
    return 0;
#endif
}

/* Under whatever makes coroutines dear, fewer do as well. */
static inline int many(int n)
{
#if defined HAS_ASAN || defined HAS_TSAN
    return n / 10;
#else
    return on_valgrind() ? n / 10 : n;
#endif
}

/* ---- Values ---- */
static inline Value of(long long i)
{
    return (Value){ .i = i };
}

/* ---- Shortcuts ---- */
static inline Coro *new_coro(CoroFn *function, void *arg)
{
    Coro *coro = coro_new(function, arg, 0);
    CHECK(coro != NULL);
    return coro;
}

/* Sends a number, and takes the one that it yields. */
static inline long long send(Coro *coro, long long in)
{
    Value out = of(-1);
    CHECK(coro_resume(coro, of(in), &out));
    return out.i;
}

/* Resumes it for the last time. */
static inline void finish(Coro *coro)
{
    Value out = of(-99);
    CHECK(!coro_done(coro));
    CHECK(!coro_resume(coro, of(0), &out));
    CHECK(coro_done(coro));
    CHECK_INT(out.i, -99);
}

/* What it returned without an error. */
static inline long long result_of(Coro *coro)
{
    Value result = of(-1);
    CHECK_INT(coro_result(coro, &result), 0);
    return result.i;
}

static inline void in_thread(void *(*function)(void *), void *arg)
{
    pthread_t id;
    CHECK_INT(pthread_create(&id, NULL, function, arg), 0);
    CHECK_INT(pthread_join(id, NULL), 0);
}

#endif
