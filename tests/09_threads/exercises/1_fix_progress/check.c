/* What has to come first is waited for with bytes in pipes, never with time.
 * What worked before the bugs were found still has to: that test gives
 * nothing. */
#include "../../../check.h"
#include "../../../../code/09_threads/exercises/1_fix_progress/progress.h"

#include <pthread.h>
#include <stdatomic.h>

enum { MANY = 100 };

static Loop *loop;
static Executor *pool;
static pthread_t loop_thread;

/* ---- Bytes that are waited for ---- */
typedef struct Gate {
    int fd[2];
} Gate;

static Gate first, second;

static void gate_open(Gate *gate)
{
    CHECK_INT(write(gate->fd[1], "!", 1), 1);
}

static void gate_pass(Gate *gate)
{
    char byte;
    CHECK_INT(read(gate->fd[0], &byte, 1), 1);
}

static void gate_open_callback(void *gate)
{
    gate_open(gate);
}

static void gate_pass_callback(void *gate)
{
    gate_pass(gate);
}

/* ---- What is told ---- */
static struct {
    int percents[MANY], n, strangers;
    Gate *opens;
} told;

static void on_progress(int percent, void *arg)
{
    CHECK_PTR(arg, &told);
    told.strangers += !pthread_equal(pthread_self(), loop_thread);
    CHECK(told.n < MANY);
    told.percents[told.n++] = percent;
    if (told.opens != NULL)
        gate_open(told.opens);
}

/* ---- Who runs a job ---- */
static struct {
    JobFn *function;
    int arg, err, told_at_end;
    bool was_running;     /* when job_run() had returned */
    Task *task;
} runner;

static atomic_bool is_running;

static int run_job(void *arg, Value *result)
{
    runner.err = job_run(runner.function, &runner.arg, on_progress, &told);
    runner.was_running = is_running;
    runner.told_at_end = told.n;
    return runner.err;
}

/* What was posted is called once more. */
static void turn(void *arg)
{
    CHECK(loop_call_soon(loop, loop_stop_callback, loop) != 0);
}

static void set_up(JobFn *function)
{
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    pool = thread_pool_executor_new(2);
    CHECK(loop != NULL && pool != NULL);
    loop_set_default_executor(loop, pool);
    loop_thread = pthread_self();
    CHECK_INT(pipe(first.fd), 0);
    CHECK_INT(pipe(second.fd), 0);
    memset(&told, 0, sizeof told);
    runner.function = function;
    runner.task = loop_create_task(loop, run_job, NULL);
    CHECK(runner.task != NULL);
}

static void finish(int err)
{
    CHECK_INT(loop_run_until_complete(loop, runner.task, NULL), err);
    task_release(runner.task);
    executor_free(pool);
    CHECK(loop_call_soon(loop, turn, NULL) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
    CHECK(!runner.was_running);
    CHECK_INT(told.n, runner.told_at_end);
    CHECK_INT(told.strangers, 0);
    loop_free(loop);
    for (int i = 0; i < 2; i++) {
        close(first.fd[i]);
        close(second.fd[i]);
    }
}

/* ---- Jobs ---- */
static int add_one(Job *job, void *arg)
{
    CHECK(!pthread_equal(pthread_self(), loop_thread));
    CHECK(!job_should_stop(job));
    int *number = arg;
    return *number == 7 ? E_USER : 0;
}

/* Goes on only when it was heard. */
static int report_and_wait(Job *job, void *arg)
{
    for (int i = 1; i <= 3; i++) {
        CHECK_INT(job_report(job, 25 * i), 0);
        gate_pass(&first);
    }
    return 0;
}

/* Nobody listens until it has reported all. */
static int report_many(Job *job, void *arg)
{
    for (int i = 0; i < MANY; i++)
        CHECK_INT(job_report(job, i), 0);
    gate_open(&first);
    return E_USER + 1;
}

static void cancel(void *arg)
{
    task_cancel(runner.task);
}

/* Until it is told to stop; and then it has yet something to do. */
static int work_until_told(Job *job, void *arg)
{
    is_running = true;
    CHECK_INT(job_report(job, 1), 0);
    CHECK_INT(loop_call_soon_threadsafe(loop, cancel, NULL), 0);
    while (!job_should_stop(job))
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    CHECK_INT(loop_call_soon_threadsafe(loop, cancel, NULL), 0);
    CHECK_INT(loop_call_soon_threadsafe(loop, gate_open_callback, &second), 0);
    gate_pass(&second);
    CHECK_INT(job_report(job, 2), 0);
    is_running = false;
    return E_USER + 2;
}

/* ---- The tests ---- */
TEST(a_job_runs_in_a_thread)
{
    set_up(add_one);
    finish(0);
    runner.arg = 7;
    set_up(add_one);
    finish(E_USER);
}

TEST_FOR(1, the_loop_hears_at_once_in_its_own_thread)
{
    HINT("only loop_call_soon_threadsafe() crosses over, and wakes the loop");
    set_up(report_and_wait);
    told.opens = &first;
    finish(0);
    CHECK_INT(told.n, 3);
    for (int i = 0; i < 3; i++)
        CHECK_INT(told.percents[i], 25 * (i + 1));
}

TEST_FOR(1, reports_that_wait_are_all_kept)
{
    HINT("each report needs memory of its own until the loop has seen it");
    set_up(report_many);
    CHECK(loop_call_soon(loop, gate_pass_callback, &first) != 0);
    finish(E_USER + 1);
    CHECK_INT(told.n, MANY);
    for (int i = 0; i < MANY; i++)
        CHECK_INT(told.percents[i], i);
}

TEST_FOR(1, who_is_cancelled_tells_the_job_and_waits_for_it)
{
    HINT("the job uses the frame of job_run() until its function returns");
    set_up(work_until_told);
    finish(E_CANCELLED);
    CHECK_INT(told.n, 2);
    CHECK_INT(told.percents[1], 2);
}
