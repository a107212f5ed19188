/* The seams of future_inside.h: futures of a kind of one's own. */
#include "../../code/03_futures/future_inside.h"
#include "../../code/03_futures/report.h"
#include "../check.h"

static const Value seven = { .i = 7 };
static int calls, reports;

/* ---- A kind ---- */
typedef struct Order {
    Future future;
    const char *asked;    /* the message of the last cancel */
    int cancels;
} Order;

static int destroyed;

static bool ask(Future *future, const char *message)
{
    Order *order = (Order *)future;
    order->asked = message;
    return ++order->cancels > 1 && future_cancel_plain(future, message);
}

static void destroy(Future *future)
{
    destroyed++;
    free(future);
}

static const FutureKind order_kind = {
    .name = "Order", .never_retrieved = "An order was never fetched",
    .cancel = ask, .destroy = destroy
};

static Order *order_new(Loop *loop)
{
    Order *order = malloc(sizeof *order);
    future_init(&order->future, loop, &order_kind);
    order->cancels = 0;
    return order;
}

/* ---- What differs ---- */
TEST(its_cancel_decides)
{
    Loop *loop = loop_new();
    Order *order = order_new(loop);
    Future *future = &order->future;
    CHECK(!future_cancel_with(future, "please"));
    CHECK_STR(order->asked, "please");
    CHECK(!future_done(future));
    CHECK(future_cancel(future));
    CHECK_STR(order->asked, NULL);
    CHECK(future_cancelled(future));
    future_cancel_callback(future);
    CHECK_INT(order->cancels, 3);
    future_release(future);
    CHECK_INT(destroyed, 1);
    loop_free(loop);
}

static void count(Future *future, void *arg)
{
    CHECK_INT(destroyed, 0);
    calls++;
}

TEST(its_destroy_is_called_with_the_last_reference)
{
    Loop *loop = loop_new();
    Future *future = &order_new(loop)->future;
    CHECK_INT(future_set_result(future_retain(future), seven), 0);
    CHECK_INT(future_add_done_callback(future, count, NULL), 0);
    future_release(future);
    future_release(future);
    CHECK_INT(destroyed, 0);
    loop_stop(loop);
    CHECK_INT(loop_run_forever(loop), 0);
    CHECK_INT(calls, 1);
    CHECK_INT(destroyed, 1);
    loop_free(loop);
}

static void see(Loop *loop, const ErrorContext *context, void *arg)
{
    CHECK_INT(destroyed, 0);
    CHECK_STR(context->message, "An order was never fetched");
    reports++;
}

TEST(its_report_has_its_message)    /* D1 */
{
    Loop *loop = loop_new();
    Future *future = &order_new(loop)->future;
    loop_set_exception_handler(loop, see, NULL);
    CHECK_INT(future_set_error(future, EPIPE, seven), 0);
    future_release(future);
    CHECK_INT(reports, 1);
    CHECK_INT(destroyed, 1);
    loop_free(loop);
}

/* A task is asked to end, and fails then: that is news. */
TEST(one_that_fails_after_it_was_asked_to_cancel_is_reported)    /* D1 */
{
    Loop *loop = loop_new();
    Future *future = &order_new(loop)->future;
    loop_set_exception_handler(loop, see, NULL);
    CHECK(!future_cancel(future));
    CHECK_INT(future_set_error(future, EPIPE, seven), 0);
    future_release(future);
    CHECK_INT(reports, 1);
    loop_free(loop);
}

TEST(one_keeps_its_loop_like_any_other)
{
    Loop *loop = loop_new();
    Future *future = &order_new(loop)->future;
    loop_free(loop);
    CHECK(loop_is_closed(future_get_loop(future)));
    CHECK_INT(future_set_result(future, seven), 0);
    future_release(future);
    CHECK_INT(destroyed, 1);
}

/* ---- One that completes itself ---- */
static const char *its_name(Future *future)
{
    return ((Order *)future)->asked;
}

static const FutureKind own_kind = {
    .name = "Order", .never_retrieved = "An order was never fetched",
    .cancel = ask, .destroy = destroy, .get_name = its_name,
    .completes_itself = true
};

static Order *own_order(Loop *loop)
{
    Order *order = order_new(loop);
    order->future.kind = &own_kind;
    order->asked = "bread";
    return order;
}

TEST(nobody_else_may_complete_one_that_does_it_itself)
{
    Loop *loop = loop_new();
    Future *future = &own_order(loop)->future;
    CHECK_INT(future_set_result(future, seven), E_RUNTIME);
    CHECK_INT(future_set_error(future, EPIPE, seven), E_RUNTIME);
    CHECK(!future_done(future));
    future_complete(future, FINISHED, 0, seven);
    CHECK_INT(future_result(future, NULL), 0);
    future_release(future);
    loop_free(loop);
}

TEST(its_name_is_in_the_report)
{
    char text[300] = "";
    FILE *file = tmpfile();
    Loop *loop = loop_new();
    Order *order = own_order(loop);
    future_complete(&order->future, FINISHED, EPIPE, seven);
    int before = dup(STDERR_FILENO);
    CHECK(dup2(fileno(file), STDERR_FILENO) >= 0);
    future_release(&order->future);
    CHECK(dup2(before, STDERR_FILENO) >= 0);
    close(before);
    rewind(file);
    CHECK(fread(text, 1, sizeof text - 1, file) > 0);
    fclose(file);
    CHECK(strstr(text, "future: <Order finished name='bread'>") != NULL);
    loop_free(loop);
}
