/* wrong: who was cancelled while he waited releases what another holds */
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
static SUSPENDS int book_locked(Account *from, Account *to, long amount,
                                Lock *second)
{
    int err = lock_acquire(second);
    if (err == 0)
        err = book(from, to, amount);
    lock_release(second);
    return err;
}

/* All take the lock of the smaller number first. */
SUSPENDS int transfer(Account *from, Account *to, long amount)
{
    if (from == to || amount < 0)
        return E_VALUE;
    Lock *first = &from->lock, *second = &to->lock;
    if (to->number < from->number) {
        first = &to->lock;
        second = &from->lock;
    }
    int err = lock_acquire(first);
    if (err != 0)
        return err;
    err = book_locked(from, to, amount, second);
    lock_release(first);
    return err;
}
