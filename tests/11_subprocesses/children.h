/* children.h - what the tests of children share: loops in real time, ways to
 * start a child, and to hear of its lines and its end. */
#ifndef CHILDREN_H
#define CHILDREN_H

#include "../../code/06_gather/gather.h"
#include "../../code/06_gather/timeout.h"
#include "../../code/11_subprocesses/process.h"
#include "../05_tasks/tasks.h"

/* ---- Loops ---- */
/* A child does not wait for a clock that jumps. */
static inline Loop *real_loop(void)
{
    Loop *loop = loop_new();
    CHECK(loop != NULL);
    return loop;
}

/* In a loop of its own, where it must succeed. */
static inline void live(CoroFn *function, void *arg)
{
    Loop *loop = real_loop();
    CHECK_INT(run(loop, function, arg), 0);
    loop_free(loop);
}

/* For the tests whose point is who runs first: it is never shuffled. */
static inline void live_in_order(CoroFn *function, void *arg)
{
    unsetenv("WEFT_SHUFFLE");
    live(function, arg);
}

static inline void silence(Loop *loop, const ErrorContext *context, void *arg)
{
}

/* ---- Starting ---- */
#define ARGV(...) ((char *[]){ __VA_ARGS__, NULL })

static const SubprocessOptions all_pipes = { .input = SUBPROCESS_PIPE,
                                             .output = SUBPROCESS_PIPE,
                                             .error = SUBPROCESS_PIPE };
static const SubprocessOptions input_pipe = { .input = SUBPROCESS_PIPE };
static const SubprocessOptions output_pipe = { .output = SUBPROCESS_PIPE };

static inline Process *exec(char *const argv[], const SubprocessOptions *how)
{
    Process *process = NULL;
    CHECK_INT(async_create_subprocess_exec(argv, how, &process), 0);
    CHECK(process != NULL);
    return process;
}

static inline Process *shell(const char *command, const SubprocessOptions *how)
{
    Process *process = NULL;
    CHECK_INT(async_create_subprocess_shell(command, how, &process), 0);
    CHECK(process != NULL);
    return process;
}

/* One that runs until its input is closed, or a signal ends it. */
static inline Process *start_cat(void)
{
    return exec(ARGV("cat"), &input_pipe);
}

/* What the call says; nothing has begun. */
static inline int refusal_of(char *const argv[], const SubprocessOptions *how)
{
    Process *process = (Process *)&all_pipes;
    int err = async_create_subprocess_exec(argv, how, &process);
    CHECK_PTR(process, NULL);
    return err;
}

/* ---- Its lines ---- */
static inline void expect_line(Process *process, const char *wanted)
{
    char *line;
    size_t length;
    CHECK_INT(reader_readline(process_stdout(process), &line, &length), 0);
    if (length > 0 && line[length - 1] == '\n')
        line[length - 1] = '\0';
    CHECK_STR(line, wanted);
}

static inline long read_number(Process *process)
{
    char *line;
    size_t length;
    CHECK_INT(reader_readline(process_stdout(process), &line, &length), 0);
    CHECK(length > 1);
    return strtol(line, NULL, 10);
}

/* ---- Its end ---- */
static inline int end_of(Process *process)
{
    int returncode = 1000;
    CHECK_INT(process_wait(process, &returncode), 0);
    return returncode;
}

static inline void expect_end(Process *process, int wanted)
{
    CHECK_INT(end_of(process), wanted);
    process_free(process);
}

static inline bool has_ended(Process *process)
{
    return process_returncode(process, NULL);
}

/* Nobody, not even a dead one that is not yet reaped. */
static inline bool is_nobody(pid_t pid)
{
    return kill(pid, 0) < 0 && errno == ESRCH;
}

static inline void until_nobody(pid_t pid)
{
    while (!is_nobody(pid))
        rest(0.002);
}

static inline void until_ended(Process *process)
{
    while (!has_ended(process))
        rest(0.002);
}

/* ---- All that it says ---- */
static inline void expect_bytes(const Bytes *bytes, const char *wanted)
{
    CHECK_INT(bytes->length, strlen(wanted));
    CHECK_STR(bytes->data, wanted);
    free(bytes->data);
}

/* Frees it, too. */
static inline void expect_output(Process *process, const char *wanted)
{
    Bytes output;
    CHECK_INT(process_communicate(process, NULL, 0, &output, NULL), 0);
    expect_bytes(&output, wanted);
    expect_end(process, 0);
}

/* ---- Pipes of the test ---- */
static inline void open_both(int both[2])
{
    CHECK_INT(pipe(both), 0);
}

static inline void close_both(int both[2])
{
    close(both[0]);
    close(both[1]);
}

/* All that was written to it, to its end. */
static inline void expect_in_pipe(int fd, const char *wanted)
{
    char text[200];
    size_t length = 0;
    ssize_t n;
    while ((n = read(fd, text + length, sizeof text - 1 - length)) > 0)
        length += (size_t)n;
    CHECK_INT(n, 0);
    text[length] = '\0';
    CHECK_STR(text, wanted);
}

#endif
