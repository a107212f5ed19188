/* wrong: one lock for the whole bank */
#include "transfer.h"

/* ---- The books ---- */
static SUSPENDS int write_books(void)
{
    return async_sleep(BOOKING);
}

/* Nothing suspends between taking and giving. */
static SUSPENDS int book(Account *from, Account *to, long amount)
{
    if (from->balance < amount)
        return E_FUNDS;
    int err = write_books();
    if (err != 0)
        return err;
    from->balance -= amount;
    to->balance += amount;
    return 0;
}

/* ---- A transfer ---- */
static Lock bank;

SUSPENDS int transfer(Account *from, Account *to, long amount)
{
    if (from == to || amount < 0)
        return E_VALUE;
    int err = lock_acquire(&bank);
    if (err != 0)
        return err;
    err = book(from, to, amount);
    lock_release(&bank);
    return err;
}
