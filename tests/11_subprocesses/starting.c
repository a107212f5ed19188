/* Starting a child: what exec says, where and in which environment it runs, and
 * what its input, output and errors are. */
#include <sys/resource.h>
#include <sys/stat.h>

#include "children.h"

/* ---- What exec says ---- */
static void write_script(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    fputs(text, file);
    CHECK_INT(fclose(file), 0);
    CHECK_INT(chmod(path, mode), 0);
}

static int exec_fails(void *arg, Value *result)
{
    char directory[] = "/tmp/weft-XXXXXX", path[60], inside[80];
    CHECK(mkdtemp(directory) != NULL);
    snprintf(path, sizeof path, "%s/file", directory);
    snprintf(inside, sizeof inside, "%s/inside", path);
    CHECK_INT(refusal_of(ARGV(path), &all_pipes), ENOENT);
    CHECK_INT(refusal_of(ARGV("no-such-program-anywhere"), NULL), ENOENT);
    CHECK_INT(refusal_of(ARGV(""), NULL), ENOENT);
    CHECK_INT(refusal_of(ARGV(directory), &all_pipes), EACCES);
    write_script(path, "no program\n", 0644);
    CHECK_INT(refusal_of(ARGV(path), &all_pipes), EACCES);
    CHECK_INT(refusal_of(ARGV(inside), &all_pipes), ENOTDIR);
    write_script(path, "no program\n", 0755);
    CHECK_INT(refusal_of(ARGV(path), &all_pipes), ENOEXEC);
    write_script(path, "#!/bin/sh\nexit 9\n", 0755);
    expect_end(exec(ARGV(path), NULL), 9);
    CHECK_INT(unlink(path), 0);
    CHECK_INT(rmdir(directory), 0);
    return 0;
}

TEST_LIMIT(60, P5_what_exec_says_comes_from_the_call)
{
    live(exec_fails, NULL);
}

static int say_too_much(void *arg, Value *result)
{
    enum { LENGTH = 100 << 20 };
    char *text = malloc(LENGTH);
    CHECK(text != NULL);
    memset(text, 'x', LENGTH - 1);
    text[LENGTH - 1] = '\0';
    CHECK_INT(refusal_of(ARGV("true", text), &all_pipes), E2BIG);
    free(text);
    return 0;
}

TEST_LIMIT(60, P5_too_long_an_argument)
{
    live(say_too_much, NULL);
}

static int ask_for_nonsense(void *arg, Value *result)
{
    Process *process = (Process *)&all_pipes;
    char **none = NULL;
    char *no_program[] = { NULL };
    CHECK_INT(refusal_of(none, NULL), E_VALUE);
    CHECK_INT(refusal_of(no_program, NULL), E_VALUE);
    CHECK_INT(async_create_subprocess_shell(NULL, NULL, &process), E_VALUE);
    CHECK_PTR(process, NULL);
    SubprocessOptions bad[] = { { .input = -4 }, { .output = -4 },
                                { .error = -4 }, { .error = INT_MIN },
                                { .input = SUBPROCESS_STDOUT },
                                { .output = SUBPROCESS_STDOUT } };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_INT(refusal_of(ARGV("true"), &bad[i]), E_VALUE);
    return 0;
}

TEST_LIMIT(60, no_program_and_no_such_option)
{
    live(ask_for_nonsense, NULL);
}

static int give_closed_ones(void *arg, Value *result)
{
    int closed = dup(1);
    close(closed);
    SubprocessOptions lost[] = { { .input = closed }, { .output = closed },
                                 { .error = closed }, { .error = INT_MAX },
                                 { .input = -1, .output = closed },
                                 { .output = -1, .error = closed } };
    for (size_t i = 0; i < sizeof lost / sizeof *lost; i++)
        CHECK_INT(refusal_of(ARGV("true"), &lost[i]), EBADF);
    return 0;
}

TEST_LIMIT(60, a_closed_descriptor_is_seen_before_a_pipe_takes_its_number)
{
    live(give_closed_ones, NULL);
}

