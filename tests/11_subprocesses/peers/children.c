/* children.c - starts children in many ways, and prints what becomes of them:
 * what children.py does, with Weft. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../code/05_tasks/demo/run.h"
#include "../../../code/06_gather/gather.h"
#include "../../../code/06_gather/timeout.h"
#include "../../../code/11_subprocesses/process.h"

/* ---- One through the shell ---- */
static Process *exec(char *const argv[], const SubprocessOptions *how)
{
    Process *process = NULL;
    int err = async_create_subprocess_exec(argv, how, &process);
    if (err != 0)
        abort();
    return process;
}

static const char *text_of(const Bytes *bytes)
{
    return bytes->data != NULL ? bytes->data : "-";
}

static void shell_with(const char *command, const char *input, size_t length,
                       SubprocessOptions how)
{
    Process *process;
    Bytes output, error;
    int returncode = 1000;
    int err = async_create_subprocess_shell(command, &how, &process);
    if (err == 0)
        err = process_communicate(process, input, length, &output, &error);
    if (err != 0)
        abort();
    process_returncode(process, &returncode);
    printf("%s: %d [%s] [%s]\n", command, returncode, text_of(&output),
           text_of(&error));
    free(output.data);
    free(error.data);
    process_free(process);
}

#define SHELL(command, ...) \
    shell_with(command, NULL, 0, (SubprocessOptions){ __VA_ARGS__ })
#define PIPE SUBPROCESS_PIPE
#define DEVNULL SUBPROCESS_DEVNULL

/* ---- What cannot start ---- */
static void starts(void)
{
    static const char *const programs[] = { "/no/such/program",
                                            "no-such-program", "/",
                                            "/dev/null/x" };
    Process *process;
    for (int i = 0; i < 4; i++) {
        char *argv[] = { (char *)programs[i], NULL };
        int err = async_create_subprocess_exec(argv, NULL, &process);
        printf("%s: %s\n", programs[i], error_name(err));
    }
    SubprocessOptions how = { .cwd = "/no/such" };
    int err = async_create_subprocess_exec((char *[]){ "true", NULL }, &how,
                                           &process);
    printf("cwd: %s\n", error_name(err));
}

/* ---- Signals ---- */
static int wait_for(void *process, Value *result)
{
    int returncode = 1000;
    int err = process_wait(process, &returncode);
    result->i = returncode;
    return err;
}

static void signals(void)
{
    char *argv[] = { "sleep", "1000", NULL };
    Process *process = exec(argv, NULL);
    Outcome codes[3];
    Value code;
    process_terminate(process);
    async_gather_calls(CALLS({ wait_for, process }, { wait_for, process },
                             { wait_for, process }), codes, 0);
    printf("terminate: %lld %lld %lld\n", codes[0].value.i, codes[1].value.i,
           codes[2].value.i);
    printf("too late: %s\n", error_name(process_terminate(process)));
    printf("too late: %s\n", error_name(process_kill(process)));
    process_free(process);
    process = exec(argv, NULL);
    if (async_wait_for_call(wait_for, process, 0.01, NULL) == E_TIMEOUT &&
        !process_returncode(process, NULL))
        printf("it runs on: None\n");
    process_send_signal(process, SIGUSR1);
    wait_for(process, &code);
    printf("USR1: %lld\n", code.i);
    process_free(process);
}

/* ---- Lines ---- */
static void lines(void)
{
    static const char *const texts[] = { "one\n", "two\n", "no end" };
    SubprocessOptions how = { .input = PIPE, .output = PIPE };
    Process *process = exec((char *[]){ "cat", NULL }, &how);
    char *line;
    size_t length;
    Value code;
    for (int i = 0; i < 3; i++) {
        writer_write(process_stdin(process), texts[i], strlen(texts[i]));
        if (i == 2)
            writer_close(process_stdin(process));
        reader_readline(process_stdout(process), &line, &length);
        printf("line: %.*s\n", (int)strcspn(line, "\n"), line);
    }
    wait_for(process, &code);
    printf("cat: %lld\n", code.i);
    process_free(process);
}

/* ---- All of them ---- */
static int async_main(void *arg, Value *result)
{
    static char large[1000000];
    memset(large, 'x', sizeof large);
    starts();
    SHELL("echo out; echo err >&2; exit 3", .output = PIPE, .error = PIPE);
    SHELL("echo out; echo err >&2", .output = PIPE,
          .error = SUBPROCESS_STDOUT);
    shell_with("cat; echo err >&2", "given", 5,
               (SubprocessOptions){ PIPE, PIPE, DEVNULL, NULL, NULL, false,
                                    0 });
    SHELL("cat", .input = DEVNULL, .output = PIPE);
    SHELL("pwd; echo $A", .output = PIPE, .cwd = "/",
          .env = (char *[]){ "A=b", NULL });
    SHELL("no-such-program", .error = DEVNULL);
    SHELL("kill -TERM $$", .cwd = NULL);
    SHELL("kill -PIPE $$; exit 4", .cwd = NULL);
    shell_with("true", large, sizeof large,
               (SubprocessOptions){ PIPE, PIPE, 0, NULL, NULL, false, 0 });
    signals();
    lines();
    return 0;
}

int main(void)
{
    return run(async_main, NULL) != 0;
}
