/* Time is virtual.  What worked before the bugs were found still has to: that
 * test gives nothing. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/12_iteration/exercises/1_fix_ledger/ledger.h"

enum { AMOUNTS = 5, E_BLOT = E_USER, E_NOT_MINE };

static Loop *loop;

/* ---- The ledger ---- */
/* Each read takes a second. */
static struct {
    Lock lock;
    int reads, fails_at, error;
} book;

static int read_amount(void *arg, size_t i, Value *amount)
{
    CHECK_PTR(arg, &book);
    CHECK(lock_locked(&book.lock));
    CHECK(i < AMOUNTS);
    int err = async_sleep(1);
    if (err != 0)
        return err;
    *amount = (Value){ .i = 100 + (int)i };
    return book.reads++ == book.fails_at ? book.error : 0;
}

static Ledger ledger = { &book.lock, AMOUNTS, read_amount, &book };

/* ---- Who visits it ---- */
static struct {
    int stop_at, error;     /* at which visit, and with what; -1: never */
    double pause;           /* in each visit */
    int seen;
    bool was_locked;        /* when ledger_each() had returned */
    double ended;
} guest;

static int visit(Value amount, void *arg)
{
    CHECK_PTR(arg, &guest);
    CHECK_INT(amount.i, 100 + guest.seen);
    int err = async_sleep(guest.pause);
    if (err != 0)
        return err;
    return guest.seen++ == guest.stop_at ? guest.error : 0;
}

static int visit_each(void *arg, Value *result)
{
    int err = ledger_each(&ledger, visit, &guest);
    guest.was_locked = lock_locked(&book.lock);
    guest.ended = loop_time(loop);
    return err;
}

/* ---- Around each test ---- */
static void set_up(void)
{
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    lock_init(&book.lock);
    ledger.n = AMOUNTS;
    book.reads = guest.seen = 0;
    book.fails_at = guest.stop_at = -1;
    guest.pause = 0;
}

static void run(CoroFn *function, double cancel_at, int err)
{
    Task *task = loop_create_task(loop, function, NULL);
    CHECK(task != NULL);
    if (cancel_at > 0)
        CHECK(loop_call_at(loop, cancel_at, future_cancel_callback, task) != 0);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), err);
    task_release(task);
}

/* Nothing is left in it. */
static void tear_down(bool is_locked)
{
    CHECK_INT(lock_locked(&book.lock), is_locked);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
    loop_free(loop);
}

static void each(double cancel_at, int err, int seen, double when)
{
    run(visit_each, cancel_at, err);
    CHECK_INT(guest.seen, seen);
    CHECK_DOUBLE(guest.ended, when, 0.01);
    CHECK(!guest.was_locked);
    tear_down(false);
}

/* ---- The tests ---- */
TEST(all_amounts_are_shown)
{
    set_up();
    each(0, 0, AMOUNTS, AMOUNTS);
    set_up();
    ledger.n = 0;
    each(0, 0, 0, 0);
}

static int close_by_hand(void *arg, Value *result)
{
    Value amount;
    for (int error = 0; error <= E_NOT_MINE; error += E_NOT_MINE) {
        AsyncGenerator *amounts = ledger_amounts(&ledger);
        CHECK(amounts != NULL);
        CHECK(!lock_locked(&book.lock));
        CHECK_INT(async_generator_next(amounts, &amount), 0);
        CHECK_INT(async_generator_next(amounts, &amount), 0);
        CHECK_INT(amount.i, 101);
        CHECK(lock_locked(&book.lock));
        if (error == 0)
            CHECK_INT(async_generator_aclose(amounts), 0);
        else
            CHECK_INT(async_generator_throw(amounts, error, NULL), error);
        CHECK(!lock_locked(&book.lock));
        CHECK_INT(async_generator_next(amounts, NULL), E_STOP_ITERATION);
        async_generator_free(amounts);
    }
    return 0;
}

TEST_FOR(1, the_generator_ends_when_it_is_asked_to)
{
    HINT("what async_yield() returns is a reason to leave, and to clean up");
    set_up();
    run(close_by_hand, 0, 0);
    CHECK_INT(book.reads, 4);
    tear_down(false);
}

TEST_FOR(1, who_has_seen_enough_gives_the_lock_back)
{
    HINT("each way out of the loop: async_generator_aclose(), then free");
    set_up();
    guest.stop_at = 1;
    guest.error = E_STOP_ITERATION;
    each(0, 0, 2, 2);
    set_up();
    guest.stop_at = 0;
    guest.error = E_NOT_MINE;
    each(0, E_NOT_MINE, 1, 1);
    set_up();
    guest.pause = 10;
    each(15, E_CANCELLED, 1, 15);
}

TEST_FOR(1, a_read_that_fails_gives_the_lock_back)
{
    HINT("and who was cancelled while he waited for the lock has none to give");
    set_up();
    book.fails_at = 2;
    book.error = E_BLOT;
    each(0, E_BLOT, 2, 3);
    set_up();
    each(1.5, E_CANCELLED, 1, 1.5);    /* in the middle of a read */
    set_up();
    book.lock.locked = true;           /* it is somebody else's */
    run(visit_each, 4, E_CANCELLED);
    CHECK_INT(guest.seen, 0);
    tear_down(true);
}
