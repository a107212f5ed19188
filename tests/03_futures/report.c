/* Reports: which errors make one, who gets it, what the default prints. */
#include "../../code/03_futures/report.h"
#include "../check.h"

/* ---- Helpers ---- */
static const Value seven = { .i = 7 };

typedef struct Seen {
    int count;
    ErrorContext last;
} Seen;

static void see(Loop *loop, const ErrorContext *context, void *arg)
{
    Seen *seen = arg;
    CHECK(context->future == NULL || future_get_loop(context->future) == loop);
    seen->count++;
    seen->last = *context;
}

static Loop *watched_loop(Seen *seen)
{
    Loop *loop = loop_new();
    *seen = (Seen){ 0 };
    loop_set_exception_handler(loop, see, seen);
    return loop;
}

static Future *failed_future(Loop *loop)
{
    Future *future = future_new(loop);
    CHECK_INT(future_set_error(future, EPIPE, seven), 0);
    return future;
}

/* What is written to stderr between the two, at most 4000 bytes. */
static int real_stderr;
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

/* ---- Never retrieved ---- */
TEST(an_error_that_nobody_asked_for_is_reported_once)    /* D1 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    Future *future = failed_future(loop);
    future_retain(future);
    future_release(future);
    CHECK_INT(seen.count, 0);
    future_release(future);
    CHECK_INT(seen.count, 1);
    CHECK_STR(seen.last.message, "Future exception was never retrieved");
    CHECK_INT(seen.last.error, EPIPE);
    CHECK_INT(seen.last.detail.i, 7);
    CHECK_PTR(seen.last.future, future);
    CHECK_INT(seen.last.handle, 0);
    loop_free(loop);
    CHECK_INT(seen.count, 1);
}

TEST(other_outcomes_are_not_reported)    /* D1 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    Future *pending = future_new(loop), *finished = future_new(loop);
    Future *cancelled = future_new(loop);
    CHECK_INT(future_set_result(finished, seven), 0);
    CHECK(future_cancel(cancelled));
    future_release(pending);
    future_release(finished);
    future_release(cancelled);
    CHECK_INT(seen.count, 0);
    loop_free(loop);
}

TEST(who_asks_for_the_error_takes_it_over)    /* D1 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    Future *futures[4];
    for (int i = 0; i < 4; i++)
        futures[i] = failed_future(loop);
    Value value;
    CHECK_INT(future_result(futures[0], &value), EPIPE);
    CHECK_INT(future_result(futures[1], NULL), EPIPE);
    CHECK_INT(future_error(futures[2]), EPIPE);
    CHECK_INT(loop_run_until_complete(loop, futures[3], NULL), EPIPE);
    for (int i = 0; i < 4; i++)
        future_release(futures[i]);
    CHECK_INT(seen.count, 0);
    loop_free(loop);
}

static void ignore(Future *future, void *arg)
{
}

TEST(who_only_asks_whether_it_is_done_does_not)    /* D1 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    Future *future = future_new(loop);
    CHECK_INT(future_result(future, NULL), E_INVALID_STATE);    /* too early */
    CHECK_INT(future_add_done_callback(future, ignore, NULL), 0);
    CHECK_INT(future_set_error(future, EPIPE, seven), 0);
    CHECK(future_done(future) && !future_cancelled(future));
    CHECK_STR(future_cancel_message(future), NULL);
    CHECK_INT(future_set_result(future, seven), E_INVALID_STATE);
    loop_stop(loop);
    CHECK_INT(loop_run_forever(loop), 0);
    CHECK_INT(seen.count, 0);
    future_release(future);
    CHECK_INT(seen.count, 1);
    loop_free(loop);
}

