/* Eight mistakes, one of each.  Most are reported in debug mode only, 3 and 8
 * always; 5 is refused. */
#define WEFT_ORIGINS
#include <time.h>
#include <unistd.h>

#include "../../03_futures/demo/virtual.h"
#include "../../09_threads/threads.h"
#include "../../11_subprocesses/process.h"
#include "../runner.h"
#include "../origins.h"

/* ---- A step that blocks ---- */
static int block(void *arg, Value *result)
{
    int err = async_sleep(0);
    if (err == 0)
        nanosleep(&(struct timespec){ 0, 150000000 }, NULL);
    return err;
}

static int start_block(void *arg, Value *result)
{
    return task_join(must_have(async_create_task(block, NULL), "task"), NULL);
}

/* ---- A cancellation that is swallowed ---- */
static int ignore_all(void *arg, Value *result)
{
    async_sleep(3600);
    return 0;
}

static int cancel_it(void *arg, Value *result)
{
    Task *task = must_have(async_create_task(ignore_all, NULL), "task");
    int err = async_sleep(0);
    task_cancel(task);
    int also = task_join(task, NULL);
    return err != 0 ? err : also;
}

/* ---- An error that nobody sees ---- */
static int fail(void *arg, Value *result)
{
    return E_LOOKUP;
}

static int forget_it(void *arg, Value *result)
{
    task_release(must_have(async_create_task(fail, NULL), "task"));
    return async_sleep(0);
}

/* ---- A coroutine that never begins ---- */
static int drop_it(void *arg, Value *result)
{
    coro_free(must_have(coro_new(fail, NULL, 0), "coroutine"));
    return 0;
}

/* ---- A call from another thread ---- */
static void nothing(void *arg)
{
}

static int call_soon(void *loop, Value *result)
{
    Handle handle = loop_call_soon(loop, nothing, NULL);
    return handle == 0 ? errno : 0;
}

static int call_from_thread(void *arg, Value *result)
{
    int err = async_to_thread(call_soon, async_get_running_loop(), NULL);
    printf("loop_call_soon(): %s\n", error_message(err));
    return 0;
}

/* ---- Left open ---- */
static StreamReader *reader;
static Process *process;

static int open_stream(void *arg, Value *result)
{
    int ends[2];
    must_succeed(pipe(ends) < 0 ? errno : 0, "pipe");
    close(ends[1]);
    return async_open_fd(ends[0], &reader, NULL);
}

static int start_process(void *arg, Value *result)
{
    char *argv[] = { "sleep", "60", NULL };
    return async_create_subprocess_exec(argv, NULL, &process);
}

/* ---- A task in a loop that is closed ---- */
static void close_too_soon(void)
{
    Loop *loop = must_have(loop_new(), "loop");
    task_release(must_have(loop_create_task(loop, fail, NULL), "task"));
    loop_free(loop);
}

/* ---- All of them ---- */
static void make(int number, const char *mistake, CoroFn *function)
{
    RunOptions options = { .debug = true };
    printf("%d. %s\n", number, mistake);
    must_succeed(async_run_with(function, NULL, NULL, &options), "run");
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    make(1, "A step that blocks:", start_block);
    make(2, "A cancellation that is swallowed:", cancel_it);
    make(3, "An error that nobody sees:", forget_it);
    make(4, "A coroutine that never begins:", drop_it);
    make(5, "A call from another thread:", call_from_thread);
    make(6, "A stream that is left open:", open_stream);
    make(7, "A process that is left running:", start_process);
    puts("8. A task in a loop that is closed:");
    close_too_soon();
    reader_free(reader);
    process_free(process);
    return 0;
}
