/* A child ends, and its own child lives on with the same pipe: the child's end
 * is known at once; the end of the pipe comes with the end of the last one. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/timeout.h"
#include "../process.h"

/* ---- A family ---- */
/* The grandchild gets the shell's input as its descriptor 3, and reads there
 * until that ends; then it says a word into the pipe that it has inherited. */
static const char command[] =
    "exec 3<&0; (cat <&3 > /dev/null; echo the grandchild ends) & exit 7";

/* ---- Is the pipe at its end? ---- */
static SUSPENDS int look(Process *process)
{
    char byte;
    size_t got = 0;
    Timeout timeout;
    int err = timeout_enter(&timeout, 0.2);
    if (err != 0)
        return err;
    err = timeout_exit(&timeout, reader_read(process_stdout(process), &byte,
                                             1, &got));
    if (err == E_TIMEOUT)
        printf("the pipe is still open\n");
    else if (err == 0 && got == 0)
        printf("the pipe is at its end\n");
    return err == E_TIMEOUT ? 0 : err;
}

/* ---- Two ends ---- */
static SUSPENDS int wait_for_both(Process *process)
{
    int status = 0;
    char *text;
    size_t length;
    int err = process_wait(process, &status);
    if (err != 0)
        return err;
    printf("wait(): %d\n", status);
    err = look(process);
    writer_close(process_stdin(process));    /* the grandchild may end */
    if (err == 0)
        err = reader_read_all(process_stdout(process), &text, &length);
    if (err == 0) {
        printf("then it comes to its end: %s", text);
        free(text);
    }
    return err;
}

/* ---- The start ---- */
static int watch(void *arg, Value *result)
{
    SubprocessOptions options = { .input = SUBPROCESS_PIPE,
                                  .output = SUBPROCESS_PIPE };
    Process *process;
    int err = async_create_subprocess_shell(command, &options, &process);
    if (err != 0)
        return err;
    err = wait_for_both(process);
    process_free(process);
    return err;
}

int main(void)
{
    must_succeed(run(watch, NULL), "run");
    return 0;
}