TEST(the_last_reference_may_be_a_done_callbacks)    /* D1 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    Future *future = failed_future(loop);
    CHECK_INT(future_add_done_callback(future, ignore, NULL), 0);
    future_release(future);
    CHECK_INT(seen.count, 0);
    loop_stop(loop);
    CHECK_INT(loop_run_forever(loop), 0);
    CHECK_INT(seen.count, 1);
    loop_free(loop);
}

TEST(after_the_loop_has_closed_reports_still_come)    /* D1 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    Future *before = failed_future(loop), *after = future_new(loop);
    CHECK_INT(loop_close(loop), 0);
    future_release(before);
    CHECK_INT(seen.count, 1);
    loop_free(loop);
    CHECK_INT(future_set_error(after, ENOENT, seven), 0);
    future_release(after);
    CHECK_INT(seen.count, 2);
    CHECK_INT(seen.last.error, ENOENT);
}

/* ---- The handler keeps the future ---- */
static Future *kept;

static void keep(Loop *loop, const ErrorContext *context, void *arg)
{
    CHECK(kept == NULL);
    kept = future_retain(context->future);
}

TEST(a_future_that_the_handler_keeps_lives_on)
{
    Loop *loop = loop_new();
    loop_set_exception_handler(loop, keep, NULL);
    future_release(failed_future(loop));
    Value value;
    CHECK_INT(future_result(kept, &value), EPIPE);
    CHECK_INT(value.i, 7);
    future_release(kept);
    loop_free(loop);
}

TEST(it_is_not_reported_again)
{
    Loop *loop = loop_new();
    loop_set_exception_handler(loop, keep, NULL);
    future_release(failed_future(loop));
    CHECK(future_done(kept));
    CHECK_INT(future_add_done_callback(kept, ignore, NULL), 0);
    future_release(kept);
    loop_stop(loop);
    CHECK_INT(loop_run_forever(loop), 0);
    loop_free(loop);
}

static void keep_a_moment(Loop *loop, const ErrorContext *context, void *arg)
{
    ++*(int *)arg;
    future_retain(context->future);
    future_release(context->future);
    CHECK_INT(future_error(context->future), EPIPE);
}

TEST(the_handler_may_keep_it_for_a_moment)
{
    Loop *loop = loop_new();
    int count = 0;
    loop_set_exception_handler(loop, keep_a_moment, &count);
    future_release(failed_future(loop));
    CHECK_INT(count, 1);
    loop_free(loop);
}

/* ---- Whom to tell ---- */
TEST(the_handler_gets_what_was_reported)    /* L9 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    Future *future = future_new(loop);
    ErrorContext context = { .message = "It broke", .error = E_USER,
                             .detail = { .i = 3 }, .future = future,
                             .handle = 17, .origin = { "loom.c", 12 } };
    loop_call_exception_handler(loop, &context);
    CHECK_INT(seen.count, 1);
    CHECK_PTR(seen.last.message, context.message);
    CHECK_INT(seen.last.error, E_USER);
    CHECK_INT(seen.last.detail.i, 3);
    CHECK_PTR(seen.last.future, future);
    CHECK_INT(seen.last.handle, 17);
    CHECK_PTR(seen.last.origin.file, context.origin.file);
    CHECK_INT(seen.last.origin.line, 12);
    future_release(future);
    loop_free(loop);
}

TEST(a_handler_can_be_replaced)
{
    Seen first, second;
    Loop *loop = watched_loop(&first);
    future_release(failed_future(loop));
    second = (Seen){ 0 };
    loop_set_exception_handler(loop, see, &second);
    future_release(failed_future(loop));
    future_release(failed_future(loop));
    CHECK_INT(first.count, 1);
    CHECK_INT(second.count, 2);
    loop_free(loop);
}

TEST(each_loop_has_its_own)
{
    Seen seen, others;
    Loop *loop = watched_loop(&seen), *other = watched_loop(&others);
    future_release(failed_future(other));
    CHECK_INT(seen.count, 0);
    CHECK_INT(others.count, 1);
    loop_free(loop);
    loop_free(other);
}

/* ---- The default ---- */
static void check_printed(const ErrorContext *context, const char *wanted)
{
    Loop *loop = loop_new();
    start_reading_stderr();
    loop_call_exception_handler(loop, context);
    CHECK_STR(stderr_text(), wanted);
    loop_free(loop);
}

