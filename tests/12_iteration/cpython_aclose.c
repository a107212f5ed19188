/* The rules behind CPython's own tests of async generators that are
 * closed or shut down: each test here names the one it was read from, in
 * test_asyncgen.py. */
#include "cpython.h"

/* ---- aclose ---- */
/* try: yield  except: pass */
static int give_and_pass(void *arg, Value *result)
{
    (void)give(0);
    done = 1;
    return 0;
}

static int give_in_finally(void *arg, Value *result)
{
    int err = give(1);
    if (err == 0)
        return ZERO_DIVISION;
    (void)nap();
    int also = give(12);
    return also != 0 ? also : err;
}

static void aclose_06(AsyncGenerator *g)
{
    CHECK_INT(next_of(g), 1);
    CHECK_INT(async_generator_aclose(g), E_RUNTIME);
    CHECK_INT(async_generator_aclose(g), 0);    /* then it ends */
}

TEST(async_gen_asyncio_aclose_06)
{
    perform(give_in_finally, aclose_06);
}

static int nap_in_finally(void *arg, Value *result)
{
    int err = give(1);
    if (err == 0)
        err = ZERO_DIVISION;
    (void)nap_twice();
    done++;
    return err;
}

static void aclose_07(AsyncGenerator *g)
{
    CHECK_INT(next_of(g), 1);
    CHECK_INT(async_generator_aclose(g), 0);
    CHECK_INT(done, 1);
    CHECK_DOUBLE(now(), 0.02, 1e-9);
}

TEST(async_gen_asyncio_aclose_07)
{
    perform(nap_in_finally, aclose_07);
}

static int give_then_await(void *arg, Value *result)
{
    int err = give(1);
    if (err == 0) {
        err = async_sleep(INFINITY);
        done += 1000;
    }
    (void)nap_twice();
    done++;
    return err;
}

TEST(async_gen_asyncio_aclose_08)
{
    perform(give_then_await, aclose_07);
}

static int give_for_ever(void *arg, Value *result)
{
    int err = 0;
    while (err == 0)
        err = give(1);
    async_sleep(0);
    done = 1;
    return err;
}

static int drop_it(void *arg, Value *result)
{
    AsyncGenerator *g = new_generator(give_for_ever, NULL);
    CHECK_INT(next_of(g), 1);
    CHECK_INT(next_of(g), 1);
    async_generator_free(g);
    async_sleep(0);
    async_sleep(0);
    return 0;
}

TEST(async_gen_asyncio_gc_aclose_09)
{
    run(drop_it);
    CHECK_INT(done, 1);
}

static void aclose_10(AsyncGenerator *g)
{
    CHECK_INT(next_of(g), 0);
    CHECK_INT(async_generator_aclose(g), 0);
    CHECK_INT(done, 1);
}

TEST(async_gen_asyncio_aclose_10)
{
    perform(give_and_pass, aclose_10);
}

static int pass_and_give(void *arg, Value *result)
{
    (void)give(0);
    int err = give(0);
    done++;
    return err;
}

static void aclose_11(AsyncGenerator *g)
{
    CHECK_INT(next_of(g), 0);
    CHECK_INT(async_generator_aclose(g), E_RUNTIME);
    CHECK_INT(done, 0);
    CHECK_INT(async_generator_aclose(g), 0);
}

TEST(async_gen_asyncio_aclose_11)
{
    perform(pass_and_give, aclose_11);
}

static int nap_and_divide(void *arg, Value *result)
{
    return nap() != 0 ? E_RUNTIME : ZERO_DIVISION;
}

static int await_in_finally(void *arg, Value *result)
{
    Task *task = create(nap_and_divide, NULL);
    int err = give(1);
    if (task_join(task, NULL) == ZERO_DIVISION)
        done = 1;
    return err;
}

static void aclose_12(AsyncGenerator *g)
{
    CHECK_INT(next_of(g), 1);
    CHECK_INT(async_generator_aclose(g), 0);
    CHECK_INT(done, 1);
}

TEST(async_gen_asyncio_aclose_12)
{
    perform(await_in_finally, aclose_12);
}

static int give_two(void *arg, Value *result)
{
    int err = give(1);
    return err != 0 ? err : give(2);
}

