/* wrong: the second cancellation ends the waiting */
#include "lines.h"

#include "../../../06_gather/gather.h"

/* ---- One pipe ---- */
typedef struct Listening {
    Process *process;
    StreamReader *reader;
    bool is_error;
    OnLine *on_line;
    void *arg;
} Listening;

/* One that fails kills the child: so the other one comes to its end, too. */
static int listen_to(void *arg, Value *result)
{
    Listening *listening = arg;
    char *line;
    size_t length = 1;
    int err = 0;
    while (err == 0 && length > 0) {
        err = reader_readline(listening->reader, &line, &length);
        if (err != 0 || length == 0)
            break;
        if (line[length - 1] == '\n')
            line[length - 1] = '\0';
        err = listening->on_line(line, listening->is_error, listening->arg);
    }
    if (err != 0)
        process_kill(listening->process);
    return err;
}

/* ---- All of it ---- */
/* Nothing keeps it from its end any more. */
static SUSPENDS void wait_for_end(Process *process)
{
    process_kill(process);
    if (!process_returncode(process, NULL))
        process_wait(process, NULL);
}

SUSPENDS int run_lines(char *const argv[], OnLine *on_line, void *arg,
                       int *returncode)
{
    SubprocessOptions options = { .output = SUBPROCESS_PIPE,
                                  .error = SUBPROCESS_PIPE };
    Process *process;
    int err = async_create_subprocess_exec(argv, &options, &process);
    if (err != 0)
        return err;
    Listening out = { process, process_stdout(process), false, on_line, arg };
    Listening errors = { process, process_stderr(process), true, on_line,
                         arg };
    err = async_gather_calls(CALLS({ listen_to, &out },
                                   { listen_to, &errors }), NULL, 0);
    if (err == 0)
        err = process_wait(process, returncode);
    if (err != 0)
        wait_for_end(process);
    process_free(process);
    return err;
}
