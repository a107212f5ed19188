/* lines.c - your work: one pipe after the other. */
#include "lines.h"

/* ---- One pipe ---- */
typedef struct Listening {
    StreamReader *reader;
    bool is_error;
    OnLine *on_line;
    void *arg;
} Listening;

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
    return err;
}

/* ---- All of it ---- */
SUSPENDS int run_lines(char *const argv[], OnLine *on_line, void *arg,
                       int *returncode)
{
    SubprocessOptions options = { .output = SUBPROCESS_PIPE,
                                  .error = SUBPROCESS_PIPE };
    Process *process;
    int err = async_create_subprocess_exec(argv, &options, &process);
    if (err != 0)
        return err;
    Listening out = { process_stdout(process), false, on_line, arg };
    Listening errors = { process_stderr(process), true, on_line, arg };
    err = listen_to(&out, NULL);
    if (err == 0)
        err = listen_to(&errors, NULL);
    if (err != 0)
        return err;
    err = process_wait(process, returncode);
    process_free(process);
    return err;
}