TEST(the_default_prints_the_message)    /* L19 */
{
    check_printed(&(ErrorContext){ .message = "It broke" }, "It broke\n");
}

TEST(without_a_message_it_prints_its_own)    /* L19 */
{
    check_printed(&(ErrorContext){ .error = E_TIMEOUT },
                  "Unhandled exception in event loop\n"
                  "error: TimeoutError: Timed out\n");
    check_printed(&(ErrorContext){ .message = NULL },
                  "Unhandled exception in event loop\n");
}

TEST(it_prints_the_name_and_the_message_of_the_error)    /* L19 */
{
    char wanted[200];
    snprintf(wanted, sizeof wanted, "m\nerror: PermissionError: %s\n",
             strerror(EPERM));
    check_printed(&(ErrorContext){ .message = "m", .error = EPERM }, wanted);
    check_printed(&(ErrorContext){ .message = "m", .error = -1 },
                  "m\nerror: Exception: An unknown error\n");
}

TEST(it_prints_the_handle)    /* L19 */
{
    check_printed(&(ErrorContext){ .message = "m", .handle = UINT64_MAX },
                  "m\nhandle: 18446744073709551615\n");
}

TEST(it_prints_the_state_of_the_future)    /* L19 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    ErrorContext context = { .message = "m", .future = future, .handle = 5 };
    check_printed(&context, "m\nfuture: <Future pending>\nhandle: 5\n");
    CHECK(future_cancel(future));
    context.error = E_CANCELLED;
    check_printed(&context, "m\nerror: CancelledError: Cancelled\n"
                            "future: <Future cancelled>\nhandle: 5\n");
    future_release(future);
    loop_free(loop);
}

TEST(a_long_message_is_printed_whole)    /* L19 */
{
    char message[2001], wanted[2100];
    memset(message, 'm', 2000);
    message[2000] = 0;
    sprintf(wanted, "%s\nerror: TimeoutError: Timed out\n", message);
    check_printed(&(ErrorContext){ .message = message, .error = E_TIMEOUT },
                  wanted);
}

TEST(a_new_loop_has_the_default)    /* L19 D1 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    CHECK_INT(future_set_error(future, E_LOOKUP, seven), 0);
    start_reading_stderr();
    future_release(future);
    CHECK_STR(stderr_text(), "Future exception was never retrieved\n"
                             "error: LookupError: Not found\n"
                             "future: <Future finished>\n");
    loop_free(loop);
}

TEST(without_a_handler_it_is_the_default_again)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    loop_set_exception_handler(loop, NULL, &seen);
    start_reading_stderr();
    loop_call_exception_handler(loop, &(ErrorContext){ .message = "m" });
    CHECK_STR(stderr_text(), "m\n");
    CHECK_INT(seen.count, 0);
    loop_free(loop);
}

TEST(the_default_prints_on_a_closed_loop_too)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    loop_free(loop);
    CHECK_INT(future_set_error(future, E_LOOKUP, seven), 0);
    start_reading_stderr();
    future_release(future);
    CHECK_STR(stderr_text(), "Future exception was never retrieved\n"
                             "error: LookupError: Not found\n"
                             "future: <Future finished>\n");
}

/* ---- A handler that ends it all ---- */
static void free_the_loop(Loop *loop, const ErrorContext *context, void *count)
{
    ++*(int *)count;
    loop_free(loop);
}

TEST(a_handler_may_free_the_loop_that_is_being_closed)
{
    int reports = 0;
    Loop *loop = loop_new();
    loop_set_exception_handler(loop, free_the_loop, &reports);
    Future *future = failed_future(loop);
    CHECK_INT(future_add_done_callback(future, ignore, NULL), 0);
    future_release(future);    /* the ready queue holds the last reference */
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(reports, 1);
}
