/* wrong: it takes and gives under one lock at a time */
#include "transfer.h"

/* ---- The books ---- */
static SUSPENDS int write_books(void)
{
    return async_sleep(BOOKING);
}

/* Nothing suspends between taking and giving. */
static SUSPENDS int book(Account *from, long amount)
{
    if (from->balance < amount)
        return E_FUNDS;
    int err = write_books();
    if (err != 0)
        return err;
    from->balance -= amount;
    return 0;
}

/* ---- A transfer ---- */
SUSPENDS int transfer(Account *from, Account *to, long amount)
{
    if (from == to || amount < 0)
        return E_VALUE;
    int err = lock_acquire(&from->lock);
    if (err != 0)
        return err;
    err = book(from, amount);
    lock_release(&from->lock);
    if (err != 0)
        return err;
    err = lock_acquire(&to->lock);
    if (err != 0)
        return err;
    to->balance += amount;
    lock_release(&to->lock);
    return 0;
}
