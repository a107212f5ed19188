/* A child is asked to end; one that does not in time is killed. */
#include <signal.h>

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/timeout.h"
#include "../process.h"

/* ---- To wait, but not for ever ---- */
/* E_TIMEOUT: it still runs. */
static SUSPENDS int wait_some(Process *process, double patience, int *status)
{
    Timeout timeout;
    int err = timeout_enter(&timeout, patience);
    if (err != 0)
        return err;
    return timeout_exit(&timeout, process_wait(process, status));
}

/* ---- First SIGTERM, then SIGKILL ---- */
static SUSPENDS int end(Process *process, double patience, int *status)
{
    printf("  SIGTERM\n");
    process_terminate(process);
    int err = wait_some(process, patience, status);
    if (err != E_TIMEOUT)
        return err;
    printf("  it still runs: SIGKILL\n");
    process_kill(process);
    return process_wait(process, status);
}

/* ---- Until it is ready ---- */
/* A signal that comes sooner would meet a child that is not prepared. */
static SUSPENDS int wait_ready(Process *process)
{
    char *line;
    size_t length;
    return reader_readline(process_stdout(process), &line, &length);
}

/* ---- One child ---- */
typedef struct Child {
    const char *command;
    double patience;
} Child;

static int try(void *arg, Value *result)
{
    Child *child = arg;
    SubprocessOptions options = { .input = SUBPROCESS_PIPE,
                                  .output = SUBPROCESS_PIPE };
    Process *process;
    int status = 0;
    printf("%s\n", child->command);
    int err = async_create_subprocess_shell(child->command, &options, &process);
    if (err != 0)
        return err;
    err = wait_ready(process);
    if (err == 0)
        err = end(process, child->patience, &status);
    if (err == 0)
        printf("  its end: %d\n", status);
    process_free(process);
    return err;
}

/* ---- Three characters ---- */
/* `read` waits for a line that never comes. */
static Child children[] = {
    { "echo ready; read line", 60 },
    { "trap 'exit 3' TERM; echo ready; read line", 60 },
    { "trap '' TERM; echo ready; read line", 0.2 },
};

int main(void)
{
    for (int i = 0; i < 3; i++)
        must_succeed(run(try, &children[i]), "run");
    return 0;
}
