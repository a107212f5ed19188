/* transfer.h - moves money between accounts. */
#ifndef TRANSFER_H
#define TRANSFER_H

#include "../../lock.h"

enum { BOOKING = 1 };        /* seconds that it takes to write the books */
enum { E_FUNDS = E_USER };   /* there is not so much */

typedef struct Account {
    int number;              /* all different */
    long balance;            /* changes only while the lock is held */
    Lock lock;
} Account;

/* Waits for both accounts, then writes the books for BOOKING seconds, then
 * moves the amount; all that time it holds both locks.  When it returns, it
 * holds none.  Several transfers never wait for each other in a circle.
 *
 * E_FUNDS: there was not so much when it had both locks; no book was written.
 * E_CANCELLED: nothing was moved.  E_VALUE: it is the same account twice, or
 * the amount is less than 0. */
SUSPENDS int transfer(Account *from, Account *to, long amount);

#endif
