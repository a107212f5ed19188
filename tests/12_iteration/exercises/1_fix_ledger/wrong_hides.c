/* wrong: closing went well, so all went well */
#include "ledger.h"

#include <errno.h>

/* ---- The generator ---- */
static SUSPENDS int read_all(Ledger *ledger)
{
    Value amount;
    int err = 0;
    for (size_t i = 0; i < ledger->n && err == 0; i++) {
        err = ledger->read(ledger->arg, i, &amount);
        if (err == 0)
            err = async_yield(amount, NULL);
    }
    return err;
}

static int walk(void *arg, Value *result)
{
    Ledger *ledger = arg;
    int err = lock_acquire(ledger->lock);
    if (err != 0)
        return err;
    err = read_all(ledger);
    lock_release(ledger->lock);
    return err;
}

AsyncGenerator *ledger_amounts(Ledger *ledger)
{
    return async_generator_new(walk, ledger);
}

/* ---- The loop ---- */
static SUSPENDS int visit_all(AsyncGenerator *amounts, Visit *visit, void *arg)
{
    Value amount;
    int err = async_generator_next(amounts, &amount);
    while (err == 0) {
        err = visit(amount, arg);
        if (err == 0)
            err = async_generator_next(amounts, &amount);
    }
    return err == E_STOP_ITERATION ? 0 : err;
}

SUSPENDS int ledger_each(Ledger *ledger, Visit *visit, void *arg)
{
    AsyncGenerator *amounts = ledger_amounts(ledger);
    if (amounts == NULL)
        return errno;
    int err = visit_all(amounts, visit, arg);
    err = async_generator_aclose(amounts);
    async_generator_free(amounts);
    return err;
}
