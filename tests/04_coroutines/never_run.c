/* A coroutine that was made and never run: in debug mode, while a loop runs
 * that can be told, it is reported (D3). */
#include "../../code/03_futures/report.h"
#include "../../code/04_coroutines/coro_inside.h"
#include "../check.h"

/* ---- Helpers ---- */
static int count;
static Origin origin;

static void see(Loop *loop, const ErrorContext *context, void *arg)
{
    CHECK_STR(context->message, "A coroutine was never run");
    CHECK_INT(context->error, 0);
    CHECK_PTR(context->future, NULL);
    origin = context->origin;
    count++;
}

static int return_at_once(void *arg, Value *result)
{
    return 0;
}

static int yield_once(void *arg, Value *result)
{
    coro_yield((Value){ .i = 0 });
    return 0;
}

static Coro *new_coro(CoroFn *function)
{
    Coro *coro = coro_new(function, NULL, 0);
    CHECK(coro != NULL);
    return coro;
}

/* The callback runs in a loop that is watched. */
static int reports_of(Callback *callback, bool is_debug)
{
    Loop *loop = loop_new();
    CHECK(loop != NULL);
    count = 0;
    loop_set_debug(loop, is_debug);
    loop_set_exception_handler(loop, see, NULL);
    CHECK(loop_call_soon(loop, callback, NULL) != 0);
    loop_stop(loop);
    CHECK_INT(loop_run_forever(loop), 0);
    loop_free(loop);
    return count;
}

/* ---- Never run ---- */
static void free_new_one(void *arg)
{
    origin_now = (Origin){ "here.c", 5 };
    Coro *coro = new_coro(return_at_once);
    origin_now = (Origin){ .file = NULL };
    coro_free(coro);
}

TEST(in_debug_mode_it_is_reported_with_its_line)    /* D3 */
{
    CHECK_INT(reports_of(free_new_one, true), 1);
    CHECK_STR(origin.file, "here.c");
    CHECK_INT(origin.line, 5);
}

TEST(and_not_without)
{
    CHECK_INT(reports_of(free_new_one, false), 0);
}

TEST(where_no_loop_runs_nobody_is_told)
{
    Loop *loop = loop_new();
    loop_set_debug(loop, true);
    loop_set_exception_handler(loop, see, NULL);
    coro_free(new_coro(return_at_once));
    coro_free(NULL);
    CHECK_INT(count, 0);
    loop_free(loop);
}

/* ---- Those that have begun ---- */
static void free_others(void *arg)
{
    Coro *ended = new_coro(return_at_once), *stopped = new_coro(yield_once);
    CHECK(!coro_resume(ended, (Value){ .i = 0 }, NULL));
    CHECK(coro_resume(stopped, (Value){ .i = 0 }, NULL));
    coro_free(ended);
    coro_free(stopped);
}

TEST(who_has_begun_is_not_reported)
{
    CHECK_INT(reports_of(free_others, true), 0);
}