static void close_twice(AsyncGenerator *g)
{
    CHECK_INT(async_generator_aclose(g), 0);
    CHECK_INT(async_generator_aclose(g), 0);
}

static void close_exhausted(AsyncGenerator *g)
{
    CHECK_INT(next_of(g), 1);
    CHECK_INT(next_of(g), 2);
    CHECK_INT(end_of(g), E_STOP_ITERATION);
    CHECK_INT(async_generator_aclose(g), 0);
}

TEST(async_gen_aclose_twice_with_different_coros)
{
    perform(give_two, close_twice);
}

TEST(async_gen_aclose_after_exhaustion)
{
    perform(give_two, close_exhausted);
}

/* A difference: CPython's athrow() on one that has ended returns None. */
static void throw_after_end(AsyncGenerator *g)
{
    CHECK_INT(async_generator_aclose(g), 0);
    CHECK_INT(end_by(g, MY_ERROR), E_STOP_ITERATION);
    CHECK_INT(end_of(g), E_STOP_ITERATION);
}

TEST(athrow_after_the_end)
{
    perform(give_and_pass, throw_after_end);
}

/* ---- Shutting down ---- */
static int wait_and_give(void *arg, Value *result)
{
    int err = async_sleep(1);
    if (err == 0)
        err = give(1);
    async_sleep(0);
    done++;
    return err;
}

static int iterate(void *arg, Value *result)
{
    AsyncGenerator *g = new_generator(wait_and_give, NULL);
    int err = async_generator_next(g, NULL);
    async_generator_free(g);
    return err;
}

static int shut_down(void *loop, Value *result)
{
    return loop_shutdown_asyncgens(loop);
}

TEST(async_gen_asyncio_shutdown_01)
{
    Loop *loop = new_loop();
    Task *t1 = create_in(loop, iterate, NULL);
    Task *t2 = create_in(loop, iterate, NULL);
    double delay = 0.1;
    CHECK_INT(run_in(loop, sleep_for, &delay, NULL), 0);
    task_cancel(t1);
    task_cancel(t2);
    CHECK_INT(complete(loop, t1), E_CANCELLED);
    CHECK_INT(complete(loop, t2), E_CANCELLED);
    CHECK_INT(run_in(loop, shut_down, loop, NULL), 0);
    CHECK_INT(done, 2);
    release_all((Future *[]){ t1, t2 }, 2);
    finish(loop);
}

static int reports, reported;

static void see_report(Loop *loop, const ErrorContext *context, void *arg)
{
    reports++;
    reported = context->error;
    CHECK_STR(context->message,
              "An error occurred during closing of an async generator");
}

static int break_out(void *g, Value *result)
{
    CHECK_INT(next_of(g), 1);
    return 0;
}

/* asyncio.run(): main breaks out of its loop, and what remains is closed. */
static void break_and_shut_down(CoroFn *function, bool is_freed)
{
    Loop *loop = new_loop();
    AsyncGenerator *g = new_generator(function, NULL);
    loop_set_exception_handler(loop, see_report, NULL);
    CHECK_INT(run_in(loop, break_out, g, NULL), 0);
    if (is_freed)
        async_generator_free(g);
    CHECK_INT(run_in(loop, shut_down, loop, NULL), 0);
    if (!is_freed)
        async_generator_free(g);
    finish(loop);
}

TEST(async_gen_asyncio_shutdown_02)
{
    break_and_shut_down(give_two, false);
    CHECK_INT(reports, 0);
}

static int divide_in_finally(void *arg, Value *result)
{
    (void)give(1);
    return ZERO_DIVISION;
}

TEST(async_gen_asyncio_shutdown_exception_01)
{
    break_and_shut_down(divide_in_finally, false);
    CHECK_INT(reports, 1);
    CHECK_INT(reported, ZERO_DIVISION);
}

TEST(async_gen_asyncio_shutdown_exception_02)
{
    break_and_shut_down(divide_in_finally, true);
    CHECK_INT(reports, 1);
    CHECK_INT(reported, ZERO_DIVISION);
}

TEST(asyncgen_nonstarted_hooks_are_cancellable)
{
    break_and_shut_down(give_two, true);
    CHECK_INT(reports, 0);
}
