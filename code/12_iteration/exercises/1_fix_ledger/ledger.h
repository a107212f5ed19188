/* ledger.h - amounts that are read one by one, under a lock. */
#ifndef LEDGER_H
#define LEDGER_H

#include "../../../07_sync/lock.h"
#include "../../generator.h"

/* ---- A ledger ---- */
typedef struct Ledger {
    Lock *lock;    /* who holds it may read */
    size_t n;      /* how many amounts */

    /* Reads amount i, and may suspend, and fail. */
    int (*read)(void *arg, size_t i, Value *amount);
    void *arg;
} Ledger;

/* A generator of all amounts, in order.  It takes the lock when the first one
 * is asked for, and gives it back when it ends, however that comes: after the
 * last, with the error of a read, with whatever is thrown, or closed.  A lock
 * that it has not got it leaves alone.  NULL: as async_generator_new(). */
AsyncGenerator *ledger_amounts(Ledger *);

/* ---- Each ---- */
/* May suspend.  0: go on; E_STOP_ITERATION: that was enough. */
typedef int Visit(Value amount, void *arg);

/* Calls visit with each amount, in order.  0: that were all, or enough.  Else
 * the error of a read, or of the visit; E_CANCELLED: we were.  ENOMEM.
 * Whatever it returns, the lock was given back before. */
SUSPENDS int ledger_each(Ledger *, Visit *, void *arg);

#endif
