/* askers.h - threads that ask a loop for a coroutine's result. */
#ifndef ASKERS_H
#define ASKERS_H

#include "workers.h"

/* ---- A thread that asks ---- */
typedef struct Asker {
    Loop *loop;
    CoroFn *function;
    void *arg;
    double timeout;
    int error;
    Value value;
    pthread_t thread;
} Asker;

static inline ConcurrentFuture *run_coroutine(Loop *loop, CoroFn *function,
                                              void *arg)
{
    ConcurrentFuture *future = async_run_coroutine_threadsafe(function, arg,
                                                              loop);
    CHECK(future != NULL);
    return future;
}

static inline void *ask_there(void *arg)
{
    Asker *asker = arg;
    ConcurrentFuture *future = run_coroutine(asker->loop, asker->function,
                                             asker->arg);
    asker->error = concurrent_future_result(future, asker->timeout,
                                            &asker->value);
    concurrent_future_release(future);
    loop_call_soon_threadsafe(asker->loop, loop_stop_callback, asker->loop);
    return NULL;
}

static inline void begin_asker(Asker *asker)
{
    asker->thread = new_thread(ask_there, asker);
}

/* Until it has asked, and stopped the loop. */
static inline void answer(Asker *asker)
{
    begin_asker(asker);
    CHECK_INT(loop_run_forever(asker->loop), 0);
    join_thread(asker->thread);
}

#endif
