/* Two jobs for one thread, and both are cancelled: the one that runs goes on,
 * and its result is dropped; the one that waits never runs. */
#include <unistd.h>

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../threads.h"

/* ---- A job ---- */
/* It says that it has begun, and ends when a byte comes. */
typedef struct Reading {
    Loop *loop;
    Future *begun;
    int pipe[2];
    bool has_begun, has_ended;    /* read when the thread has ended */
} Reading;

static void tell_begun(void *begun)
{
    must_succeed(future_set_result(begun, (Value){ .i = 0 }), "begun");
}

static int work(void *arg, Value *result)
{
    Reading *reading = arg;
    char byte;
    reading->has_begun = true;
    int err = loop_call_soon_threadsafe(reading->loop, tell_begun,
                                        reading->begun);
    if (read(reading->pipe[0], &byte, 1) < 0)
        err = errno;
    reading->has_ended = true;
    return err;
}

static void let_end(Reading *reading)
{
    if (write(reading->pipe[1], "x", 1) != 1)
        must_succeed(errno, "pipe");
}

/* ---- Its beginning and its end ---- */
static void open_reading(Reading *reading)
{
    must_succeed(pipe(reading->pipe) < 0 ? errno : 0, "pipe");
    reading->loop = async_get_running_loop();
    reading->begun = pending_future(reading->loop);
}

static void close_reading(Reading *reading, const char *name)
{
    printf("%s: has begun: %s, has ended: %s\n", name,
           reading->has_begun ? "yes" : "no",
           reading->has_ended ? "yes" : "no");
    future_release(reading->begun);
    close(reading->pipe[0]);
    close(reading->pipe[1]);
}

/* ---- A cancellation ---- */
static SUSPENDS int give_up(Future *future, const char *name)
{
    future_cancel(future);
    int err = await(future, NULL);
    printf("%s: await() returns %s\n", name, error_name(err));
    future_release(future);
    return err == E_CANCELLED ? 0 : err;
}

/* ---- One thread for two ---- */
static int main_task(void *arg, Value *result)
{
    static Reading first, second;
    int threads = *(int *)arg;
    Executor *pool = must_have(thread_pool_executor_new(threads), "pool");
    open_reading(&first);
    open_reading(&second);
    Future *one = must_have(
        loop_run_in_executor(first.loop, pool, work, &first), "job");
    Future *two = must_have(
        loop_run_in_executor(first.loop, pool, work, &second), "job");
    int err = await(first.begun, NULL);
    if (err == 0 && threads > 1)
        err = await(second.begun, NULL);
    if (err == 0)
        err = give_up(one, "first");
    if (err == 0)
        err = give_up(two, "second");
    let_end(&first);
    let_end(&second);
    executor_free(pool);    /* blocks this thread, and the loop with it */
    close_reading(&first, "first");
    close_reading(&second, "second");
    return err;
}

/* ---- How many threads ---- */
int main(int argc, char **argv)
{
    int threads = argc > 1 ? atoi(argv[1]) : 1;
    if (threads < 1)
        threads = 1;
    must_succeed(run(main_task, &threads), "run");
    return 0;
}
