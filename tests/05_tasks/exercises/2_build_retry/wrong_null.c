/* wrong: it hands on that nobody wants the result */
#include "retry.h"

SUSPENDS int retry(CoroFn *function, void *arg, int times, double delay,
                   Value *result)
{
    const Value nothing = { .p = NULL };
    Value *out = result, ignored;
    if (out == NULL)
        out = &ignored;
    if (times < 1 || !(delay >= 0))
        return E_VALUE;
    *out = nothing;
    int err = function(arg, result);
    for (int i = 1; i < times && err != 0 && err != E_CANCELLED; i++) {
        err = async_sleep(delay);
        if (err != 0)
            break;
        delay *= 2;
        *out = nothing;
        err = function(arg, out);
    }
    if (err == E_CANCELLED)
        *out = nothing;
    return err;
}
