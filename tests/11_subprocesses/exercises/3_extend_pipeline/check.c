/* What has to come first is waited for with bytes in pipes, never with time. */
#include "../../../check.h"
#include "../../../../code/11_subprocesses/exercises/3_extend_pipeline/pipes.h"

enum { MUCH = 1000 * 1000, MOST = 4 };

static Loop *loop;
static Task *running;

/* ---- Around each test ---- */
typedef struct Run {
    char *const *argvs[MOST];
    size_t n;
    const char *input;
    size_t length;
    Bytes output;
    int err, returncodes[MOST];
    bool has_child;       /* when run_pipeline() had returned */
} Run;

static bool has_child(void)
{
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static int run_it(void *arg, Value *result)
{
    Run *run = arg;
    run->err = run_pipeline(run->argvs, run->n, run->input, run->length,
                            &run->output, run->returncodes);
    run->has_child = has_child();
    return 0;
}

static void turn(void *arg)
{
    CHECK(loop_call_soon(loop, loop_stop_callback, loop) != 0);
}

static Run run(Run run, CoroFn *meanwhile)
{
    unsetenv("WEFT_SHUFFLE");
    while (run.n < MOST && run.argvs[run.n] != NULL)
        run.n++;
    run.output = (Bytes){ (char *)"unset", 99 };
    loop = loop_new();
    CHECK(loop != NULL);
    running = loop_create_task(loop, run_it, &run);
    Task *task = meanwhile != NULL ? loop_create_task(loop, meanwhile, NULL)
                                   : NULL;
    CHECK_INT(loop_run_until_complete(loop, running, NULL), 0);
    CHECK(task == NULL || task_error(task) == 0);
    task_release(running);
    task_release(task);
    CHECK(!run.has_child);
    CHECK(loop_call_soon(loop, turn, NULL) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
    loop_free(loop);
    if (run.err != 0)
        CHECK_PTR(run.output.data, NULL);
    return run;
}

/* ---- Programs ---- */
#define PROGRAM(...) ((char *const[]){ __VA_ARGS__, NULL })
#define SCRIPT(text) PROGRAM("sh", "-c", text)
#define INPUT(text) .input = text, .length = strlen(text)

static void check_output(Run run, const char *output)
{
    CHECK_INT(run.err, 0);
    CHECK_STR(run.output.data, output);
    CHECK_INT(run.output.length, strlen(output));
    free(run.output.data);
}

/* Under valgrind a start that fails is not told, but ends with 127. */
static bool starts_tell(void)
{
    const char *preload = getenv("LD_PRELOAD");
    return preload == NULL || strstr(preload, "vgpreload") == NULL;
}

/* ---- The tests ---- */
TEST_FOR(1, what_goes_in_comes_out_at_the_other_end)
{
    HINT("a program reads the end when nobody can write to it any more");
    Run three = run((Run){ { PROGRAM("tr", "a-z", "A-Z"), PROGRAM("sort"),
                             SCRIPT("cat; echo END; exit 3") },
                           INPUT("pear\nfig\napple\n") }, NULL);
    check_output(three, "APPLE\nFIG\nPEAR\nEND\n");
    CHECK_INT(three.returncodes[0], 0);
    CHECK_INT(three.returncodes[1], 0);
    CHECK_INT(three.returncodes[2], 3);
    Run one = run((Run){ { SCRIPT("cat; kill -9 $$") }, INPUT("alone") },
                  NULL);
    check_output(one, "alone");
    CHECK_INT(one.returncodes[0], -9);
    check_output(run((Run){ { PROGRAM("cat"), PROGRAM("cat") }, INPUT("") },
                     NULL), "");
    CHECK_INT(run((Run){ INPUT("x") }, NULL).err, E_VALUE);
}

TEST_FOR(1, any_size_passes)
{
    HINT("feed the first and listen to the last at the same time");
    char *input = malloc(MUCH);
    CHECK(input != NULL);
    for (size_t i = 0; i < MUCH; i++)
        input[i] = (char)(i * 31 + i / 1000);
    Run four = run((Run){ { PROGRAM("cat"), PROGRAM("cat"), PROGRAM("cat"),
                            PROGRAM("cat") }, .input = input,
                          .length = MUCH }, NULL);
    CHECK_INT(four.err, 0);
    CHECK_INT(four.output.length, MUCH);
    CHECK_INT(memcmp(four.output.data, input, MUCH), 0);
    free(four.output.data);
    free(input);
}

TEST_FOR(1, who_writes_for_nobody_is_told)
{
    HINT("as long as you have the reading end open, somebody could read");
    Run two = run((Run){ { PROGRAM("yes"), SCRIPT("read a; echo $a") },
                         INPUT("") }, NULL);
    check_output(two, "y\n");
    CHECK_INT(two.returncodes[0], -SIGPIPE);
    CHECK_INT(two.returncodes[1], 0);
}

TEST_FOR(1, who_does_not_read_all_is_no_error)
{
    HINT("EPIPE of the first is its own affair");
    char *input = calloc(1, MUCH);
    CHECK(input != NULL);
    memcpy(input, "first\nsecond\n", 13);
    Run two = run((Run){ { SCRIPT("read a; echo $a; exit 7"),
                           PROGRAM("cat") }, .input = input,
                         .length = MUCH }, NULL);
    check_output(two, "first\n");
    CHECK_INT(two.returncodes[0], 7);
    Run one = run((Run){ { PROGRAM("true") }, .input = input,
                         .length = MUCH }, NULL);
    check_output(one, "");
    free(input);
}

TEST_FOR(1, if_one_cannot_start_none_is_left)
{
    HINT("kill those that were started, and wait for their ends");
    if (!starts_tell())
        SKIP("a start that fails is not told under valgrind");
    char *const *sleeps = PROGRAM("sleep", "1000");
    char *const *missing = PROGRAM("./no such program");
    CHECK_INT(run((Run){ { sleeps, sleeps, missing, sleeps }, INPUT("x") },
                  NULL).err, ENOENT);
    CHECK_INT(run((Run){ { missing, sleeps }, INPUT("x") }, NULL).err, ENOENT);
    CHECK_INT(run((Run){ { sleeps, missing }, INPUT("x") }, NULL).err, ENOENT);
}

/* ---- Cancelling ---- */
static int told[2], left;

static void cancel(void *arg)
{
    if (task_cancel(running) && --left > 0)
        CHECK(loop_call_soon(loop, cancel, NULL) != 0);
}

/* When the last child has begun. */
static int hear_and_cancel(void *arg, Value *result)
{
    StreamReader *reader;
    char byte;
    size_t got;
    CHECK_INT(async_open_fd(told[0], &reader, NULL), 0);
    CHECK_INT(reader_read(reader, &byte, 1, &got), 0);
    CHECK_INT(got, 1);
    reader_free(reader);
    cancel(NULL);
    return 0;
}

static void cancel_run(int times)
{
    left = times;
    CHECK_INT(pipe(told), 0);
    CHECK_INT(dup2(told[1], 9), 9);
    CHECK_INT(fcntl(told[0], F_SETFD, FD_CLOEXEC), 0);
    close(told[1]);
    Run three = { { SCRIPT("trap '' TERM; exec sleep 1000"),
                    SCRIPT("exec sleep 1000"),
                    SCRIPT("echo some; echo x >&9; exec sleep 1000") },
                  INPUT("x") };
    CHECK_INT(run(three, hear_and_cancel).err, E_CANCELLED);
    close(9);
}

TEST_FOR(1, who_is_cancelled_leaves_none_behind)
{
    HINT("the same way out, as often as you are cancelled");
    cancel_run(1);
    cancel_run(20);
}
