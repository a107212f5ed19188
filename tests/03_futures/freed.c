/* Debug mode: a future that is used after it was freed, or from another thread,
 * is reported or refused, and nothing changes. */
#include "../../code/03_futures/report.h"
#include "../check.h"

#include <pthread.h>

/* ---- Helpers ---- */
static const Value seven = { .i = 7 };
static int reports;
static Future *reported;

static void see(Loop *loop, const ErrorContext *context, void *arg)
{
    CHECK_INT(context->error, E_RUNTIME);
    CHECK_STR(context->message, "A future was used after it was freed");
    reported = context->future;
    reports++;
}

static Loop *debug_loop(void)
{
    Loop *loop = loop_new();
    CHECK(loop != NULL);
    loop_set_debug(loop, true);
    loop_set_exception_handler(loop, see, NULL);
    return loop;
}

static void ignore(Future *future, void *arg)
{
    CHECK(!"called");
}

/* Each one is released with something in it. */
static Future *freed_future(Loop *loop, int kind)
{
    Future *future = future_new(loop);
    CHECK_INT(future_add_done_callback(future, ignore, NULL), 0);
    if (kind > 0)
        CHECK_INT(future_remove_done_callback(future, ignore, NULL), 1);
    if (kind == 1)
        CHECK_INT(future_set_result(future, seven), 0);
    if (kind == 2)
        CHECK_INT(future_set_error(future, EPIPE, seven), 0);
    if (kind == 2)
        CHECK_INT(future_error(future), EPIPE);
    if (kind == 3)
        CHECK(future_cancel_with(future, "gone"));
    future_release(future);
    CHECK_INT(reports, 0);
    return future;
}

static void check_reported(Future *future)
{
    CHECK_INT(reports, 1);
    CHECK_PTR(reported, future);
    reports = 0;
}

/* ---- Used after it was freed ---- */
TEST(completing_a_freed_future_is_reported)
{
    Loop *loop = debug_loop();
    for (int kind = 0; kind < 4; kind++) {
        Future *future = freed_future(loop, kind);
        CHECK_INT(future_set_result(future, seven), E_RUNTIME);
        check_reported(future);
        CHECK_INT(future_set_error(future, EPIPE, seven), E_RUNTIME);
        check_reported(future);
        CHECK_INT(future_set_error(future, 0, seven), E_RUNTIME);
        check_reported(future);
    }
    loop_free(loop);
}

TEST(cancelling_a_freed_future_is_reported)
{
    Loop *loop = debug_loop();
    for (int kind = 0; kind < 4; kind++) {
        Future *future = freed_future(loop, kind);
        CHECK(!future_cancel(future));
        check_reported(future);
        CHECK(!future_cancel_with(future, "again"));
        check_reported(future);
        future_cancel_callback(future);
        check_reported(future);
    }
    loop_free(loop);
}

TEST(asking_a_freed_future_is_reported)
{
    Loop *loop = debug_loop();
    for (int kind = 0; kind < 4; kind++) {
        Future *future = freed_future(loop, kind);
        Value value = { .i = 99 };
        CHECK_INT(future_result(future, &value), E_RUNTIME);
        CHECK_INT(value.i, 99);
        check_reported(future);
        CHECK_INT(future_error(future), E_RUNTIME);
        check_reported(future);
        CHECK(!future_done(future));
        check_reported(future);
        CHECK_STR(future_cancel_message(future), NULL);
        check_reported(future);
        CHECK_PTR(future_get_loop(future), loop);
    }
    loop_free(loop);
}

TEST(asking_whether_a_freed_one_was_cancelled_is_reported)
{
    Loop *loop = debug_loop();
    Future *future = freed_future(loop, 3);
    CHECK(!future_cancelled(future));
    check_reported(future);
    loop_free(loop);
}

TEST(adding_to_a_freed_future_is_refused_and_reported)
{
    Loop *loop = debug_loop();
    for (int kind = 0; kind < 4; kind++) {
        Future *future = freed_future(loop, kind);
        CHECK_INT(future_add_done_callback(future, ignore, NULL), E_RUNTIME);
        check_reported(future);
    }
    loop_free(loop);
}

TEST(removing_from_a_freed_future_is_reported)
{
    Loop *loop = debug_loop();
    for (int kind = 0; kind < 4; kind++) {
        Future *future = freed_future(loop, kind);
        CHECK_INT(future_remove_done_callback(future, ignore, NULL), 0);
        check_reported(future);
    }
    loop_free(loop);
}

TEST(retaining_a_freed_future_is_reported_and_does_not_revive_it)
{
    Loop *loop = debug_loop();
    Future *future = freed_future(loop, 1);
    CHECK_PTR(future_retain(future), future);
    check_reported(future);
    CHECK_INT(future_error(future), E_RUNTIME);
    check_reported(future);
    loop_free(loop);
}

TEST(releasing_once_too_often_is_reported)
{
    Loop *loop = debug_loop();
    for (int kind = 0; kind < 4; kind++) {
        Future *future = freed_future(loop, kind);
        for (int i = 0; i < 3; i++) {
            future_release(future);
            check_reported(future);
        }
    }
    loop_free(loop);
}

