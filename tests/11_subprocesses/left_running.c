/* Children that still run when their loop closes: each is killed, and in debug
 * mode reported once (L18). */
#include <errno.h>
#include <sys/wait.h>

#include "../../code/03_futures/future_inside.h"
#include "children.h"

/* ---- Reports ---- */
static int count;
static char message[80];
static Origin origin;
static bool frees_process;
static Process *process;
static pid_t pid;

static void hear(Loop *loop, const ErrorContext *context, void *arg)
{
    count++;
    snprintf(message, sizeof message, "%s", context->message);
    origin = context->origin;
    if (frees_process)
        process_free(process);
}

/* ---- A child that runs ---- */
static int start_one(void *arg, Value *result)
{
    origin_now = (Origin){ "started.c", 17 };
    process = exec(ARGV("sleep", "1000"), NULL);
    origin_now = (Origin){ .file = NULL };
    pid = process_pid(process);
    return 0;
}

static Loop *loop_with_child(bool is_debug)
{
    Loop *loop = real_loop();
    loop_set_debug(loop, is_debug);
    loop_set_exception_handler(loop, hear, NULL);
    CHECK_INT(run(loop, start_one, NULL), 0);
    return loop;
}

static bool is_gone(void)
{
    return kill(pid, 0) < 0 && errno == ESRCH;
}

/* ---- In debug mode ---- */
TEST(a_child_left_running_is_killed_and_reported)    /* L18 */
{
    char wanted[80];
    Loop *loop = loop_with_child(true);
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(count, 1);
    snprintf(wanted, sizeof wanted, "A process was left running: pid %ld",
             (long)pid);
    CHECK_STR(message, wanted);
    CHECK_STR(origin.file, "started.c");
    CHECK_INT(origin.line, 17);
    CHECK(is_gone());
    loop_free(loop);
    process_free(process);
    CHECK_INT(count, 1);
}

TEST(the_handler_may_free_the_process)
{
    frees_process = true;
    loop_free(loop_with_child(true));
    CHECK_INT(count, 1);
    CHECK(is_gone());
}

/* ---- And when not ---- */
TEST(without_debug_mode_it_is_killed_only)
{
    loop_free(loop_with_child(false));
    CHECK_INT(count, 0);
    CHECK(is_gone());
    process_free(process);
}

static int end_it(void *arg, Value *result)
{
    CHECK_INT(process_kill(process), 0);
    return process_wait(process, NULL);
}

TEST(one_that_has_ended_is_not_reported)
{
    Loop *loop = loop_with_child(true);
    CHECK_INT(run(loop, end_it, NULL), 0);
    loop_free(loop);
    CHECK_INT(count, 0);
    process_free(process);
}

/* It is the parent's child, and lives on. */
TEST(a_forked_child_reports_none)
{
    int status;
    Loop *loop = loop_with_child(true);
    pid_t other = fork();
    CHECK(other >= 0);
    if (other == 0) {
        loop_close(loop);
        _exit(count);
    }
    CHECK_INT(waitpid(other, &status, 0), other);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
    CHECK(!is_gone());
    loop_free(loop);
    CHECK_INT(count, 1);
    process_free(process);
}
