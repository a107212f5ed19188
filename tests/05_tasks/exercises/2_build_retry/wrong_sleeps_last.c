/* wrong: it sleeps behind the last call, too */
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
    for (int i = 1; i <= times && err != 0 && err != E_CANCELLED; i++) {
        int sleep_err = async_sleep(delay);
        if (sleep_err != 0) {
            err = sleep_err;
            break;
        }
        if (i == times)
            break;
        delay *= 2;
        *out = nothing;
        err = function(arg, out);
    }
    if (err == E_CANCELLED)
        *out = nothing;
    return err;
}
