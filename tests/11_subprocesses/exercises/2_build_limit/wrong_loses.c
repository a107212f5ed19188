/* wrong: after the limit the output is gone */
#include "limit.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "../../../06_gather/timeout.h"
#include "../../../06_gather/wait.h"

/* ---- The output ---- */
typedef struct Collecting {
    StreamReader *reader;
    Bytes bytes;
} Collecting;

enum { PIECE = 16 * 1024 };

/* What has come stays, also if we are cancelled. */
static int collect(void *arg, Value *result)
{
    Collecting *collecting = arg;
    Bytes *bytes = &collecting->bytes;
    size_t got = 1;
    int err = 0;
    while (err == 0 && got > 0) {
        char *data = realloc(bytes->data, bytes->length + PIECE + 1);
        if (data == NULL)
            return ENOMEM;
        bytes->data = data;
        data[bytes->length] = '\0';
        err = reader_read(collecting->reader, data + bytes->length, PIECE,
                          &got);
        if (err == 0)
            bytes->length += got;
        data[bytes->length] = '\0';
    }
    return err;
}

/* ---- The child ---- */
static SUSPENDS int wait_for(Process *process, double seconds)
{
    Timeout timeout;
    int err = timeout_enter(&timeout, seconds);
    return err != 0 ? err
                    : timeout_exit(&timeout, process_wait(process, NULL));
}

static SUSPENDS int end(Process *process, double limit, double grace)
{
    int err = wait_for(process, limit);
    if (err != E_TIMEOUT)
        return err;
    process_terminate(process);
    err = wait_for(process, grace);
    if (err == E_TIMEOUT) {
        process_kill(process);
        err = process_wait(process, NULL);
    }
    return err == 0 ? E_TIMEOUT : err;
}

/* On every way out. */
static SUSPENDS void see_it_dead(Process *process, Task *collecting)
{
    process_kill(process);
    while (!process_returncode(process, NULL))
        process_wait(process, NULL);
    task_cancel(collecting);
    while (!task_done(collecting))
        async_wait(&collecting, 1, INFINITY, ALL_COMPLETED);
}

/* ---- Both ---- */
static SUSPENDS int run(Process *process, Task *collecting, double limit,
                        double grace)
{
    int err = end(process, limit, grace);
    if (err != 0 && err != E_TIMEOUT)
        return err;
    int waited = async_wait(&collecting, 1, grace, ALL_COMPLETED);
    if (waited == 0 && task_done(collecting))
        waited = task_error(collecting);
    return waited != 0 ? waited : err;
}

static SUSPENDS int run_process(Process *process, double limit, double grace,
                                Bytes *output)
{
    Collecting collecting = { process_stdout(process), { NULL, 0 } };
    Task *task = async_create_task(collect, &collecting);
    if (task == NULL)
        return ENOMEM;
    int err = run(process, task, limit, grace);
    see_it_dead(process, task);
    task_release(task);
    if (err == 0)
        *output = collecting.bytes;
    else
        free(collecting.bytes.data);
    return err;
}

SUSPENDS int run_with_limit(char *const argv[], double limit, double grace,
                            Bytes *output, int *returncode)
{
    SubprocessOptions options = { .input = SUBPROCESS_DEVNULL,
                                  .output = SUBPROCESS_PIPE,
                                  .error = SUBPROCESS_STDOUT };
    Process *process;
    *output = (Bytes){ NULL, 0 };
    int err = async_create_subprocess_exec(argv, &options, &process);
    if (err != 0)
        return err;
    err = run_process(process, limit, grace, output);
    process_returncode(process, returncode);
    process_free(process);
    return err;
}
