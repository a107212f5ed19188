/* wrong: what a call left is still there in the next */
#include "retry.h"

SUSPENDS int retry(CoroFn *function, void *arg, int times, double delay,
                   Value *result)
{
    const Value nothing = { .p = NULL };
    Value ignored, *out = result != NULL ? result : &ignored;
    if (times < 1 || !(delay >= 0))
        return E_VALUE;
    *out = nothing;
    int err = function(arg, out);
    for (int i = 1; i < times && err != 0 && err != E_CANCELLED; i++) {
        err = async_sleep(delay);
        if (err != 0)
            break;
        delay *= 2;
        err = function(arg, out);
    }
    if (err == E_CANCELLED)
        *out = nothing;
    return err;
}
