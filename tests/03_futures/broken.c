/* A handler that fails itself: its reports go to the default one, so that there
 * is no recursion; and the loop goes on. */
#include "../../code/03_futures/report.h"
#include "../check.h"

/* ---- Helpers ---- */
static int calls, real_stderr;
static FILE *file;

static void start_reading_stderr(void)
{
    file = tmpfile();
    real_stderr = dup(2);
    CHECK(file != NULL && dup2(fileno(file), 2) == 2);
}

static const char *stderr_text(void)
{
    static char text[4001];
    CHECK_INT(dup2(real_stderr, 2), 2);
    close(real_stderr);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

static void report(Loop *loop, const char *message, int error)
{
    ErrorContext context = { .message = message, .error = error };
    loop_call_exception_handler(loop, &context);
}

static void release_failed(Loop *loop, int error)
{
    Future *future = future_new(loop);
    CHECK_INT(future_set_error(future, error, (Value){ .i = 0 }), 0);
    future_release(future);
}

/* ---- A handler that fails ---- */
static void report_again(Loop *loop, const ErrorContext *context, void *arg)
{
    calls++;
    report(loop, "The handler broke", E_LOOKUP);
}

TEST(what_a_handler_reports_goes_to_the_default_one)    /* L10 */
{
    Loop *loop = loop_new();
    loop_set_exception_handler(loop, report_again, NULL);
    start_reading_stderr();
    report(loop, "Something broke", EPIPE);
    CHECK_STR(stderr_text(), "The handler broke\n"
                             "error: LookupError: Not found\n");
    CHECK_INT(calls, 1);
    loop_free(loop);
}

static void lose_a_future(Loop *loop, const ErrorContext *context, void *arg)
{
    calls++;
    release_failed(loop, E_TIMEOUT);
}

TEST(a_handler_that_loses_a_failed_future_is_not_called_for_it)    /* L10 D1 */
{
    Loop *loop = loop_new();
    loop_set_exception_handler(loop, lose_a_future, NULL);
    start_reading_stderr();
    release_failed(loop, E_LOOKUP);
    CHECK_STR(stderr_text(), "Future exception was never retrieved\n"
                             "error: TimeoutError: Timed out\n"
                             "future: <Future finished>\n");
    CHECK_INT(calls, 1);
    loop_free(loop);
}

TEST(after_it_has_failed_it_is_called_again)    /* L10 */
{
    Loop *loop = loop_new();
    loop_set_exception_handler(loop, report_again, NULL);
    start_reading_stderr();
    for (int i = 0; i < 3; i++)
        report(loop, "Something broke", 0);
    CHECK_INT(calls, 3);
    CHECK_INT(strlen(stderr_text()),
              3 * strlen("The handler broke\nerror: LookupError: Not found\n"));
    loop_free(loop);
}

/* ---- Others meanwhile ---- */
static Loop *other_loop;

static void report_to_other(Loop *loop, const ErrorContext *context, void *arg)
{
    calls++;
    if (loop != other_loop)
        report(other_loop, "Of another loop", 0);
}

TEST(the_handler_of_another_loop_is_called_meanwhile)    /* L10 */
{
    Loop *loop = loop_new();
    other_loop = loop_new();
    loop_set_exception_handler(loop, report_to_other, NULL);
    loop_set_exception_handler(other_loop, report_to_other, NULL);
    start_reading_stderr();
    report(loop, "Something broke", 0);
    CHECK_STR(stderr_text(), "");
    CHECK_INT(calls, 2);
    loop_free(other_loop);
    loop_free(loop);
}

static void count(Loop *loop, const ErrorContext *context, void *arg)
{
    ++*(int *)arg;
}

static void replace_itself(Loop *loop, const ErrorContext *context, void *arg)
{
    calls++;
    loop_set_exception_handler(loop, count, arg);
}

TEST(a_handler_may_replace_itself)
{
    Loop *loop = loop_new();
    int counted = 0;
    loop_set_exception_handler(loop, replace_itself, &counted);
    for (int i = 0; i < 3; i++)
        report(loop, "Something broke", 0);
    CHECK_INT(calls, 1);
    CHECK_INT(counted, 2);
    loop_free(loop);
}

/* ---- The loop goes on ---- */
static void fail(void *loop)
{
    report(loop, "A callback broke", EPIPE);
}

static void go_on(void *arg)
{
    ++*(int *)arg;
}

TEST(the_loop_survives_its_callbacks_and_its_handler)    /* L9 L10 */
{
    Loop *loop = loop_new();
    int after = 0;
    loop_set_exception_handler(loop, report_again, NULL);
    start_reading_stderr();
    CHECK(loop_call_soon(loop, fail, loop) != 0);
    CHECK(loop_call_soon(loop, go_on, &after) != 0);
    CHECK(loop_call_soon(loop, fail, loop) != 0);
    CHECK(loop_call_soon(loop, go_on, &after) != 0);
    loop_stop(loop);
    CHECK_INT(loop_run_forever(loop), 0);
    stderr_text();
    CHECK_INT(calls, 2);
    CHECK_INT(after, 2);
    loop_free(loop);
}

static void stop(Loop *loop, const ErrorContext *context, void *arg)
{
    calls++;
    loop_stop(loop);
}

TEST(a_handler_may_use_the_loop)    /* L9 */
{
    Loop *loop = loop_new();
    loop_set_exception_handler(loop, stop, NULL);
    CHECK(loop_call_soon(loop, fail, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
    CHECK_INT(calls, 1);
    loop_free(loop);
}
