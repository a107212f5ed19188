/* Programs in Python and what CPython prints for them, as far as futures alone
 * can say it: the same lines, in the same order. */
#include "../../code/03_futures/report.h"
#include "../check.h"

/* ---- Helpers ---- */
static char printed[2000];

static void print(const char *format, ...)
{
    va_list args;
    size_t size = strlen(printed);
    va_start(args, format);
    vsnprintf(printed + size, sizeof printed - size, format, args);
    va_end(args);
}

static void print_line(void *line)
{
    print("%s\n", (char *)line);
}

static Loop *ordered_loop(void)
{
    unsetenv("WEFT_SHUFFLE");
    return loop_new();
}

static void soon(Loop *loop, Callback *callback, void *arg)
{
    CHECK(loop_call_soon(loop, callback, arg) != 0);
}

/* ---- future_02: done callbacks via call_soon ---- */
/* What its main task does between two awaits is one callback here. */
static void print_result(Future *future, void *name)
{
    Value value;
    CHECK_INT(future_result(future, &value), 0);
    print("%s %s\n", (char *)name, value.s);
}

static void end(void *loop)
{
    print("end\n");
    loop_stop(loop);
}

static void add_late(void *future)
{
    CHECK_INT(future_add_done_callback(future, print_result, "late cb"), 0);
    print("late cb added; not run yet\n");
    soon(future_get_loop(future), end, future_get_loop(future));
}

static void begin(void *future)
{
    Loop *loop = future_get_loop(future);
    CHECK_INT(future_add_done_callback(future, print_result, "cb 1"), 0);
    CHECK_INT(future_add_done_callback(future, print_result, "cb 2"), 0);
    CHECK_INT(future_add_done_callback(future, print_result, "cb 3"), 0);
    soon(loop, print_line, "soon before set_result");
    CHECK_INT(future_set_result(future, (Value){ .s = "R" }), 0);
    soon(loop, print_line, "soon after set_result");
    print("set_result returned; no callback ran yet\n");
    soon(loop, add_late, future);
}

TEST(future_02_done_callbacks_via_call_soon)    /* F2 */
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    soon(loop, begin, future);
    CHECK_INT(loop_run_forever(loop), 0);
    CHECK_STR(printed, "set_result returned; no callback ran yet\n"
                       "soon before set_result\n"
                       "cb 1 R\n"
                       "cb 2 R\n"
                       "cb 3 R\n"
                       "soon after set_result\n"
                       "late cb added; not run yet\n"
                       "late cb R\n"
                       "end\n");
    future_release(future);
    loop_free(loop);
}

/* ---- loop_06: run_until_complete, stopped early ---- */
static void set_seven(void *future)
{
    CHECK_INT(future_set_result(future, (Value){ .i = 7 }), 0);
}

static void try_closed_loop(Loop *loop)
{
    if (loop_call_soon(loop, print_line, "") == 0 && errno == EINVAL)
        print("call_soon on closed loop: RuntimeError\n");
    errno = 0;
    if (loop_call_later(loop, 1, print_line, "") == 0 && errno == EINVAL)
        print("call_later on closed loop: RuntimeError\n");
    print("run_forever on closed loop: %s\n",
          error_name(loop_run_forever(loop)));
}

TEST(loop_06_run_until_complete_stopped_early)    /* L8 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    Value value;
    soon(loop, loop_stop_callback, loop);
    print("%s\n", error_name(loop_run_until_complete(loop, future, &value)));
    CHECK(loop_call_later(loop, 0.01, set_seven, future) != 0);
    CHECK_INT(loop_run_until_complete(loop, future, &value), 0);
    print("result %lld\n", value.i);
    CHECK_INT(loop_close(loop), 0);
    try_closed_loop(loop);
    CHECK_STR(printed, "RuntimeError\n"
                       "result 7\n"
                       "call_soon on closed loop: RuntimeError\n"
                       "call_later on closed loop: RuntimeError\n"
                       "run_forever on closed loop: RuntimeError\n");
    future_release(future);
    loop_free(loop);
}

/* ---- loop_08: a broken exception handler ---- */
static int handler_calls;

static void handle(Loop *loop, const ErrorContext *context, void *arg)
{
    ErrorContext own = { .message = "handler itself fails",
                         .error = E_RUNTIME };
    CHECK_INT(context->error, E_VALUE);
    handler_calls++;
    loop_call_exception_handler(loop, &own);
}

static void fail(void *loop)
{
    ErrorContext context = { .message = "x", .error = E_VALUE };
    loop_call_exception_handler(loop, &context);
}

static void sleep_a_little(Loop *loop)
{
    CHECK(loop_call_later(loop, 0.01, loop_stop_callback, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
}

TEST(loop_08_broken_exception_handler)    /* L10 */
{
    Loop *loop = loop_new();
    CHECK_INT(loop_use_virtual_time(loop), 0);
    loop_set_exception_handler(loop, handle, NULL);
    soon(loop, fail, loop);
    sleep_a_little(loop);
    print("handler calls: %d\n", handler_calls);
    soon(loop, fail, loop);
    sleep_a_little(loop);
    print("loop survived, handler calls: %d\n", handler_calls);
    CHECK_STR(printed, "handler calls: 1\n"
                       "loop survived, handler calls: 2\n");
    loop_free(loop);
}
