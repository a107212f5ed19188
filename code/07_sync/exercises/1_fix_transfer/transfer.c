/* transfer.c - your work: it keeps locks, and money. */
#include "transfer.h"

/* ---- The books ---- */
static SUSPENDS int write_books(void)
{
    return async_sleep(BOOKING);
}

static SUSPENDS int book(Account *from, Account *to, long amount)
{
    if (from->balance < amount)
        return E_FUNDS;
    from->balance -= amount;
    int err = write_books();
    if (err != 0)
        return err;
    to->balance += amount;
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
    err = lock_acquire(&to->lock);
    if (err != 0)
        return err;
    err = book(from, to, amount);
    if (err != 0)
        return err;
    lock_release(&to->lock);
    lock_release(&from->lock);
    return 0;
}
