/* The rules behind CPython's own tests of run_until_complete() and of exception
 * handlers: each test here names the one it was read from, in
 * test_base_events.py, test_events.py and test_futures2.py. */
#include "../../code/03_futures/report.h"
#include "../check.h"

/* ---- Helpers ---- */
static const Value yes = { .i = 1 };
static int reports, calls;
static ErrorContext last;

static void see(Loop *loop, const ErrorContext *context, void *arg)
{
    reports++;
    last = *context;
}

static void complete(void *future)
{
    CHECK_INT(future_set_result(future, yes), 0);
}

static void fail(void *future)
{
    CHECK_INT(future_set_error(future, E_KEYBOARD_INTERRUPT, yes), 0);
}

static void soon(Loop *loop, Callback *callback, void *arg)
{
    CHECK(loop_call_soon(loop, callback, arg) != 0);
}

static void later(Loop *loop, double delay, Callback *callback, void *arg)
{
    CHECK(loop_call_later(loop, delay, callback, arg) != 0);
}

static Loop *virtual_loop(void)
{
    Loop *loop = loop_new();
    CHECK_INT(loop_use_virtual_time(loop), 0);
    return loop;
}

/* ---- Running until complete ---- */
TEST(run_until_complete)    /* CPython: test_run_until_complete */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    double start = loop_time(loop);
    later(loop, 0.1, complete, future);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    CHECK(loop_time(loop) - start >= 0.1);
    future_release(future);
    loop_free(loop);
}

TEST(run_until_complete_stopped)
{
    /* CPython: test_run_until_complete_stopped */
    Loop *loop = virtual_loop();
    Future *future = future_new(loop);
    soon(loop, loop_stop_callback, loop);
    later(loop, 0.1, complete, future);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), E_RUNTIME);
    future_release(future);
    loop_free(loop);
}

static void nest(void *future)
{
    Loop *loop = future_get_loop(future);
    CHECK(loop_is_running(loop));
    CHECK_INT(loop_run_until_complete(loop, future, NULL), E_RUNTIME);
    CHECK(loop_is_running(loop) && async_get_running_loop() == loop);
    complete(future);
}

TEST(run_until_complete_nesting)
{
    /* CPython: test_run_until_complete_nesting */
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    soon(loop, nest, future);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    future_release(future);
    loop_free(loop);
}

TEST(run_until_complete_loop)    /* CPython: test_run_until_complete_loop */
{
    Loop *loop = loop_new(), *other = loop_new();
    Future *future = future_new(loop);
    CHECK_INT(loop_run_until_complete(other, future, NULL), E_VALUE);
    future_release(future);
    loop_free(other);
    loop_free(loop);
}

/* CPython: test_run_until_complete_loop_orphan_future_close_loop.  The future
 * of a run that was stopped does not stop the next one. */
TEST(run_until_complete_loop_orphan_future)
{
    Loop *loop = virtual_loop();
    Future *orphan = future_new(loop), *future = future_new(loop);
    later(loop, 0.1, complete, orphan);
    soon(loop, loop_stop_callback, loop);
    CHECK_INT(loop_run_until_complete(loop, orphan, NULL), E_RUNTIME);
    later(loop, 0.2, complete, future);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    CHECK(future_done(orphan));
    future_release(orphan);
    future_release(future);
    loop_free(loop);
}

static void stop_and_count(void *loop)
{
    loop_stop(loop);
    calls++;
}

static void soon_stop_and_count(void *loop)
{
    soon(loop, stop_and_count, loop);
}

/* CPython: test_run_until_complete_baseexception.  A failed run leaves no stop
 * behind. */
TEST(run_until_complete_baseexception)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    soon(loop, fail, future);
    CHECK_INT(loop_run_until_complete(loop, future, NULL),
              E_KEYBOARD_INTERRUPT);
    soon(loop, soon_stop_and_count, loop);
    CHECK_INT(loop_run_forever(loop), 0);
    CHECK_INT(calls, 1);
    future_release(future);
    loop_free(loop);
}

/* ---- Exception handlers ---- */
static Loop *the_loop;
static Handle the_handle;

static void zero_error(void *future)
{
    if (future != NULL)
        complete(future);
    ErrorContext context = { .message = "Exception in callback zero_error",
                             .error = E_USER, .handle = the_handle };
    loop_call_exception_handler(the_loop, &context);
}

