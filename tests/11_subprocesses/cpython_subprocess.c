/* The rules behind CPython's own tests of children: each test here names the
 * one it was read from, in test_subprocess.py.  Signals, waiting and ends have
 * a file of their own.
 *
 * What C cannot express: test_subprocess_repr; the two of text mode, which is
 * no option here; pidfds and child watchers, which are CPython's inside. */
#include "children.h"

/* ---- Helpers ---- */
/* Frees it; what it returned, and what it wrote. */
static int talk(Process *process, const char *input, Bytes *output,
                Bytes *error)
{
    size_t length = input != NULL ? strlen(input) : 0;
    CHECK_INT(process_communicate(process, input, length, output, error), 0);
    int returncode = end_of(process);
    process_free(process);
    return returncode;
}

static const SubprocessOptions two_pipes = { .input = SUBPROCESS_PIPE,
                                             .output = SUBPROCESS_PIPE };

/* print(len(sys.stdin.read())) */
static const char print_length[] =
    "text=$(cat; echo .); text=${text%.}; echo ${#text}";

/* ---- By hand ---- */
static int main_of_stdin_stdout(void *arg, Value *result)
{
    Process *process = exec(ARGV("cat"), &two_pipes);
    StreamWriter *writer = process_stdin(process);
    Bytes data;
    CHECK_INT(writer_write(writer, "some data", 9), 0);
    CHECK_INT(writer_drain(writer), 0);
    writer_close(writer);
    CHECK_INT(reader_read_all(process_stdout(process), &data.data,
                              &data.length), 0);
    expect_bytes(&data, "some data");
    expect_end(process, 0);
    return 0;
}

TEST_LIMIT(60, stdin_stdout)    /* CPython: test_stdin_stdout */
{
    live(main_of_stdin_stdout, NULL);
}

/* ---- communicate() ---- */
static int main_of_communicate(void *input, Value *result)
{
    Bytes output;
    CHECK_INT(talk(exec(ARGV("cat"), &two_pipes), input, &output, NULL), 0);
    expect_bytes(&output, input != NULL ? input : "");
    return 0;
}

TEST_LIMIT(60, communicate)    /* CPython: test_communicate */
{
    live(main_of_communicate, "some data");
}

TEST_LIMIT(60, communicate_none_input)    /* CPython: the same name */
{
    live(main_of_communicate, NULL);
}

static int print_one(void *name, Value *result)
{
    SubprocessOptions options = { .output = SUBPROCESS_PIPE };
    Bytes output;
    Process *process = exec(ARGV("/bin/sh", "-c", "echo $0", name), &options);
    CHECK_INT(talk(process, NULL, &output, NULL), 0);
    CHECK_INT(output.length, 5);
    CHECK(memcmp(output.data, name, 4) == 0 && output.data[4] == '\n');
    free(output.data);
    return 0;
}

static int main_of_communicate_stdout(void *arg, Value *result)
{
    CHECK_INT(async_gather_calls(CALLS({ print_one, "foo0" },
                                       { print_one, "foo1" },
                                       { print_one, "foo2" },
                                       { print_one, "foo3" },
                                       { print_one, "foo4" },
                                       { print_one, "foo5" },
                                       { print_one, "foo6" },
                                       { print_one, "foo7" },
                                       { print_one, "foo8" },
                                       { print_one, "foo9" }), NULL, 0), 0);
    return 0;
}

TEST_LIMIT(60, communicate_stdout)    /* CPython: test_subprocess_comm... */
{
    live(main_of_communicate_stdout, NULL);
}

static char large[1 << 20];

static int main_of_ignore_broken_pipe(void *arg, Value *result)
{
    Process *process = exec(ARGV("true"), &input_pipe);
    CHECK_INT(process_communicate(process, large, sizeof large, NULL, NULL), 0);
    expect_end(process, 0);
    return 0;
}

TEST_LIMIT(60, communicate_ignore_broken_pipe)    /* CPython: the same name */
{
    live(main_of_ignore_broken_pipe, NULL);
}

/* ---- A pipe that breaks ---- */
static int main_of_broken_pipe(void *arg, Value *result)
{
    int both[2];
    char command[60];
    open_both(both);
    fcntl(both[1], F_SETFD, FD_CLOEXEC);
    snprintf(command, sizeof command, "exec 3<&%d; read line <&3", both[0]);
    Process *process = shell(command, &input_pipe);
    StreamWriter *writer = process_stdin(process);
    CHECK_INT(writer_write(writer, large, sizeof large), 0);
    CHECK(writer_get_write_buffer_size(writer) > 0);
    CHECK_INT(write(both[1], "go\n", 3), 3);
    int err = writer_drain(writer);
    CHECK(err == EPIPE || err == ECONNRESET);
    close_both(both);
    expect_end(process, 0);
    return 0;
}

TEST_LIMIT(60, stdin_broken_pipe)    /* CPython: test_stdin_broken_pipe */
{
    live(main_of_broken_pipe, NULL);
}

/* ---- More than the limit ---- */
static int main_of_pause_reading(void *arg, Value *result)
{
    SubprocessOptions options = two_pipes;
    Bytes output;
    options.limit = 10;
    Process *process = shell("echo 12345678901234567890", &options);
    CHECK_INT(talk(process, NULL, &output, NULL), 0);
    expect_bytes(&output, "12345678901234567890\n");
    char *line;
    size_t length;
    process = shell("echo 12345678901234567890; echo short", &options);
    CHECK_INT(reader_readline(process_stdout(process), &line, &length),
              E_VALUE);    /* it is the limit of its readers */
    expect_line(process, "short");
    expect_end(process, 0);
    return 0;
}