/* ---- Where it runs ---- */
static int change_directory(void *arg, Value *result)
{
    SubprocessOptions options = { .output = SUBPROCESS_PIPE, .cwd = "/" };
    char here[PATH_MAX], line[PATH_MAX + 1];
    CHECK(getcwd(here, sizeof here) != NULL);
    expect_output(exec(ARGV("sh", "-c", "pwd -P"), &options), "/\n");
    snprintf(line, sizeof line, "%s\n", here);
    options.cwd = NULL;
    expect_output(shell("pwd -P", &options), line);
    CHECK(getcwd(line, sizeof line) != NULL);
    CHECK_STR(line, here);
    options.cwd = "/no/such/directory";
    CHECK_INT(refusal_of(ARGV("true"), &options), ENOENT);
    options.cwd = "/dev/null";
    CHECK_INT(refusal_of(ARGV("true"), &options), ENOTDIR);
    return 0;
}

TEST_LIMIT(60, it_runs_in_the_directory_named)
{
    live(change_directory, NULL);
}

extern char **environ;

static int change_environment(void *arg, Value *result)
{
    SubprocessOptions options = { .output = SUBPROCESS_PIPE };
    char **before = environ;
    environ = ARGV("WEFT_COLOR=red");
    expect_output(shell("echo $WEFT_COLOR", &options), "red\n");
    options.env = ARGV("WEFT_COLOR=blue", "WEFT_SIZE=7");
    expect_output(shell("echo $WEFT_COLOR $WEFT_SIZE", &options), "blue 7\n");
    expect_output(exec(ARGV("env"), &options),
                  "WEFT_COLOR=blue\nWEFT_SIZE=7\n");
    options.env = (char *[]){ NULL };
    expect_output(exec(ARGV("env"), &options), "");
    CHECK_STR(getenv("WEFT_COLOR"), "red");
    environ = before;
    return 0;
}

TEST_LIMIT(60, it_has_the_environment_given)
{
    live(change_environment, NULL);
}

static int change_session(void *arg, Value *result)
{
    SubprocessOptions options = { .input = SUBPROCESS_PIPE,
                                  .start_new_session = true };
    Process *process = exec(ARGV("cat"), &options);
    CHECK_INT(getsid(process_pid(process)), process_pid(process));
    CHECK_INT(getpgid(process_pid(process)), process_pid(process));
    writer_close(process_stdin(process));
    expect_end(process, 0);
    process = start_cat();
    CHECK_INT(getsid(process_pid(process)), getsid(0));
    CHECK_INT(getpgid(process_pid(process)), getpgid(0));
    writer_close(process_stdin(process));
    expect_end(process, 0);
    return 0;
}

TEST_LIMIT(60, it_can_have_a_session_of_its_own)
{
    live(change_session, NULL);
}

/* ---- Errors into the output, and nowhere ---- */
static int redirect(void *arg, Value *result)
{
    SubprocessOptions options = { .output = SUBPROCESS_PIPE,
                                  .error = SUBPROCESS_STDOUT };
    Process *process = shell("echo one; echo two >&2; echo three", &options);
    CHECK_PTR(process_stderr(process), NULL);
    expect_output(process, "one\ntwo\nthree\n");
    options = (SubprocessOptions){ .input = SUBPROCESS_DEVNULL,
                                   .output = SUBPROCESS_PIPE,
                                   .error = SUBPROCESS_DEVNULL };
    expect_output(shell("echo two >&2; cat; echo end", &options), "end\n");
    options = (SubprocessOptions){ .input = SUBPROCESS_DEVNULL,
                                   .output = SUBPROCESS_DEVNULL,
                                   .error = SUBPROCESS_STDOUT };
    expect_end(shell("cat && echo one && echo two >&2", &options), 0);
    return 0;
}

TEST_LIMIT(60, its_errors_may_go_with_its_output_or_nowhere)
{
    live(redirect, NULL);
}

/* ---- Descriptors given ---- */
static int give_one_for_both(void *arg, Value *result)
{
    int both[2], in[2];
    open_both(both);
    open_both(in);
    SubprocessOptions options = { .input = in[0], .output = both[1],
                                  .error = both[1] };
    CHECK_INT(write(in[1], "text\n", 5), 5);
    close(in[1]);
    expect_end(shell("cat; echo one; echo two >&2", &options), 0);
    CHECK(fcntl(both[1], F_GETFD) >= 0 && fcntl(in[0], F_GETFD) >= 0);
    close(both[1]);
    expect_in_pipe(both[0], "text\none\ntwo\n");
    close(both[0]);
    close(in[0]);
    return 0;
}

