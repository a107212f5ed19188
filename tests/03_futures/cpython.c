/* The rules behind CPython's own tests: each test here names the one it was
 * read from, in test_futures.py, test_base_events.py and test_events.py. */
#include "../../code/03_futures/report.h"
#include "../check.h"

/* ---- Helpers ---- */
static const Value forty_two = { .i = 42 };
static char bag[100];
static int reports;
static ErrorContext last;

static void put(Future *future, void *number)
{
    snprintf(bag + strlen(bag), sizeof bag - strlen(bag), "%d ",
             *(int *)number);
}

static void see(Loop *loop, const ErrorContext *context, void *arg)
{
    reports++;
    last = *context;
}

static Loop *new_loop(void)
{
    unsetenv("WEFT_SHUFFLE");
    Loop *loop = loop_new();
    loop_set_exception_handler(loop, see, NULL);
    return loop;
}

static void run_briefly(Loop *loop)
{
    loop_stop(loop);
    CHECK_INT(loop_run_forever(loop), 0);
}

static void check_once_only(Future *future)
{
    CHECK_INT(future_set_result(future, forty_two), E_INVALID_STATE);
    CHECK_INT(future_set_error(future, 0, forty_two), E_INVALID_STATE);
    CHECK(!future_cancel(future));
}

/* ---- States ---- */
TEST(initial_state)    /* CPython: test_initial_state */
{
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    CHECK(!future_cancelled(future));
    CHECK(!future_done(future));
    future_cancel(future);
    CHECK(future_cancelled(future));
    future_release(future);
    loop_free(loop);
}

TEST(cancel)    /* CPython: test_cancel */
{
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    CHECK(future_cancel(future));
    CHECK(future_cancelled(future));
    CHECK(future_done(future));
    CHECK_INT(future_result(future, NULL), E_CANCELLED);
    CHECK_INT(future_error(future), E_CANCELLED);
    check_once_only(future);
    future_release(future);
    loop_free(loop);
}

TEST(result)    /* CPython: test_result */
{
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    Value value;
    CHECK_INT(future_result(future, &value), E_INVALID_STATE);
    CHECK_INT(future_set_result(future, forty_two), 0);
    CHECK(!future_cancelled(future));
    CHECK(future_done(future));
    CHECK_INT(future_result(future, &value), 0);
    CHECK_INT(value.i, 42);
    CHECK_INT(future_error(future), 0);
    check_once_only(future);
    future_release(future);
    loop_free(loop);
}

TEST(exception)    /* CPython: test_exception */
{
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    CHECK_INT(future_error(future), E_INVALID_STATE);
    CHECK_INT(future_set_error(future, E_RUNTIME, forty_two), 0);
    CHECK(!future_cancelled(future));
    CHECK(future_done(future));
    CHECK_INT(future_result(future, NULL), E_RUNTIME);
    CHECK_INT(future_error(future), E_RUNTIME);
    check_once_only(future);
    future_release(future);
    loop_free(loop);
}

TEST(future_cancel_message)    /* CPython: test_future_cancel_message_getter */
{
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    CHECK_STR(future_cancel_message(future), NULL);
    CHECK(future_cancel_with(future, "my message"));
    CHECK_INT(loop_run_until_complete(loop, future, NULL), E_CANCELLED);
    CHECK_STR(future_cancel_message(future), "my message");
    future_release(future);
    loop_free(loop);
}

/* CPython: test_set_result_unless_cancelled.  There is no such function here:
 * who completes a future that may be cancelled ignores E_INVALID_STATE. */
TEST(set_result_unless_cancelled)
{
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    CHECK(future_cancel(future));
    CHECK_INT(future_set_result(future, forty_two), E_INVALID_STATE);
    CHECK(future_cancelled(future));
    future_release(future);
    loop_free(loop);
}

/* ---- Never retrieved ---- */
static void check_reports(Loop *loop, Future *future, int wanted)
{
    future_release(future);
    run_briefly(loop);
    CHECK_INT(reports, wanted);
    loop_free(loop);
}

TEST(tb_logger_abandoned)    /* CPython: test_tb_logger_abandoned */
{
    Loop *loop = new_loop();
    check_reports(loop, future_new(loop), 0);
}

/* CPython: test_tb_logger_not_called_after_cancel.  Who cancels a future has
 * lost interest in it, even if it comes too late. */
TEST(tb_logger_not_called_after_cancel)
{
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    CHECK_INT(future_set_error(future, E_USER, forty_two), 0);
    CHECK(!future_cancel(future));
    check_reports(loop, future, 0);
}

TEST(tb_logger_result)
{
    /* CPython: test_tb_logger_result_unretrieved, _result_retrieved */
    for (int is_retrieved = 0; is_retrieved < 2; is_retrieved++) {
        Loop *loop = new_loop();
        Future *future = future_new(loop);
        CHECK_INT(future_set_result(future, forty_two), 0);
        if (is_retrieved)
            CHECK_INT(future_result(future, NULL), 0);
        check_reports(loop, future, 0);
    }
}

/* CPython: test_tb_logger_exception_unretrieved,
 * test_future_exception_never_retrieved, and that in debug mode */