TEST(running_until_a_freed_future_is_complete_is_reported)
{
    Loop *loop = debug_loop();
    Future *future = freed_future(loop, 0);
    Value value = { .i = 99 };
    CHECK_INT(loop_run_until_complete(loop, future, &value), E_RUNTIME);
    CHECK_INT(value.i, 99);
    CHECK(reports > 0);
    CHECK_PTR(reported, future);
    loop_free(loop);
}

TEST(the_default_handler_says_that_it_was_freed)
{
    Loop *loop = debug_loop();
    Future *future = freed_future(loop, 0);
    loop_set_exception_handler(loop, NULL, NULL);
    FILE *file = tmpfile();
    int real_stderr = dup(2);
    CHECK_INT(dup2(fileno(file), 2), 2);
    future_release(future);
    CHECK_INT(dup2(real_stderr, 2), 2);
    close(real_stderr);
    rewind(file);
    char text[1000];
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    CHECK_STR(text, "A future was used after it was freed\n"
                    "error: RuntimeError: Not possible here\n"
                    "future: <Future freed>\n");
    loop_free(loop);
}

/* ---- What is kept ---- */
/* The one before the latest 1024 has been freed: it cannot be asked here, and
 * inside.c counts them. */
TEST(the_latest_1024_are_kept)
{
    Loop *loop = debug_loop();
    static Future *futures[1500];
    for (int i = 0; i < 1500; i++)
        futures[i] = future_new(loop);
    for (int i = 0; i < 1500; i++)
        future_release(futures[i]);
    for (int i = 1500 - 1024; i < 1500; i++) {
        CHECK_INT(future_error(futures[i]), E_RUNTIME);
        check_reported(futures[i]);
    }
    loop_free(loop);
}

TEST(a_freed_future_is_known_when_debug_mode_is_over)
{
    Loop *loop = debug_loop();
    Future *future = freed_future(loop, 1);
    loop_set_debug(loop, false);
    CHECK_INT(future_set_result(future, seven), E_RUNTIME);
    check_reported(future);
    future_release(future_new(loop));
    loop_free(loop);
}

TEST(a_loop_may_be_freed_before_its_futures_in_debug_mode)
{
    Loop *loop = debug_loop();
    Future *future = future_new(loop), *done = future_new(loop);
    future_release(future_new(loop));
    CHECK_INT(future_set_result(done, seven), 0);
    loop_free(loop);
    CHECK(!future_done(future));
    future_release(done);
    future_release(future);
    CHECK_INT(reports, 0);
}

/* ---- Another thread ---- */
typedef struct Pair {
    Future *pending, *done;
} Pair;

static void *misuse(void *arg)
{
    Pair *pair = arg;
    CHECK_INT(future_set_result(pair->pending, seven), E_RUNTIME);
    CHECK_INT(future_set_error(pair->pending, EPIPE, seven), E_RUNTIME);
    CHECK(!future_cancel(pair->pending));
    CHECK(!future_cancel_with(pair->pending, "elsewhere"));
    CHECK_INT(future_add_done_callback(pair->pending, ignore, NULL),
              E_RUNTIME);
    CHECK_INT(future_set_result(pair->done, seven), E_RUNTIME);
    CHECK_INT(future_add_done_callback(pair->done, ignore, NULL), E_RUNTIME);
    return NULL;
}

static void use_elsewhere(void *arg)
{
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, misuse, arg), 0);
    CHECK_INT(pthread_join(thread, NULL), 0);
}

TEST(another_thread_than_the_loops_is_refused_and_changes_nothing)    /* L18 */
{
    Loop *loop = debug_loop();
    Pair pair = { future_new(loop), future_new(loop) };
    CHECK_INT(future_set_result(pair.done, (Value){ .i = 1 }), 0);
    CHECK(loop_call_soon(loop, use_elsewhere, &pair) != 0);
    loop_stop(loop);
    CHECK_INT(loop_run_forever(loop), 0);
    CHECK(!future_done(pair.pending));
    CHECK_STR(future_cancel_message(pair.pending), NULL);
    Value value;
    CHECK_INT(future_result(pair.done, &value), 0);
    CHECK_INT(value.i, 1);
    CHECK_INT(future_set_result(pair.pending, seven), 0);
    loop_stop(loop);
    CHECK_INT(loop_run_forever(loop), 0);    /* nobody is called */
    future_release(pair.pending);
    future_release(pair.done);
    CHECK_INT(reports, 0);
    loop_free(loop);
}

static void *complete(void *future)
{
    CHECK_INT(future_set_result(future, seven), 0);
    return NULL;
}

TEST(while_the_loop_does_not_run_any_one_thread_may)    /* L18 */
{
    Loop *loop = debug_loop();
    Future *future = future_new(loop);
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, complete, future), 0);
    CHECK_INT(pthread_join(thread, NULL), 0);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    future_release(future);
    CHECK_INT(reports, 0);
    loop_free(loop);
}