TEST_LIMIT(60, a_descriptor_may_be_given_for_each_and_for_both)
{
    live(give_one_for_both, NULL);
}

static int give_a_high_one(void *arg, Value *result)
{
    int both[2];
    open_both(both);
    int high = fcntl(both[1], F_DUPFD, 1001);
    close(both[1]);
    CHECK(high > 1000);
    SubprocessOptions options = { .output = high };
    expect_end(shell("echo up there", &options), 0);
    close(high);
    expect_in_pipe(both[0], "up there\n");
    close(both[0]);
    return 0;
}

TEST_LIMIT(60, a_descriptor_above_a_thousand)
{
    struct rlimit limit;
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_max <= 1100)
        SKIP("no descriptor is that high here");
    if (limit.rlim_cur <= 1100)
        limit.rlim_cur = 1100;
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
    live(give_a_high_one, NULL);
}

/* Our own 1 and 2 are two pipes meanwhile. */
static int swap_its_outputs(void *arg, Value *result)
{
    int one[2], two[2], saved[2] = { dup(1), dup(2) };
    open_both(one);
    open_both(two);
    dup2(one[1], 1);
    dup2(two[1], 2);
    SubprocessOptions options = { .output = 2, .error = 1 };
    Process *process = shell("echo output; echo errors >&2", &options);
    int returncode = end_of(process);
    for (int i = 0; i < 2; i++) {
        dup2(saved[i], i + 1);
        close(saved[i]);
    }
    CHECK_INT(returncode, 0);
    process_free(process);
    close(one[1]);
    close(two[1]);
    expect_in_pipe(one[0], "errors\n");
    expect_in_pipe(two[0], "output\n");
    close(one[0]);
    close(two[0]);
    return 0;
}

TEST_LIMIT(60, its_output_and_its_errors_may_be_swapped)
{
    live(swap_its_outputs, NULL);
}

/* 0 is SUBPROCESS_INHERIT: what is our own 0 is the child's. */
static int inherit_the_input(void *arg, Value *result)
{
    int both[2], saved = dup(0);
    open_both(both);
    dup2(both[0], 0);
    close(both[0]);
    CHECK_INT(write(both[1], "inherited\n", 10), 10);
    close(both[1]);
    Process *process = exec(ARGV("cat"), &output_pipe);
    dup2(saved, 0);
    close(saved);
    expect_output(process, "inherited\n");
    return 0;
}

TEST_LIMIT(60, what_is_not_named_is_inherited)
{
    live(inherit_the_input, NULL);
}

/* ---- Without descriptors of our own ---- */
static int start_without(void *arg, Value *result)
{
    static const SubprocessOptions devnull = { .input = SUBPROCESS_DEVNULL,
                                               .output = SUBPROCESS_PIPE,
                                               .error = SUBPROCESS_STDOUT };
    int closed = *(int *)arg, saved[3], err[2];
    Bytes output[2], error;
    Process *processes[2];
    for (int i = 0; i < 3; i++) {
        saved[i] = fcntl(i, F_DUPFD_CLOEXEC, 100);
        if (closed & 1 << i)
            close(i);
    }
    processes[0] = shell("cat; echo errors >&2", &all_pipes);
    processes[1] = shell("cat; echo errors >&2", &devnull);
    err[0] = process_communicate(processes[0], "text\n", 5, &output[0], &error);
    err[1] = process_communicate(processes[1], NULL, 0, &output[1], NULL);
    process_free(processes[0]);
    process_free(processes[1]);
    pause_turns(3);    /* now its pipes are closed */
    for (int i = 0; i < 3; i++) {
        dup2(saved[i], i);
        close(saved[i]);
    }
    CHECK(err[0] == 0 && err[1] == 0);
    expect_bytes(&output[0], "text\n");
    expect_bytes(&error, "errors\n");
    expect_bytes(&output[1], "errors\n");
    return 0;
}

TEST_LIMIT(60, a_parent_that_has_closed_its_own_0_1_or_2)
{
    for (int closed = 0; closed < 8; closed++)
        live(start_without, &closed);
}
