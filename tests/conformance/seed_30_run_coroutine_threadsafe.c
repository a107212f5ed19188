/* seed_30 - a loop in a thread of its own, and work for it from another. */
#include <pthread.h>

#include "python.h"

/* ---- In the loop ---- */
static int my_coroutine(void *arg, Value *result)
{
    puts("Running in coroutine");
    *result = (Value){ .s = "Coroutine Result" };
    return async_sleep(0.02);
}

static void *run_forever(void *loop)
{
    must(loop_run_forever(loop));
    return NULL;
}

static void callback(ConcurrentFuture *fut, void *arg)
{
    Value value;
    must(concurrent_future_result(fut, 0, &value));
    printf("Callback called with result: %s\n", value.s);
}

/* ---- The program ---- */
int main(void)
{
    Value value;
    pthread_t t;
    Loop *loop = loop_new();
    must(pthread_create(&t, NULL, run_forever, loop));
    ConcurrentFuture *fut = async_run_coroutine_threadsafe(my_coroutine, NULL,
                                                           loop);
    must(concurrent_future_result(fut, 5, &value));
    printf("main thread got: %s\n", value.s);
    must(concurrent_future_add_done_callback(fut, callback, NULL));
    must(loop_call_soon_threadsafe(loop, loop_stop_callback, loop));
    must(pthread_join(t, NULL));
    concurrent_future_release(fut);
    loop_free(loop);
    return 0;
}
