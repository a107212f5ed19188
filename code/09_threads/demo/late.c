/* Two jobs for one thread, and both are cancelled: the one that runs goes on,
 * and its result is dropped; the one that waits never runs. */
#include <unistd.h>

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../threads.h"

/* ---- A job ---- */
/* It says that it has begun, and ends when a byte comes. */
typedef struct Job {
    Loop *loop;
    Future *begun;
    int pipe[2];
    bool has_begun, has_ended;    /* read when the thread has ended */
} Job;

static void tell_begun(void *begun)
{
    must_succeed(future_set_result(begun, (Value){ .i = 0 }), "begun");
}

static int work(void *arg, Value *result)
{
    Job *job = arg;
    char byte;
    job->has_begun = true;
    int err = loop_call_soon_threadsafe(job->loop, tell_begun, job->begun);
    if (read(job->pipe[0], &byte, 1) < 0)
        err = errno;
    job->has_ended = true;
    return err;
}

static void let_end(Job *job)
{
    if (write(job->pipe[1], "x", 1) != 1)
        must_succeed(errno, "pipe");
}

/* ---- Its beginning and its end ---- */
static void open_job(Job *job)
{
    must_succeed(pipe(job->pipe) < 0 ? errno : 0, "pipe");
    job->loop = async_get_running_loop();
    job->begun = pending_future(job->loop);
}

static void close_job(Job *job, const char *name)
{
    printf("%s: has begun: %s, has ended: %s\n", name,
           job->has_begun ? "yes" : "no", job->has_ended ? "yes" : "no");
    future_release(job->begun);
    close(job->pipe[0]);
    close(job->pipe[1]);
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
    static Job first, second;
    int threads = *(int *)arg;
    Executor *pool = must_have(thread_pool_executor_new(threads), "pool");
    open_job(&first);
    open_job(&second);
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
    executor_free(pool);    /* waits for the thread */
    close_job(&first, "first");
    close_job(&second, "second");
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
