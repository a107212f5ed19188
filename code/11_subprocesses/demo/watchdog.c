/* Keeps a program alive: starts it anew when it dies, or when it has not said a
 * line for too long; gives up after a few starts; on SIGTERM it ends both. */
#include <signal.h>

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/timeout.h"
#include "../process.h"

/* ---- What is watched ---- */
typedef struct Watch {
    char **argv;
    double silence;    /* the longest in seconds */
    int starts;        /* the most */
} Watch;

enum { GRACE = 60 };   /* seconds for its first line */

/* ---- A heartbeat ---- */
/* A line that it prints.  *length == 0: it has closed its output. */
static SUSPENDS int hear(Process *process, double silence, size_t *length)
{
    char *line;
    Timeout timeout;
    int err = timeout_enter(&timeout, silence);
    if (err != 0)
        return err;
    err = timeout_exit(&timeout, reader_readline(process_stdout(process),
                                                 &line, length));
    if (err == 0 && *length > 0)
        printf("it says: %s", line);
    return err;
}

/* One that has closed its output, and lives on, is silent, too. */
static SUSPENDS int listen_to(Process *process, double silence)
{
    size_t length;
    Timeout timeout;
    int err = hear(process, GRACE, &length);
    while (err == 0 && length > 0)
        err = hear(process, silence, &length);
    if (err == 0)
        err = timeout_enter(&timeout, silence);
    if (err != 0)
        return err;
    return timeout_exit(&timeout, process_wait(process, NULL));
}

/* ---- One life ---- */
/* Also one that we end. */
static SUSPENDS int bury(Process *process)
{
    int status;
    int err = process_wait(process, &status);
    if (err == 0)
        printf(status < 0 ? "it was ended by signal %d\n"
                          : "it has ended with status %d\n", abs(status));
    return err;
}

static SUSPENDS int live(Watch *watch)
{
    SubprocessOptions options = { .output = SUBPROCESS_PIPE };
    Process *process;
    int err = async_create_subprocess_exec(watch->argv, &options, &process);
    if (err != 0)
        return err;
    err = listen_to(process, watch->silence);
    if (err == E_TIMEOUT) {
        printf("it is silent\n");
        process_kill(process);
        err = 0;
    } else if (err != 0) {
        process_terminate(process);
    }
    int also = bury(process);
    process_free(process);
    return err != 0 ? err : also;
}

/* ---- Life after life ---- */
static int keep_alive(void *arg, Value *result)
{
    Watch *watch = arg;
    int err = 0;
    for (int i = 1; i <= watch->starts && err == 0; i++) {
        printf("start %d of %d\n", i, watch->starts);
        err = live(watch);
    }
    return err;
}

/* ---- SIGTERM ---- */
/* A second one cancels the wait for its end, too: then it is killed. */
static void stop(void *task)
{
    task_cancel(task);
}

static int guard(void *watch, Value *result)
{
    Loop *loop = async_get_running_loop();
    int err = loop_add_signal_handler(loop, SIGTERM, stop,
                                      async_current_task());
    if (err == 0)
        err = keep_alive(watch, result);
    loop_remove_signal_handler(loop, SIGTERM);
    return err;
}

/* ---- The start ---- */
int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: watchdog SILENCE STARTS PROGRAM...\n");
        return 2;
    }
    Watch watch = { argv + 3, atof(argv[1]), atoi(argv[2]) };
    setvbuf(stdout, NULL, _IOLBF, 0);
    int err = run(guard, &watch);
    if (err == 0)
        printf("too many starts: giving up\n");
    else
        printf("the end: %s\n", error_name(err));
    return err != 0;
}