TEST_LIMIT(60, pause_reading)    /* CPython: test_pause_reading */
{
    live(main_of_pause_reading, NULL);
}

/* ---- Where its input comes from ---- */
typedef struct Length {
    SubprocessOptions options;
    const char *input, *output, *error;    /* NULL: no pipe */
    const char *command;
} Length;

static void expect_or_nothing(Bytes *bytes, const char *wanted)
{
    if (wanted != NULL)
        expect_bytes(bytes, wanted);
    else
        CHECK_PTR(bytes->data, NULL);
}

static int main_of_length(void *arg, Value *result)
{
    Length *length = arg;
    Bytes output, error;
    Process *process = shell(length->command, &length->options);
    CHECK_INT(talk(process, length->input, &output, &error), 0);
    expect_or_nothing(&output, length->output);
    expect_or_nothing(&error, length->error);
    return 0;
}

static Length from_pipes(const char *input, const char *output)
{
    return (Length){ .options = all_pipes, .input = input, .output = output,
                     .error = "", .command = print_length };
}

TEST_LIMIT(60, stdin_not_inheritable)    /* CPython: the same name */
{
    Length length = from_pipes("abc", "3\n");
    live(main_of_length, &length);
}

TEST_LIMIT(60, empty_input)    /* CPython: test_empty_input */
{
    Length length = from_pipes("", "0\n");
    live(main_of_length, &length);
}

TEST_LIMIT(60, devnull_input)    /* CPython: test_devnull_input */
{
    Length length = from_pipes(NULL, "0\n");
    length.options.input = SUBPROCESS_DEVNULL;
    live(main_of_length, &length);
}

TEST_LIMIT(60, devnull_output)    /* CPython: test_devnull_output */
{
    Length length = from_pipes("abc", NULL);
    length.options.output = SUBPROCESS_DEVNULL;
    live(main_of_length, &length);
}

TEST_LIMIT(60, devnull_error)    /* CPython: test_devnull_error */
{
    Length length = from_pipes("abc", "3\n");
    length.options.error = SUBPROCESS_DEVNULL;
    length.error = NULL;
    live(main_of_length, &length);
}

TEST_LIMIT(60, devstdin_input)    /* CPython: test_devstdin_input */
{
    if (access("/dev/stdin", F_OK) < 0)
        SKIP("no /dev/stdin");
    Length length = from_pipes("abc", "3\n");
    length.command = "text=$(cat /dev/stdin); echo ${#text}";
    live(main_of_length, &length);
}

/* ---- After its end ---- */
static int main_of_read_after_exit(void *arg, Value *result)
{
    SubprocessOptions options = { .output = SUBPROCESS_PIPE };
    static char block[65536];
    size_t got, total = 0;
    Process *process = shell("i=0; while [ $i -lt 300 ]; do i=$((i + 1));"
                             " echo 0123456789 0123456789 0123456789; done;"
                             " exit 1", &options);
    CHECK_INT(end_of(process), 1);
    do {
        CHECK_INT(reader_read(process_stdout(process), block, sizeof block,
                              &got), 0);
        total += got;
    } while (got > 0);
    CHECK_INT(total, 300 * 33);
    expect_end(process, 1);
    return 0;
}

TEST_LIMIT(60, read_stdout_after_process_exit)    /* CPython: the same name */
{
    live(main_of_read_after_exit, NULL);
}

/* ---- Many who wait ---- */
enum { WAITERS = 10 };

static int wait_for_it(void *process, Value *result)
{
    result->i = end_of(process);
    return 0;
}

static int main_of_concurrent_wait(void *arg, Value *result)
{
    Process *process = exec(ARGV("cat"), &two_pipes);
    Call calls[WAITERS];
    Outcome outcomes[WAITERS];
    Bytes output;
    for (int i = 0; i < WAITERS; i++)
        calls[i] = (Call){ wait_for_it, process };
    CHECK_INT(process_communicate(process, "some data", 9, &output, NULL), 0);
    expect_bytes(&output, "some data");
    CHECK(has_ended(process));
    CHECK_INT(async_gather_calls(calls, WAITERS, outcomes, 0), 0);
    for (int i = 0; i < WAITERS; i++)
        CHECK_INT(outcomes[i].value.i, 0);
    expect_end(process, 0);
    return 0;
}

TEST_LIMIT(60, concurrent_wait)    /* CPython: test_subprocess_concurrent_... */
{
    live(main_of_concurrent_wait, NULL);
}

/* ---- Its environment ---- */
static int main_of_env_shell(void *arg, Value *result)
{
    SubprocessOptions options = { .output = SUBPROCESS_PIPE,
                                  .env = ARGV("FOO=bar") };
    expect_output(shell("printf %s \"$FOO\"", &options), "bar");
    return 0;
}

TEST_LIMIT(60, create_subprocess_env_shell)    /* CPython: the same name */
{
    live(main_of_env_shell, NULL);
}

static int main_of_env_exec(void *arg, Value *result)
{
    SubprocessOptions options = { .output = SUBPROCESS_PIPE,
                                  .env = ARGV("FOO=baz") };
    expect_output(exec(ARGV("sh", "-c", "printf %s \"$FOO\""), &options),
                  "baz");
    return 0;
}

TEST_LIMIT(60, create_subprocess_env_exec)    /* CPython: the same name */
{
    live(main_of_env_exec, NULL);
}
