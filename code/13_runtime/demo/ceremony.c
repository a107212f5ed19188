/* A main leaves a task, a generator and a thread behind: in a loop that was
 * made by hand, or, with an argument, under async_run(). */
#include <unistd.h>

#include "../../03_futures/demo/virtual.h"
#include "../../09_threads/threads.h"
#include "../../12_iteration/generator.h"
#include "../runner.h"

/* ---- A thread ---- */
static int logbook[2];    /* a pipe */

/* Collects what is logged, and has to write it when that is at its end. */
static int write_log(void *arg, Value *result)
{
    char text[100];
    while (read(logbook[0], text, sizeof text) > 0)
        continue;
    puts("thread: the log is written");
    return 0;
}

/* ---- A task ---- */
static int keep_table(void *arg, Value *result)
{
    int err = async_sleep(3600);
    puts("task: the table is unlocked");
    return err;
}

/* ---- A generator ---- */
static int read_rows(void *arg, Value *result)
{
    int err = 0;
    for (long long row = 1; err == 0; row++)
        err = async_yield((Value){ .i = row }, NULL);
    puts("generator: the table is closed, and the log ends");
    close(logbook[1]);
    return err;
}

/* ---- Who uses them ---- */
/* And returns, as if they were local variables. */
static int work(void *rows, Value *result)
{
    Value row;
    Loop *loop = async_get_running_loop();
    must_succeed(pipe(logbook) < 0 ? errno : 0, "pipe");
    future_release(must_have(loop_run_in_executor(loop, NULL, write_log, NULL),
                             "thread"));
    task_release(must_have(async_create_task(keep_table, NULL), "task"));
    int err = async_generator_next(rows, &row);
    if (err == 0)
        err = async_sleep(0);
    printf("main: row %lld is enough\n", row.i);
    return err;
}

/* ---- By hand ---- */
static int run_by_hand(CoroFn *function, void *arg)
{
    Loop *loop = must_have(loop_new(), "loop");
    Task *task = must_have(loop_create_task(loop, function, arg), "task");
    int err = loop_run_until_complete(loop, task, NULL);
    task_release(task);
    loop_free(loop);
    return err;
}

/* ---- One way or the other ---- */
int main(int argc, char **argv)
{
    AsyncGenerator *rows = must_have(async_generator_new(read_rows, NULL),
                                     "generator");
    setvbuf(stdout, NULL, _IOLBF, 0);
    int err = argc > 1 ? async_run(work, rows, NULL) : run_by_hand(work, rows);
    async_generator_free(rows);
    return err;
}
