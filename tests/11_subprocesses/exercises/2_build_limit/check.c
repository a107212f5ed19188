/* The children are shells.  A limit that has to expire is made longer until the
 * child has said what it says first: so no speed is assumed. */
#include "../../../check.h"
#include "../../../../code/11_subprocesses/exercises/2_build_limit/limit.h"

static Loop *loop;
static Task *running;

/* ---- Around each test ---- */
typedef struct Run {
    char *const *argv;
    double limit, grace;
    Bytes output;
    int err, returncode;
    bool has_child;       /* when run_with_limit() had returned */
} Run;

static bool has_child(void)
{
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static int run_it(void *arg, Value *result)
{
    Run *run = arg;
    run->err = run_with_limit(run->argv, run->limit, run->grace, &run->output,
                              &run->returncode);
    run->has_child = has_child();
    return 0;
}

static void turn(void *arg)
{
    CHECK(loop_call_soon(loop, loop_stop_callback, loop) != 0);
}

static Run run_argv(char *const argv[], double limit, double grace)
{
    Run run = { .argv = argv, .limit = limit, .grace = grace,
                .output = { (char *)"unset", 99 }, .returncode = 99 };
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    CHECK(loop != NULL);
    running = loop_create_task(loop, run_it, &run);
    CHECK(running != NULL);
    CHECK_INT(loop_run_until_complete(loop, running, NULL), 0);
    task_release(running);
    CHECK(!run.has_child);
    CHECK(loop_call_soon(loop, turn, NULL) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
    loop_free(loop);
    return run;
}

static Run run_script(const char *script, double limit, double grace)
{
    char *argv[] = { "sh", "-c", (char *)script, NULL };
    return run_argv(argv, limit, grace);
}

static void expect_run(Run run, int err, int returncode, const char *output)
{
    CHECK_INT(run.err, err);
    CHECK_INT(run.returncode, returncode);
    CHECK_STR(run.output.data, output);
    CHECK_INT(run.output.length, strlen(output));
    free(run.output.data);
}

/* With a limit that is long enough for the child to begin. */
static Run run_until_ready(const char *script, double grace)
{
    double limit = 0.02;
    Run run = run_script(script, limit, grace);
    while (run.err == E_TIMEOUT && run.output.data != NULL &&
           strstr(run.output.data, "ready\n") == NULL && limit < 20) {
        free(run.output.data);
        limit *= 2;
        run = run_script(script, limit, grace);
    }
    return run;
}

/* Under valgrind a start that fails is not told, but ends with 127. */
static bool starts_tell(void)
{
    const char *preload = getenv("LD_PRELOAD");
    return preload == NULL || strstr(preload, "vgpreload") == NULL;
}

/* ---- The tests ---- */
TEST_FOR(1, one_that_ends_in_time_is_told_nothing)
{
    HINT("both pipes together; and its input is at its end at once");
    expect_run(run_script("echo out; echo err >&2; cat; exit 3", 60, 60), 0, 3,
              "out\nerr\n");
    expect_run(run_script("kill -9 $$", 60, 60), 0, -9, "");
    Run run = run_script("i=0; while [ $i -lt 20000 ]; do i=$((i + 1));"
                         "echo 123456789; done", 60, 60);
    CHECK_INT(run.err, 0);
    CHECK_INT(run.output.length, 200000);
    CHECK_INT(strlen(run.output.data), 200000);
    free(run.output.data);
    if (!starts_tell())
        return;
    char *missing[] = { "./no such program", NULL };
    run = run_argv(missing, 60, 60);
    CHECK_INT(run.err, ENOENT);
    CHECK_PTR(run.output.data, NULL);
}

TEST_FOR(1, one_that_is_late_may_clean_up)
{
    HINT("SIGTERM first; what it says after it counts, too");
    expect_run(run_until_ready("trap 'echo bye; exit 5' TERM; echo ready;"
                              "while :; do sleep 0.02; done", 60),
              E_TIMEOUT, 5, "ready\nbye\n");
    expect_run(run_until_ready("echo ready; exec sleep 1000", 60), E_TIMEOUT,
              -SIGTERM, "ready\n");
    expect_run(run_until_ready("echo ready; exec >&- 2>&-; exec sleep 1000",
                              60), E_TIMEOUT, -SIGTERM, "ready\n");
}

TEST_FOR(1, one_that_does_not_listen_is_killed)
{
    HINT("after the grace: SIGKILL, which nobody can ignore");
    signal(SIGTERM, SIG_IGN);    /* the child inherits that */
    expect_run(run_until_ready("echo ready; exec sleep 1000", 0.02), E_TIMEOUT,
              -SIGKILL, "ready\n");
    signal(SIGTERM, SIG_DFL);
}

/* A child of the child, which lives until the test closes the pipe. */
TEST_FOR(1, others_who_have_its_pipe_are_not_waited_for)
{
    HINT("the end of the child and the end of its output are two things");
    int fd[2];
    CHECK_INT(pipe(fd), 0);
    CHECK_INT(dup2(fd[0], 9), 9);
    CHECK_INT(fcntl(fd[1], F_SETFD, FD_CLOEXEC), 0);
    expect_run(run_script("cat <&9 & echo ready; exit 4", 60, 0.2), 0, 4,
              "ready\n");
    expect_run(run_until_ready("cat <&9 & echo ready; exec sleep 1000", 0.2),
              E_TIMEOUT, -SIGTERM, "ready\n");
    close(fd[0]);
    close(fd[1]);
    close(9);
}

/* ---- Cancelling ---- */
static int left;

static void cancel(void *arg)
{
    if (task_cancel(running) && --left > 0)
        CHECK(loop_call_soon(loop, cancel, NULL) != 0);
}

/* From when the child has said something to us. */
static int hear_and_cancel(void *arg, Value *result)
{
    char byte;
    size_t got;
    CHECK_INT(reader_read(arg, &byte, 1, &got), 0);
    CHECK_INT(got, 1);
    cancel(NULL);
    return 0;
}

static int listen_for(void *arg, Value *result)
{
    StreamReader *reader;
    CHECK_INT(async_open_fd(*(int *)arg, &reader, NULL), 0);
    int err = hear_and_cancel(reader, result);
    reader_free(reader);
    return err;
}

static void cancel_run(int times)
{
    int fd[2];
    left = times;
    CHECK_INT(pipe(fd), 0);
    CHECK_INT(dup2(fd[1], 9), 9);
    CHECK_INT(fcntl(fd[0], F_SETFD, FD_CLOEXEC), 0);
    close(fd[1]);
    char *argv[] = { "sh", "-c", "trap '' TERM; echo ready; echo x >&9;"
                                 "exec sleep 1000", NULL };
    Run run = { .argv = argv, .limit = 60, .grace = 60 };
    loop = loop_new();
    CHECK(loop != NULL);
    running = loop_create_task(loop, run_it, &run);
    Task *task = loop_create_task(loop, listen_for, &fd[0]);
    CHECK_INT(loop_run_until_complete(loop, running, NULL), 0);
    CHECK_INT(task_error(task), 0);
    task_release(running);
    task_release(task);
    CHECK(loop_call_soon(loop, turn, NULL) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
    loop_free(loop);
    close(9);
    CHECK_INT(run.err, E_CANCELLED);
    CHECK(!run.has_child);
    CHECK_PTR(run.output.data, NULL);
}

TEST_FOR(1, who_is_cancelled_leaves_no_child_behind)
{
    HINT("nobody waits for grace then: kill it, and wait for its end");
    cancel_run(1);
    cancel_run(20);
}