/* CPython: test_callback_with_exception */
TEST(callback_with_exception)
{
    the_loop = loop_new();
    loop_set_exception_handler(the_loop, see, NULL);
    the_handle = loop_call_soon(the_loop, zero_error, NULL);
    loop_stop(the_loop);
    CHECK_INT(loop_run_forever(the_loop), 0);
    CHECK_INT(reports, 1);
    CHECK_STR(last.message, "Exception in callback zero_error");
    CHECK_INT(last.error, E_USER);
    CHECK_INT(last.handle, the_handle);
    CHECK_PTR(last.future, NULL);
    loop_free(the_loop);
}

/* What the default handler prints while the loop runs one turn, or until the
 * future is complete. */
static const char *run_and_read(Future *future)
{
    static char text[1000];
    FILE *file = tmpfile();
    int real_stderr = dup(2);
    CHECK_INT(dup2(fileno(file), 2), 2);
    if (future == NULL)
        loop_stop(the_loop);
    CHECK_INT(future != NULL ? loop_run_until_complete(the_loop, future, NULL)
                             : loop_run_forever(the_loop), 0);
    CHECK_INT(dup2(real_stderr, 2), 2);
    close(real_stderr);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

TEST(default_exc_handler_callback)
{
    /* CPython: test_default_exc_handler_callback */
    the_loop = virtual_loop();
    Future *first = future_new(the_loop), *second = future_new(the_loop);
    CHECK_INT(error_define(E_USER, "ZeroDivisionError", "Division by 0"), 0);
    soon(the_loop, zero_error, first);
    CHECK_STR(run_and_read(first), "Exception in callback zero_error\n"
                                   "error: ZeroDivisionError: Division by 0\n");
    later(the_loop, 0.01, zero_error, second);
    CHECK_STR(run_and_read(second),
              "Exception in callback zero_error\n"
              "error: ZeroDivisionError: Division by 0\n");
    future_release(first);
    future_release(second);
    loop_free(the_loop);
}

TEST(set_exc_handler_custom)    /* CPython: test_set_exc_handler_custom */
{
    the_loop = loop_new();
    loop_set_exception_handler(the_loop, see, NULL);
    soon(the_loop, zero_error, NULL);
    CHECK_STR(run_and_read(NULL), "");
    CHECK_INT(reports, 1);
    loop_set_exception_handler(the_loop, NULL, NULL);
    soon(the_loop, zero_error, NULL);
    CHECK(strstr(run_and_read(NULL), "zero_error") != NULL);
    CHECK_INT(reports, 1);
    loop_free(the_loop);
}

static void broken(Loop *loop, const ErrorContext *context, void *arg)
{
    ErrorContext own = { .message = "Unhandled error in exception handler",
                         .error = E_LOOKUP };
    reports++;
    loop_call_exception_handler(loop, &own);
}

TEST(set_exc_handler_broken)    /* CPython: test_set_exc_handler_broken */
{
    the_loop = loop_new();
    loop_set_exception_handler(the_loop, broken, NULL);
    soon(the_loop, zero_error, NULL);
    CHECK_STR(run_and_read(NULL), "Unhandled error in exception handler\n"
                                  "error: LookupError: Not found\n");
    CHECK_INT(reports, 1);
    loop_free(the_loop);
}

/* CPython: test_default_exc_handler_broken.  Ours breaks only if it cannot
 * print. */
TEST(default_exc_handler_broken)
{
    the_loop = loop_new();
    Future *future = future_new(the_loop);
    int real_stderr = dup(2);
    soon(the_loop, zero_error, NULL);
    soon(the_loop, zero_error, future);
    close(2);
    int err = loop_run_until_complete(the_loop, future, NULL);
    CHECK_INT(dup2(real_stderr, 2), 2);
    close(real_stderr);
    CHECK_INT(err, 0);
    future_release(future);
    loop_free(the_loop);
}

static void check_place(Loop *loop, const ErrorContext *context, void *place)
{
    CHECK_PTR(async_get_running_loop(), loop);
    CHECK_STR(place, "in the callback");
    reports++;
}

static void change_place(void *place)
{
    strcpy(place, "in the callback");
    zero_error(NULL);
    CHECK_INT(reports, 1);
    strcpy(place, "after it");
}

/* CPython: test_handle_exc_handler_correct_context.  The handler is called
 * inside the call that reports. */
TEST(handle_exc_handler_correct_context)
{
    char place[20] = "before";
    the_loop = loop_new();
    loop_set_exception_handler(the_loop, check_place, place);
    soon(the_loop, change_place, place);
    loop_stop(the_loop);
    CHECK_INT(loop_run_forever(the_loop), 0);
    CHECK_STR(place, "after it");
    loop_free(the_loop);
}
