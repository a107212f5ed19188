/* A result that comes later: from a timer, and from another thread. */
#include <pthread.h>

#include "virtual.h"

/* ---- Who works ---- */
static void work(void *future)
{
    must_succeed(future_set_result(future, (Value){ .s = "666" }), "result");
}

/* ---- Who waits ---- */
static void tell(Future *future, void *name)
{
    Value value = { .s = "nothing" };
    future_result(future, &value);
    printf("%s is told: %s\n", (char *)name, value.s);
}

static void wait_for(Future *future)
{
    Value value = { .s = "nothing" };
    must_succeed(future_add_done_callback(future, tell, "ana"), "ana");
    must_succeed(future_add_done_callback(future, tell, "ben"), "ben");
    Loop *loop = future_get_loop(future);
    must_succeed(loop_run_until_complete(loop, future, &value), "future");
    printf("main has it: %s\n", value.s);
}

/* ---- In two seconds ---- */
static void by_timer(void)
{
    Loop *loop = virtual_loop();
    Future *future = pending_future(loop);
    must_schedule(loop_call_later(loop, 2, work, future));
    wait_for(future);
    printf("after %.0f s\n", loop_time(loop));
    future_release(future);
    loop_free(loop);
}

/* ---- In another thread ---- */
typedef struct Errand {
    Loop *loop;
    Future *future;    /* for the loop's thread alone to touch */
} Errand;

static void *run_errand(void *arg)
{
    Errand *errand = arg;
    int err = loop_call_soon_threadsafe(errand->loop, work, errand->future);
    must_succeed(err, "thread");
    return NULL;
}

static void by_thread(void)
{
    Loop *loop = virtual_loop();
    Errand errand = { loop, pending_future(loop) };
    pthread_t thread;
    must_succeed(pthread_create(&thread, NULL, run_errand, &errand), "thread");
    wait_for(errand.future);
    must_succeed(pthread_join(thread, NULL), "thread");
    future_release(errand.future);
    loop_free(loop);
}

/* ---- Both ---- */
int main(void)
{
    puts("From a timer:");
    by_timer();
    puts("From another thread:");
    by_thread();
    return 0;
}
