/* The rules behind CPython's own tests of async generators: each test here
 * names the one it was read from, in test_asyncgen.py.  What is sent and
 * thrown is in cpython_asend.c, what is closed in cpython_aclose.c. */
#include "cpython.h"

/* ---- Iteration ---- */
static int give_three(void *arg, Value *result)
{
    Value sent = number(7);
    async_sleep(0);
    int err = async_yield(number(123), &sent);
    CHECK_INT(sent.i, 0);
    async_sleep(0);
    if (err == 0)
        err = give(456);
    async_sleep(0);
    return err != 0 ? err : give(789);
}

static void iteration_01(AsyncGenerator *unused)
{
    static const int wanted[] = { 123, 456, 789 };
    CHECK_INT(take_all(give_three, wanted, 3), E_STOP_ITERATION);
}

TEST(async_gen_iteration_01)
{
    perform(give_three, iteration_01);
}

static int give_and_wait(void *arg, Value *result)
{
    async_sleep(0);
    int err = give(123);
    async_sleep(0);
    return err;
}

static void iteration_02(AsyncGenerator *g)
{
    CHECK_INT(next_of(g), 123);
    CHECK_INT(end_of(g), E_STOP_ITERATION);
}

TEST(async_gen_iteration_02)
{
    perform(give_and_wait, iteration_02);
}

/* ---- Errors inside ---- */
static int give_and_fail_waiting(void *arg, Value *result)
{
    async_sleep(0);
    int err = give(123);
    async_sleep(0);
    return err != 0 ? err : MY_ERROR;
}

static int give_and_divide(void *arg, Value *result)
{
    int err = give(123);
    return err != 0 ? err : ZERO_DIVISION;
}

static int give_and_stop(void *arg, Value *result)
{
    int err = give(123);
    return err != 0 ? err : E_STOP_ITERATION;
}

static void exception_03(AsyncGenerator *unused)
{
    CHECK_INT(take_all(give_and_fail_waiting, &(int){ 123 }, 1), MY_ERROR);
}

TEST(async_gen_exception_03)
{
    perform(give_and_fail_waiting, exception_03);
}

static void exception_04(AsyncGenerator *g)
{
    CHECK_INT(next_of(g), 123);
    CHECK_INT(end_of(g), ZERO_DIVISION);
}

TEST(async_gen_exception_04)
{
    perform(give_and_divide, exception_04);
}

static void exception_05(AsyncGenerator *unused)
{
    CHECK_INT(take_all(give_and_stop, &(int){ 123 }, 1), E_RUNTIME);
}

TEST(async_gen_exception_05_06)
{
    perform(give_and_stop, exception_05);
}

/* try: yield 1; 1/0  finally: yield 2; yield 3 */
static int give_in_finally(void *arg, Value *result)
{
    int err = give(1);
    async_sleep(0);
    if (err == 0)
        err = ZERO_DIVISION;
    int also = give(2);
    async_sleep(0);
    if (also == 0)
        also = give(3);
    return also != 0 ? also : err;
}

/* try: yield 1  finally: yield 2; 1/0 */
static int fail_in_finally(void *arg, Value *result)
{
    (void)give(1);
    async_sleep(0);
    int err = give(2);
    return err != 0 ? err : ZERO_DIVISION;
}

static void exception_07(AsyncGenerator *unused)
{
    static const int wanted[] = { 1, 2, 3 };
    CHECK_INT(take_all(give_in_finally, wanted, 3), ZERO_DIVISION);
    CHECK_INT(take_all(fail_in_finally, wanted, 2), ZERO_DIVISION);
}

TEST(async_gen_exception_07_08_09)
{
    perform(give_in_finally, exception_07);
}

static void exception_10(AsyncGenerator *g)
{
    CHECK_INT(async_generator_send(g, number(100), NULL), E_VALUE);
    CHECK_INT(async_generator_aclose(g), 0);
}

TEST(async_gen_exception_10)
{
    perform(give_and_stop, exception_10);
}

static int wrap_and_throw(void *arg, Value *result)
{
    AsyncGenerator *inner = new_generator(give_three, NULL);
    int err = give(1);
    CHECK_INT(next_of(inner), 123);
    CHECK_INT(end_by(inner, E_GENERATOR_EXIT), E_GENERATOR_EXIT);
    async_generator_free(inner);
    if (err == 0)
        err = give(2);
    return err != 0 ? err : give(3);
}

static void exception_11(AsyncGenerator *unused)
{
    static const int wanted[] = { 1, 2, 3 };
    CHECK_INT(take_all(wrap_and_throw, wanted, 3), E_STOP_ITERATION);
}

TEST(async_gen_exception_11)
{
    perform(wrap_and_throw, exception_11);
}

