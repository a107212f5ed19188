/* Time is virtual.  What worked before the bugs were found still has to: that
 * test gives nothing. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/07_sync/exercises/1_fix_transfer/transfer.h"

enum { ACCOUNTS = 3 };

static Loop *loop;
static Account accounts[ACCOUNTS];

/* ---- Around each test ---- */
static void set_up(void)
{
    unsetenv("WEFT_SHUFFLE");    /* who comes first is what we test */
    loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    for (int i = 0; i < ACCOUNTS; i++)
        accounts[i] = (Account){ .number = i, .balance = 100 };
}

static void run_until(double when)
{
    CHECK(loop_call_at(loop, when, loop_stop_callback, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
}

static void check_balances(long first, long second, long third)
{
    CHECK_INT(accounts[0].balance, first);
    CHECK_INT(accounts[1].balance, second);
    CHECK_INT(accounts[2].balance, third);
}

static void check_locks(bool first, bool second, bool third)
{
    CHECK_INT(lock_locked(&accounts[0].lock), first);
    CHECK_INT(lock_locked(&accounts[1].lock), second);
    CHECK_INT(lock_locked(&accounts[2].lock), third);
}

static void tear_down(void)
{
    check_locks(false, false, false);
    CHECK_INT(loop->users, 1);
    loop_free(loop);
}

/* ---- Who sends ---- */
typedef struct Order {
    int from, to;
    long amount;
    Task *task;
    double ended;    /* when */
} Order;

static int carry_out(void *arg, Value *result)
{
    Order *order = arg;
    int err = transfer(&accounts[order->from], &accounts[order->to],
                       order->amount);
    order->ended = loop_time(loop);
    return err;
}

static void start(Order *order, int from, int to, long amount)
{
    *order = (Order){ .from = from, .to = to, .amount = amount };
    order->task = loop_create_task(loop, carry_out, order);
    CHECK(order->task != NULL);
}

static void check_ended(Order *order, int err, double when)
{
    CHECK(task_done(order->task));
    CHECK_INT(task_error(order->task), err);
    CHECK_DOUBLE(order->ended, when, 0.01);
    task_release(order->task);
}

/* Somebody who has an account for himself for so long. */
typedef struct Holder {
    Account *account;
    double time;
} Holder;

static int hold(void *arg, Value *result)
{
    Holder *holder = arg;
    CHECK_INT(lock_acquire(&holder->account->lock), 0);
    CHECK_INT(async_sleep(holder->time), 0);
    CHECK_INT(lock_release(&holder->account->lock), 0);
    return 0;
}

static void start_holder(Holder *holder)
{
    Task *task = loop_create_task(loop, hold, holder);
    CHECK(task != NULL);
    task_release(task);
}

/* ---- The tests ---- */
TEST(money_moves_while_both_accounts_are_locked)
{
    Order order, other, same;
    set_up();
    start(&order, 0, 1, 30);
    start(&other, 1, 2, 120);    /* enough, when its turn comes */
    start(&same, 2, 2, 1);
    run_until(0.5);
    check_locks(true, true, false);
    check_ended(&same, E_VALUE, 0);
    run_until(1.5);
    check_locks(false, true, true);
    check_ended(&order, 0, 1);
    check_balances(70, 130, 100);
    run_until(3);
    check_ended(&other, 0, 2);
    check_balances(70, 10, 220);

    start(&order, 0, 1, 10);    /* these two have nothing in common */
    accounts[2].lock.locked = true;
    run_until(5);
    check_ended(&order, 0, 4);
    accounts[2].lock.locked = false;
    tear_down();
}

TEST_FOR(1, who_is_cancelled_while_he_waits_gives_back_what_he_has)
{
    HINT("and nothing else: a lock that he waits for is somebody else's");
    for (int held = 0; held < 2; held++) {
        Order order;
        Holder holder = { &accounts[held], 5 };
        set_up();
        start_holder(&holder);
        start(&order, 0, 1, 30);
        run_until(1);
        CHECK(task_cancel(order.task));
        run_until(2);
        check_ended(&order, E_CANCELLED, 1);
        check_locks(held == 0, held == 1, false);
        run_until(6);
        check_locks(false, false, false);
        start(&order, 1, 0, 10);
        run_until(8);
        check_ended(&order, 0, 7);
        check_balances(110, 90, 100);
        tear_down();
    }
}

TEST_FOR(1, whoever_fails_leaves_no_lock_and_no_money_behind)
{
    HINT("take and give in one go, when nothing can fail any more");
    Order order;
    set_up();
    start(&order, 0, 1, 101);
    run_until(0.5);
    check_ended(&order, E_FUNDS, 0);
    check_locks(false, false, false);
    start(&order, 0, 1, 30);    /* cancelled while the books are written */
    run_until(1);
    check_locks(true, true, false);
    check_balances(100, 100, 100);
    CHECK(task_cancel(order.task));
    run_until(3);
    check_ended(&order, E_CANCELLED, 1);
    check_balances(100, 100, 100);
    check_locks(false, false, false);
    start(&order, 0, 1, 30);
    run_until(5);
    check_ended(&order, 0, 4);
    check_balances(70, 130, 100);
    tear_down();
}

/* They begin while all accounts are held; those are free in the same turn. */
static void start_together(Order orders[], int n, Holder holders[])
{
    for (int i = 0; i < n; i++) {
        holders[i] = (Holder){ &accounts[i], 1 };
        start_holder(&holders[i]);
    }
    for (int i = 0; i < n; i++)
        start(&orders[i], i, (i + 1) % n, 10 << i);
}

TEST_FOR(1, nobody_waits_in_a_circle)
{
    HINT("all take the two locks in the same order; account numbers differ");
    for (int n = 2; n <= 3; n++) {
        Order orders[3];
        Holder holders[3];
        set_up();
        start_together(orders, n, holders);
        run_until(10);
        for (int i = 0; i < n; i++) {
            CHECK(task_done(orders[i].task));
            CHECK_INT(task_error(orders[i].task), 0);
            task_release(orders[i].task);
        }
        check_balances(n == 2 ? 110 : 130, 90, n == 2 ? 100 : 80);
        tear_down();
    }
}
