/* wrong: the next begin when all of the last have ended */
#include "limited.h"

SUSPENDS int gather_limited(const Call calls[], size_t n, size_t limit,
                            Outcome outcomes[])
{
    int err = limit == 0 ? E_VALUE : 0;
    if (async_current_task() == NULL)
        return E_RUNTIME;
    for (size_t i = 0; i < n && err == 0; i += limit) {
        size_t left = n - i;
        err = async_gather_calls(calls + i, left < limit ? left : limit,
                                 outcomes + i, RETURN_EXCEPTIONS);
    }
    return err;
}