static AsyncGenerator *me;

static int ask_me(void *arg, Value *result)
{
    int err = async_generator_next(me, result);
    return err != 0 ? err : give(123);
}

static void exception_12(AsyncGenerator *g)
{
    me = g;
    CHECK_INT(end_of(g), E_RUNTIME);
    CHECK_INT(end_of(g), E_STOP_ITERATION);
}

TEST(async_gen_exception_12)
{
    perform(ask_me, exception_12);
}

/* ---- Two at once ---- */
static int wait_for_ever(void *arg, Value *result)
{
    return async_sleep(INFINITY);
}

static int ask_it(void *g, Value *result)
{
    return async_generator_next(g, result);
}

static void ask_concurrently(AsyncGenerator *g)
{
    Task *task = create(ask_it, g);
    async_sleep(0);
    CHECK_INT(end_of(g), E_RUNTIME);
    CHECK_INT(async_generator_send(g, number(1), NULL), E_RUNTIME);
    CHECK_INT(end_by(g, MY_ERROR), E_RUNTIME);
    CHECK_INT(async_generator_aclose(g), E_RUNTIME);
    task_cancel(task);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
}

/* Also asend_send_already_running and athrow_send_already_running. */
TEST(async_gen_asend_and_athrow_throw_concurrent_with_send)
{
    perform(wait_for_ever, ask_concurrently);
}

/* ---- asyncio ---- */
static int give_two(void *arg, Value *result)
{
    int err = give(1);
    if (err == 0)
        err = nap();
    if (err == 0)
        err = give(2);
    return err != 0 ? err : nap();
}

static void asyncio_01(AsyncGenerator *unused)
{
    static const int wanted[] = { 1, 2 };
    CHECK_INT(take_all(give_two, wanted, 2), E_STOP_ITERATION);
}

TEST(async_gen_asyncio_01_03)
{
    perform(give_two, asyncio_01);
}

static int give_two_and_divide(void *arg, Value *result)
{
    int err = give_two(arg, result);
    return err != 0 ? err : ZERO_DIVISION;
}

static void asyncio_02(AsyncGenerator *unused)
{
    static const int wanted[] = { 1, 2 };
    CHECK_INT(take_all(give_two_and_divide, wanted, 2), ZERO_DIVISION);
}

TEST(async_gen_asyncio_02)
{
    perform(give_two_and_divide, asyncio_02);
}

static int give_or_thousand(void *arg, Value *result)
{
    int err = give(1);
    if (err == 0)
        err = nap();
    if (err == 0)
        err = give(2);
    if (err == 0)
        err = give(3);
    if (err == ZERO_DIVISION)
        err = give(1000);
    if (err == 0)
        err = nap();
    return err != 0 ? err : give(4);
}

static void anext_04(AsyncGenerator *g)
{
    for (int i = 1; i <= 4; i++)
        CHECK_INT(next_of(g), i);
    CHECK_INT(end_of(g), E_STOP_ITERATION);
    CHECK_INT(end_of(g), E_STOP_ITERATION);
}

static void anext_04_thrown(AsyncGenerator *g)
{
    CHECK_INT(next_of(g), 1);
    CHECK_INT(next_of(g), 2);
    CHECK_INT(throw_at(g, ZERO_DIVISION), 1000);
    CHECK_INT(next_of(g), 4);
    CHECK_INT(end_of(g), E_STOP_ITERATION);
}

TEST(async_gen_asyncio_anext_04)
{
    perform(give_or_thousand, anext_04);
    perform(give_or_thousand, anext_04_thrown);
}

static int give_what_is_sent(void *arg, Value *result)
{
    Value v = number(0);
    int err = async_yield(number(1), &v);
    if (err == 0)
        err = async_yield(v, &v);
    return err != 0 ? err : give(v.i * 100);
}

static void anext_05(AsyncGenerator *g)
{
    CHECK_INT(next_of(g), 1);
    CHECK_INT(send_to(g, 10), 10);
    CHECK_INT(send_to(g, 12), 1200);
    CHECK_INT(end_of(g), E_STOP_ITERATION);
}

TEST(async_gen_asyncio_anext_05)
{
    perform(give_what_is_sent, anext_05);
}

/* try: yield  except: pass */
static int give_and_pass(void *arg, Value *result)
{
    (void)give(0);
    done = 1;
    return 0;
}

static void anext_06(AsyncGenerator *g)
{
    CHECK_INT(next_of(g), 0);
    CHECK_INT(end_of(g), E_STOP_ITERATION);
    CHECK_INT(done, 1);
}

TEST(async_gen_asyncio_anext_06)
{
    perform(give_and_pass, anext_06);
}
