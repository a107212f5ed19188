/* ledger.c - your work: who stops early, stops everybody. */
#include "ledger.h"

#include <errno.h>

/* ---- The generator ---- */
static int walk(void *arg, Value *result)
{
    Ledger *ledger = arg;
    Value amount;
    int err = lock_acquire(ledger->lock);
    if (err != 0)
        return err;
    for (size_t i = 0; i < ledger->n; i++) {
        err = ledger->read(ledger->arg, i, &amount);
        if (err != 0)
            return err;
        async_yield(amount, NULL);
    }
    return lock_release(ledger->lock);
}

AsyncGenerator *ledger_amounts(Ledger *ledger)
{
    return async_generator_new(walk, ledger);
}

/* ---- The loop ---- */
SUSPENDS int ledger_each(Ledger *ledger, Visit *visit, void *arg)
{
    Value amount;
    AsyncGenerator *amounts = ledger_amounts(ledger);
    if (amounts == NULL)
        return errno;
    int err = async_generator_next(amounts, &amount);
    while (err == 0) {
        err = visit(amount, arg);
        if (err != 0)
            return err == E_STOP_ITERATION ? 0 : err;
        err = async_generator_next(amounts, &amount);
    }
    async_generator_free(amounts);
    return err == E_STOP_ITERATION ? 0 : err;
}
