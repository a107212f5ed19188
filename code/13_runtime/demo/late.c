/* Main has returned.  What is left ends in this order: tasks, generators,
 * threads, the loop.  (While a thread works, virtual time is real time.) */
#include <unistd.h>

#include "../../03_futures/demo/virtual.h"
#include "../../09_threads/threads.h"
#include "../../12_iteration/generator.h"
#include "../runner.h"

static void say(const char *who, const char *what)
{
    printf("%.1f s: %s %s\n", loop_time(async_get_running_loop()), who, what);
}

/* ---- Two tasks ---- */
/* Each takes its time; both at once. */
typedef struct Job {
    const char *name;
    double cleanup;    /* seconds */
} Job;

static int work(void *arg, Value *result)
{
    Job *job = arg;
    int err = async_sleep(3600);
    say(job->name, "is cancelled");
    async_sleep(job->cleanup);
    say(job->name, "has ended");
    return err;
}

/* ---- A generator ---- */
static int doors[2];    /* a pipe; a byte in it opens the thread's */

static int read_rows(void *arg, Value *result)
{
    int err = 0;
    while (err == 0)
        err = async_yield((Value){ .i = 0 }, NULL);
    say("the generator", "is closed");
    async_sleep(0.1);
    say("the generator", "has ended");
    if (write(doors[1], "x", 1) < 1)
        err = EPIPE;
    return err;
}

/* ---- A thread ---- */
static int wait_for_door(void *arg, Value *result)
{
    char byte;
    if (read(doors[0], &byte, 1) == 1)
        puts("       the thread has ended");
    return 0;
}

/* ---- Main ---- */
static int leave_all(void *rows, Value *result)
{
    static Job jobs[] = { { "task 1", 0.2 }, { "task 2", 0.1 } };
    Loop *loop = async_get_running_loop();
    for (int i = 0; i < 2; i++)
        task_release(must_have(async_create_task(work, &jobs[i]), "task"));
    future_release(must_have(loop_run_in_executor(loop, NULL, wait_for_door,
                                                  NULL), "thread"));
    int err = async_generator_next(rows, NULL);
    if (err == 0)
        err = async_sleep(0.1);
    say("main", "returns");
    return err;
}

/* ---- In order ---- */
int main(void)
{
    RunOptions options = { .virtual_time = true };
    AsyncGenerator *rows = must_have(async_generator_new(read_rows, NULL),
                                     "generator");
    must_succeed(pipe(doors) < 0 ? errno : 0, "pipe");
    must_succeed(async_run_with(leave_all, rows, NULL, &options), "run");
    puts("       the loop is closed");
    async_generator_free(rows);
    return 0;
}
