/* The rules behind CPython's own tests of what is sent to async generators and
 * thrown: each test here names the one it was read from, in
 * test_asyncgen.py. */
#include "cpython.h"

/* ---- asend ---- */
static int (*crash)(void);

static int divide_soon(void)
{
    return nap() != 0 ? E_RUNTIME : ZERO_DIVISION;
}

/* v = yield 1; [crash]; yield v * 2; with two sleeps in its finally. */
static int give_twice_as_much(void *arg, Value *result)
{
    Value v = number(0);
    int err = nap();
    if (err == 0)
        err = async_yield(number(1), &v);
    if (err == 0)
        err = crash != NULL ? crash() : nap();
    if (err == 0)
        err = give(v.i * 2);
    if (err == 0)
        err = nap();
    (void)nap_twice();
    done = 1;
    return err;
}

static void asend_01(AsyncGenerator *g)
{
    CHECK_INT(next_of(g), 1);
    CHECK_INT(send_to(g, 100), 200);
    CHECK_INT(end_of(g), E_STOP_ITERATION);
    CHECK_INT(done, 1);
}

TEST(async_gen_asyncio_asend_01)
{
    perform(give_twice_as_much, asend_01);
}

static void send_and_crash(AsyncGenerator *g, int wanted)
{
    CHECK_INT(next_of(g), 1);
    CHECK_INT(async_generator_send(g, number(100), NULL), wanted);
    CHECK_INT(done, 1);
    CHECK_INT(end_of(g), E_STOP_ITERATION);
}

static void asend_02(AsyncGenerator *g)
{
    send_and_crash(g, ZERO_DIVISION);
}

TEST(async_gen_asyncio_asend_02)
{
    crash = divide_soon;
    perform(give_twice_as_much, asend_02);
}

static void asend_03(AsyncGenerator *g)
{
    send_and_crash(g, E_CANCELLED);
}

TEST(async_gen_asyncio_asend_03)
{
    crash = sleep_and_crash;
    perform(give_twice_as_much, asend_03);
}

/* ---- athrow ---- */
/* try: v = yield 1  except: v = 1000, after a sleep or a crash; yield v * 2 */
static int give_thousand(void *arg, Value *result)
{
    Value v = number(0);
    int err = nap();
    if (err == 0)
        err = async_yield(number(1), &v);
    if (err == MY_ERROR) {
        v = number(1000);
        err = crash != NULL ? crash() : nap();
    }
    if (err == 0)
        err = give(v.i * 2);
    if (err == 0)
        err = nap();
    (void)nap_twice();
    done = 1;
    return err;
}

static void athrow_01(AsyncGenerator *g)
{
    CHECK_INT(next_of(g), 1);
    CHECK_INT(throw_at(g, MY_ERROR), 2000);
    CHECK_INT(end_of(g), E_STOP_ITERATION);
    CHECK_INT(done, 1);
}

TEST(async_gen_asyncio_athrow_01)
{
    perform(give_thousand, athrow_01);
}

static void athrow_02(AsyncGenerator *g)
{
    CHECK_INT(next_of(g), 1);
    CHECK_INT(end_by(g, MY_ERROR), E_CANCELLED);
    CHECK_INT(done, 1);
}

TEST(async_gen_asyncio_athrow_02)
{
    crash = sleep_and_crash;
    perform(give_thousand, athrow_02);
}

/* try: yield  except: pass */
static int give_and_pass(void *arg, Value *result)
{
    (void)give(0);
    done = 1;
    return 0;
}

static void athrow_03(AsyncGenerator *g)
{
    CHECK_INT(next_of(g), 0);
    CHECK_INT(end_by(g, MY_ERROR), E_STOP_ITERATION);
    CHECK_INT(done, 1);
}

TEST(async_gen_asyncio_athrow_03)
{
    perform(give_and_pass, athrow_03);
}

static int give_one_or_two(void *arg, Value *result)
{
    int err = give(1);
    return err == ZERO_DIVISION ? give(2) : err;
}

static void athrow_tuple(AsyncGenerator *g)
{
    CHECK_INT(next_of(g), 1);
    CHECK_INT(throw_at(g, ZERO_DIVISION), 2);
    CHECK_INT(end_of(g), E_STOP_ITERATION);
}

TEST(async_gen_asyncio_anext_tuple_and_athrow_tuple)
{
    perform(give_one_or_two, athrow_tuple);
}
