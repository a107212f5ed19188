/* The children are shells; what has to come first is waited for with beats of
 * the heart, and with the ends of pipes. */
#include "../../../check.h"

#include <math.h>

#include "../../../../code/03_futures/report.h"
#include "../../../../code/13_runtime/debug.h"
#include "../../../../code/13_runtime/exercises/1_fix_survey/survey.h"

/* ---- A run ---- */
static struct {
    Survey survey;
    Task *task;              /* retained */
    int beats, cancel_at;    /* at which beat; 0: never */
    int cancels;             /* in so many turns */
    int beats_before;
    size_t tasks;            /* when survey_run() had returned */
    bool has_child;
    int reports;
} run;

static void report(Loop *loop, const ErrorContext *context, void *arg)
{
    printf("reported: %s\n", context->message);
    run.reports++;
}

static void cancel(void *loop)
{
    if (task_cancel(run.task) && --run.cancels > 0)
        CHECK(loop_call_soon(loop, cancel, loop) != 0);
}

static void beat(void *arg)
{
    CHECK_PTR(arg, &run);
    if (++run.beats == run.cancel_at)
        cancel(async_get_running_loop());
}

/* Of ours, dead or alive: each was reaped. */
static bool has_child(void)
{
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static int run_it(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    loop_set_exception_handler(loop, report, NULL);
    loop_set_slow_callback_duration(loop, INFINITY);
    run.task = future_retain(async_current_task());
    int err = survey_run(&run.survey, result);
    run.tasks = async_all_tasks(loop, NULL, 0);
    run.has_child = has_child();
    run.beats_before = run.beats;
    return err;
}

/* What the other end of the log reads. */
static void check_log(int fd, const char *wanted)
{
    char text[200];
    size_t length = 0;
    ssize_t n;
    while ((n = read(fd, text + length, sizeof text - 1 - length)) > 0)
        length += (size_t)n;
    CHECK_INT(n, 0);
    text[length] = '\0';
    CHECK_STR(text, wanted);
    close(fd);
}

static void survey(char *const argv[], int err, const char *line)
{
    RunOptions options = { .debug = true };
    char wanted[SURVEY_LINE + 1];
    int ends[2];
    unsetenv("WEFT_SHUFFLE");
    unsetenv("WEFT_TRACE");
    CHECK_INT(pipe(ends), 0);
    CHECK_INT(fcntl(ends[0], F_SETFD, FD_CLOEXEC), 0);
    CHECK_INT(fcntl(ends[1], F_SETFD, FD_CLOEXEC), 0);
    run.survey = (Survey){ .argv = argv, .log = ends[1], .beat = beat,
                           .arg = &run };
    run.beats = run.reports = 0;
    CHECK_INT(async_run_with(run_it, NULL, NULL, &options), err);
    task_release(run.task);
    CHECK_INT(run.reports, 0);
    CHECK_INT(run.tasks, 1);
    CHECK(!run.has_child);
    CHECK_INT(run.beats, run.beats_before);
    snprintf(wanted, sizeof wanted, "%s\n", line);
    check_log(ends[0], err == 0 ? wanted : "");
    if (err == 0) {
        CHECK_STR(run.survey.line, line);
        CHECK(run.beats > 0);
    }
}

static void survey_script(const char *script, int err, const char *line)
{
    char *argv[] = { "sh", "-c", (char *)script, NULL };
    survey(argv, err, line);
}

/* Under valgrind a start that fails is not told, but ends with 127. */
static bool starts_tell(void)
{
    const char *preload = getenv("LD_PRELOAD");
    return preload == NULL || strstr(preload, "vgpreload") == NULL;
}

/* ---- The tests ---- */
TEST_FOR(1, a_survey_leaves_nothing_behind)
{
    HINT("read the reports: what was begun, and who ends it?");
    run.cancel_at = 0;
    survey_script("echo fine; echo more; exec sleep 1000", 0, "fine");
    survey_script("printf short", 0, "short");
    survey_script("exit 3", 0, "");
}

TEST_FOR(1, nor_does_one_that_fails)
{
    HINT("an early return passes by all that was begun before it");
    char *missing[] = { "./no such program", NULL };
    run.cancel_at = 0;
    if (starts_tell())
        survey(missing, ENOENT, NULL);
    survey_script("i=0; while [ $i -lt 9000 ]; do i=$((i + 1));"
                  "printf 'a line that does not end'; done; exec sleep 1000",
                  E_VALUE, NULL);
}

TEST_FOR(1, nor_does_one_that_is_cancelled)
{
    HINT("cancelled once more, it still waits for the program and the heart");
    run.cancel_at = 5;
    run.cancels = 1;
    survey_script("exec sleep 1000", E_CANCELLED, NULL);
    run.cancels = 20;
    survey_script("trap '' TERM; exec sleep 1000", E_CANCELLED, NULL);
}
