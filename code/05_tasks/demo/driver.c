/* A coroutine that yields what it waits for, and a function that resumes it. */
#include "../../03_futures/demo/fetch.h"
#include "../../04_coroutines/coro.h"

/* ---- In the coroutine ---- */
static int wait_for(Future *future, Value *result)
{
    coro_yield((Value){ .p = future });
    return future_result(future, result);
}

static int pause_for(Loop *loop, double seconds)
{
    Future *future = pending_future(loop);
    must_schedule(loop_call_later(loop, seconds, future_cancel_callback,
                                  future));
    int err = wait_for(future, NULL);
    future_release(future);
    return err == E_CANCELLED ? 0 : err;
}

static int count(void *name, Value *result)
{
    Loop *loop = async_get_running_loop();
    for (int i = 1; i <= 3; i++) {
        pause_for(loop, 1);
        printf("%.0f s: %s %d\n", loop_time(loop), (char *)name, i);
    }
    return 0;
}

/* ---- The driver ---- */
/* Goes on with it, and will do so again when that is done which it waits for.
 * The first time there is nothing that is done. */
static void step(Future *done, void *coro)
{
    Value future;
    if (coro_resume(coro, (Value){ .p = NULL }, &future))
        must_succeed(future_add_done_callback(future.p, step, coro), "step");
    else
        coro_free(coro);
}

static void begin(void *name)
{
    step(NULL, must_have(coro_new(count, name, 0), "coroutine"));
}

/* ---- Two of them ---- */
int main(void)
{
    Loop *loop = virtual_loop();
    must_schedule(loop_call_soon(loop, begin, "one"));
    must_schedule(loop_call_soon(loop, begin, "two"));
    run_for(loop, 5);
    loop_free(loop);
}
