/* process.c - a child, from its start to its end. */
#include "process.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "process_inside.h"

/* ---- Counting ---- */
void process_release(Process *process)
{
    if (--process->references > 0)
        return;
    loop_release(process->loop);
    free(process);
}

static void close_pipes(Process *process)
{
    writer_free(process->input);
    reader_free(process->output);
    reader_free(process->error);
    process->input = NULL;
    process->output = process->error = NULL;
}

/* Where the loop has closed, the frames that they lie in are gone. */
static void end_talks(Process *process)
{
    Talk *talk = loop_is_closed(process->loop) ? NULL : process->talks;
    for (; talk != NULL; talk = talk->next)
        talk->process = NULL;
}

void process_free(Process *process)
{
    if (process == NULL)
        return;
    end_talks(process);
    process_kill(process);    /* before it sees the end of its input */
    close_pipes(process);
    waitlist_abandon(&process->waiters);
    waitlist_abandon(&process->woken);
    process_release(process);
}

/* ---- Its pipes ---- */
/* The end is the transport's from here on. */
static int open_stream(Process *process, int *fd, StreamReader **reader,
                       StreamWriter **writer, size_t limit)
{
    if (*fd < 0)
        return 0;
    Transport *transport = transport_new(process->loop, *fd, false);
    if (transport == NULL)
        return ENOMEM;
    if (!transport_open(transport, reader, writer, limit)) {
        transport_forget(transport);
        return ENOMEM;
    }
    *fd = -1;
    return 0;
}

static int open_streams(Process *process, Ends *ends, size_t limit)
{
    int err = open_stream(process, &ends->pipe[0], NULL, &process->input, 0);
    if (err == 0)
        err = open_stream(process, &ends->pipe[1], &process->output, NULL,
                          limit);
    if (err == 0)
        err = open_stream(process, &ends->pipe[2], &process->error, NULL,
                          limit);
    return err;
}

/* ---- Starting ---- */
static Process *new_process(Loop *loop)
{
    Process *process = calloc(1, sizeof *process);
    if (process == NULL)
        return NULL;
    process->references = 1;
    process->loop = loop_retain(loop);
    process->is_over = true;    /* until it runs */
    return process;
}

/* All that may fail comes before there is a child. */
static int start(Process *process, const char *path, char *const argv[],
                 const SubprocessOptions *options)
{
    Ends ends;
    int err = family_prepare(process->loop);
    if (err == 0)
        err = ends_open(&ends, options);
    if (err != 0)
        return err;
    err = open_streams(process, &ends, options->limit);
    if (err == 0)
        err = process_spawn(path, argv, options, &ends, &process->pid);
    ends_close(&ends);
    if (err != 0)
        return err;
    process->is_over = false;
    process->origin = origin_now;
    process->parent = getpid();
    family_add(process);
    return 0;
}

static int create(const char *path, char *const argv[],
                  const SubprocessOptions *options, Process **result)
{
    static const SubprocessOptions none = { .cwd = NULL };
    *result = NULL;
    if (task_current == NULL || path == NULL)
        return path == NULL ? E_VALUE : E_RUNTIME;
    Process *process = new_process(task_current->future.loop);
    if (process == NULL)
        return ENOMEM;
    int err = start(process, path, argv, options != NULL ? options : &none);
    if (err == 0)
        *result = process;
    else
        process_free(process);
    return err;
}

/* lint: suspends by itself */
SUSPENDS int async_create_subprocess_exec(char *const argv[],
                                          const SubprocessOptions *options,
                                          Process **result)
{
    return create(argv != NULL ? argv[0] : NULL, argv, options, result);
}

/* lint: suspends by itself */
SUSPENDS int async_create_subprocess_shell(const char *command,
                                           const SubprocessOptions *options,
                                           Process **result)
{
    char *argv[] = { "sh", "-c", (char *)command, NULL };
    return create(command != NULL ? "/bin/sh" : NULL, argv, options, result);
}

/* ---- Its end ---- */
static const ParkedKind wait_kind = { .what = "a Process's end",
                                      .forget = waitlist_forget,
                                      .cancel = waitlist_cancel };

int process_refusal(Process *process)
{
    return task_current != NULL && task_current->future.loop == process->loop
               ? 0
               : E_RUNTIME;
}

SUSPENDS int process_wait(Process *process, int *returncode)
{
    bool was_woken;
    int err = process_refusal(process);
    if (err == 0 && !process->is_over)
        err = waitlist_wait(&process->waiters, &wait_kind, &was_woken);
    if (err == 0 && returncode != NULL)
        *returncode = process->returncode;
    return err;
}

bool process_returncode(Process *process, int *returncode)
{
    if (process->is_over && returncode != NULL)
        *returncode = process->returncode;
    return process->is_over;
}

/* ---- Signals ---- */
int process_send_signal(Process *process, int signo)
{
    if (process->is_over || process->parent != getpid())
        return ESRCH;
    return kill(process->pid, signo) < 0 ? errno : 0;
}

int process_terminate(Process *process)
{
    return process_send_signal(process, SIGTERM);
}

int process_kill(Process *process)
{
    return process_send_signal(process, SIGKILL);
}

/* ---- Asking ---- */
pid_t process_pid(Process *process)
{
    return process->pid;
}

StreamWriter *process_stdin(Process *process)
{
    return process->input;
}

StreamReader *process_stdout(Process *process)
{
    return process->output;
}

StreamReader *process_stderr(Process *process)
{
    return process->error;
}
