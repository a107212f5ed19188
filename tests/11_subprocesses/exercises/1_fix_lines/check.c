/* The children are shells; what has to come first is waited for with lines.
 * What worked before the bugs were found still has to: that test gives
 * nothing. */
#include "../../../check.h"
#include "../../../../code/11_subprocesses/exercises/1_fix_lines/lines.h"

static Loop *loop;
static Task *running;

/* ---- What was heard ---- */
static struct {
    char text[2000];      /* each line behind an o or an e */
    int lines, errors;    /* how many of each */
    int fail_at, err;
    int cancels;          /* in so many turns, from each line on */
} heard;

static void cancel(void *arg)
{
    if (task_cancel(running) && --heard.cancels > 0)
        CHECK(loop_call_soon(loop, cancel, NULL) != 0);
}

static int on_line(const char *line, bool is_error, void *arg)
{
    CHECK_PTR(arg, &heard);
    size_t used = strlen(heard.text);
    snprintf(heard.text + used, sizeof heard.text - used, "%c%.20s|",
             is_error ? 'e' : 'o', line);
    heard.lines += !is_error;
    heard.errors += is_error;
    if (heard.cancels > 0)
        CHECK(loop_call_soon(loop, cancel, NULL) != 0);
    return heard.lines + heard.errors == heard.fail_at ? heard.err : 0;
}

/* ---- Around each test ---- */
typedef struct Run {
    char *const *argv;
    int returncode;
    bool has_child;       /* when run_lines() had returned */
} Run;

/* Of ours, dead or alive: each was reaped. */
static bool has_child(void)
{
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static int run_it(void *arg, Value *result)
{
    Run *run = arg;
    int err = run_lines(run->argv, on_line, &heard, &run->returncode);
    run->has_child = has_child();
    return err;
}

static void turn(void *arg)
{
    CHECK(loop_call_soon(loop, loop_stop_callback, loop) != 0);
}

static int run_argv(char *const argv[], int err)
{
    Run run = { .argv = argv, .returncode = 99 };
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    CHECK(loop != NULL);
    heard.text[0] = '\0';
    heard.lines = heard.errors = 0;
    running = loop_create_task(loop, run_it, &run);
    CHECK(running != NULL);
    CHECK_INT(loop_run_until_complete(loop, running, NULL), err);
    task_release(running);
    CHECK(!run.has_child);
    CHECK(loop_call_soon(loop, turn, NULL) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
    loop_free(loop);
    return run.returncode;
}

static int run_script(const char *script, int err)
{
    char *argv[] = { "sh", "-c", (char *)script, NULL };
    return run_argv(argv, err);
}

/* Under valgrind a start that fails is not told, but ends with 127. */
static bool starts_tell(void)
{
    const char *preload = getenv("LD_PRELOAD");
    return preload == NULL || strstr(preload, "vgpreload") == NULL;
}

/* ---- The tests ---- */
TEST(a_program_is_heard)
{
    heard.fail_at = 0;
    CHECK_INT(run_script("echo one; echo; printf last; exit 3", 0), 3);
    CHECK_STR(heard.text, "oone|o|olast|");
    CHECK_INT(run_script("echo one; kill -9 $$", 0), -9);
    CHECK_INT(run_script("echo two >&2", 0), 0);
    CHECK_STR(heard.text, "etwo|");
    char *missing[] = { "./no such program", NULL };
    if (starts_tell())
        run_argv(missing, ENOENT);
}

TEST_FOR(1, both_pipes_are_heard_at_the_same_time)
{
    HINT("a child that fills one pipe does not come to the end of the other");
    CHECK_INT(run_script("i=0; while [ $i -lt 4000 ]; do i=$((i + 1));"
                         "echo 'a line of an error, thirty-two long' >&2;"
                         "done; echo 'and one more'", 0), 0);
    CHECK_INT(heard.lines, 1);
    CHECK_INT(heard.errors, 4000);
}

TEST_FOR(1, who_has_heard_enough_ends_the_child)
{
    HINT("on each way out the child has ended, and was freed");
    heard.err = E_USER + 1;
    heard.fail_at = 2;
    run_script("echo one; echo two; exec sleep 1000", E_USER + 1);
    CHECK_STR(heard.text, "oone|otwo|");
    heard.fail_at = 1;
    run_script("echo enough >&2; exec sleep 1000", E_USER + 1);
    CHECK_STR(heard.text, "eenough|");
    heard.fail_at = 0;
    run_script("i=0; while [ $i -lt 9000 ]; do i=$((i + 1));"
               "printf 'a line that does not end'; done; exec sleep 1000",
               E_VALUE);
    CHECK_STR(heard.text, "");
}

TEST_FOR(1, who_is_cancelled_ends_the_child)
{
    HINT("cancelled once more, it still waits for the end of the child");
    heard.cancels = 1;
    run_script("echo cancel me; exec sleep 1000", E_CANCELLED);
    heard.cancels = 20;
    run_script("echo cancel me >&2; exec sleep 1000", E_CANCELLED);
}
