/* Two tasks and one balance: what was paid in is lost, and there is no thread.
 * Then the same with a lock. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/gather.h"
#include "../lock.h"

/* ---- The account ---- */
/* It lies far away: a question takes a second to come, and so does an order. */
static double delay = 1;
static int balance;

static SUSPENDS int read_balance(int *amount)
{
    int err = async_sleep(delay);
    *amount = balance;
    return err;
}

static SUSPENDS int write_balance(int amount)
{
    int err = async_sleep(delay);
    if (err == 0)
        balance = amount;
    return err;
}

/* ---- Paying in ---- */
typedef struct Payment {
    const char *name;
    int amount;
} Payment;

static void say(const char *name, const char *does, int amount)
{
    double now = loop_time(async_get_running_loop());
    printf("%.0f s: %s %s %d\n", now, name, does, amount);
}

static int pay_in(void *arg, Value *result)
{
    Payment *payment = arg;
    int amount = 0;
    int err = read_balance(&amount);
    if (err != 0)
        return err;
    say(payment->name, "reads", amount);
    err = write_balance(amount + payment->amount);
    if (err == 0)
        say(payment->name, "has written", amount + payment->amount);
    return err;
}

/* ---- With a lock ---- */
static Lock lock;

static int pay_in_locked(void *arg, Value *result)
{
    int err = lock_acquire(&lock);
    if (err != 0)
        return err;
    err = pay_in(arg, result);
    lock_release(&lock);
    return err;
}

/* ---- Both at the same time ---- */
static int pay_both(void *pay, Value *result)
{
    CoroFn *function = *(CoroFn **)pay;
    Payment ana = { "ana", 30 }, ben = { "ben", 50 };
    balance = 100;
    int err = async_gather_calls(CALLS({ function, &ana }, { function, &ben }),
                                 NULL, 0);
    printf("100 + 30 + 50 = %d\n", balance);
    return err;
}

static void show(const char *title, CoroFn *function)
{
    puts(title);
    must_succeed(run_virtual(pay_both, &function), "run");
}

int main(int argc, char **argv)
{
    if (argc > 1)
        delay = atof(argv[1]);
    show("Without a lock:", pay_in);
    show("With a lock:", pay_in_locked);
    return 0;
}