TEST(tb_logger_exception_unretrieved)
{
    for (int debug = 0; debug < 2; debug++) {
        Loop *loop = new_loop();
        loop_set_debug(loop, debug);
        Future *future = future_new(loop);
        CHECK_INT(future_set_error(future, ENOMEM, forty_two), 0);
        check_reports(loop, future, debug + 1);
        CHECK_STR(last.message, "Future exception was never retrieved");
        CHECK_INT(last.error, ENOMEM);
    }
}

/* CPython: test_tb_logger_exception_retrieved, _exception_result_retrieved */
TEST(tb_logger_exception_retrieved)
{
    for (int by_result = 0; by_result < 2; by_result++) {
        Loop *loop = new_loop();
        Future *future = future_new(loop);
        CHECK_INT(future_set_error(future, E_RUNTIME, forty_two), 0);
        CHECK_INT(by_result ? future_result(future, NULL)
                            : future_error(future), E_RUNTIME);
        check_reports(loop, future, 0);
    }
}

/* ---- Done callbacks ---- */
static int n42 = 42, n17 = 17, n100 = 100, n1 = 1, n2 = 2, n3 = 3;

static Future *future_with(Loop *loop, int *a, int *b, int *c)
{
    int *numbers[] = { a, b, c };
    Future *future = future_new(loop);
    for (int i = 0; i < 3; i++)
        if (numbers[i] != NULL)
            CHECK_INT(future_add_done_callback(future, put, numbers[i]), 0);
    return future;
}

static int take_out(Future *future, int *number)
{
    return future_remove_done_callback(future, put, number);
}

static void check_bag(Loop *loop, Future *future, const char *wanted)
{
    CHECK_STR(bag, "");
    CHECK_INT(future_set_result(future, (Value){ .s = "foo" }), 0);
    run_briefly(loop);
    CHECK_STR(bag, wanted);
    Value value;
    CHECK_INT(future_result(future, &value), 0);
    CHECK_STR(value.s, "foo");
    future_release(future);
    loop_free(loop);
}

TEST(callbacks_remove_first)
{
    /* CPython: test_callbacks_remove_first_callback */
    Loop *loop = new_loop();
    Future *future = future_with(loop, &n42, &n17, &n100);
    CHECK_INT(take_out(future, &n42), 1);
    CHECK_INT(take_out(future, &n42), 0);
    check_bag(loop, future, "17 100 ");
}

TEST(callbacks_remove_first_and_second)
{
    /* CPython: test_callbacks_remove_first_and_second_callback */
    Loop *loop = new_loop();
    Future *future = future_with(loop, &n42, &n17, &n100);
    CHECK_INT(take_out(future, &n42), 1);
    CHECK_INT(take_out(future, &n17), 1);
    CHECK_INT(take_out(future, &n42), 0);
    check_bag(loop, future, "100 ");
}

TEST(callbacks_remove_third)
{
    /* CPython: test_callbacks_remove_third_callback */
    Loop *loop = new_loop();
    Future *future = future_with(loop, &n42, &n17, &n100);
    CHECK_INT(take_out(future, &n100), 1);
    CHECK_INT(take_out(future, &n100), 0);
    check_bag(loop, future, "42 17 ");
}

TEST(callbacks_invoked_on_set_result)
{
    /* CPython: test_callbacks_invoked_on_set_result */
    Loop *loop = new_loop();
    Future *future = future_with(loop, &n42, &n17, NULL);
    check_bag(loop, future, "42 17 ");
}

TEST(callbacks_invoked_on_set_exception)
{
    /* CPython: test_callbacks_invoked_on_set_exception */
    Loop *loop = new_loop();
    Future *future = future_with(loop, &n100, NULL, NULL);
    CHECK_STR(bag, "");
    CHECK_INT(future_set_error(future, E_RUNTIME, forty_two), 0);
    run_briefly(loop);
    CHECK_STR(bag, "100 ");
    CHECK_INT(future_error(future), E_RUNTIME);
    future_release(future);
    loop_free(loop);
}

TEST(remove_done_callback)    /* CPython: test_remove_done_callback */
{
    Loop *loop = new_loop();
    Future *future = future_with(loop, &n1, &n2, NULL);
    CHECK_INT(take_out(future, &n2), 1);
    CHECK_INT(take_out(future, &n3), 0);
    CHECK_INT(future_add_done_callback(future, put, &n2), 0);
    for (int i = 0; i < 5; i++)
        CHECK_INT(future_add_done_callback(future, put, &n1), 0);
    CHECK_INT(take_out(future, &n1), 6);
    check_bag(loop, future, "2 ");
}

static void mutate(Future *future, void *number)
{
    CHECK_INT(take_out(future, number), 0);
}

TEST(schedule_callbacks_list_mutation)
{
    /* CPython: test_schedule_callbacks_list_mutation_1 */
    Loop *loop = new_loop();
    Future *future = future_new(loop);
    CHECK_INT(future_add_done_callback(future, mutate, &n1), 0);
    CHECK_INT(future_add_done_callback(future, put, &n1), 0);
    CHECK_INT(future_add_done_callback(future, put, &n1), 0);
    check_bag(loop, future, "1 1 ");
}
