/* subprocess.c - a program that is talked to, one that is ended, and one that
 * is not there. */
#include <signal.h>
#include <stdlib.h>

#include "../../code/11_subprocesses/process.h"
#include "scenario.h"

/* ---- Talking ---- */
static SUSPENDS int cat(void)
{
    char *argv[] = { "cat", NULL };
    SubprocessOptions options = { .input = SUBPROCESS_PIPE,
                                  .output = SUBPROCESS_PIPE,
                                  .error = SUBPROCESS_DEVNULL };
    Process *process;
    Bytes output = { NULL, 0 };
    int code, err = async_create_subprocess_exec(argv, &options, &process);
    if (err != 0)
        return err;
    err = process_communicate(process, "to and fro", 10, &output, NULL);
    if (err == 0 && process_returncode(process, &code) && code == 255)
        err = ECHILD;
    else if (err == 0 && (output.length != 10 ||
                          memcmp(output.data, "to and fro", 10) != 0))
        err = EPIPE;
    free(output.data);
    process_free(process);
    return err;
}

/* ---- Ending ---- */
static SUSPENDS int end(void)
{
    SubprocessOptions options = { .input = SUBPROCESS_PIPE };
    Process *process;
    int code = 0;
    int err = async_create_subprocess_shell("read line", &options, &process);
    if (err != 0)
        return err;
    err = process_terminate(process);
    if (err == 0)
        err = process_wait(process, &code);
    process_free(process);
    if (err != 0 || code == 255)
        return err != 0 ? err : ECHILD;
    return code == -SIGTERM ? 0 : WRONG;
}

/* ---- What is not there ---- */
static SUSPENDS int miss(void)
{
    char *argv[] = { "/nonexistent/program", NULL };
    Process *process;
    int err = async_create_subprocess_exec(argv, NULL, &process);
    if (err == 0) {
        process_free(process);
        return WRONG;
    }
    return err == ENOENT ? 0 : err;
}

/* ---- The scenario ---- */
static int subprocess(void *arg, Value *result)
{
    int err = cat();
    err = first_error(err, end());
    return first_error(err, miss());
}

const Scenario scenario = { subprocess, "" };
