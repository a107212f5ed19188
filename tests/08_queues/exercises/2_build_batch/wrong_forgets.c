/* wrong: who is cancelled gets none of the batch */
#include "batch.h"

#include "../../../06_gather/timeout.h"

/* ---- The others ---- */
static SUSPENDS int get_more(Queue *queue, Value values[], size_t max,
                             size_t *n)
{
    int err = 0;
    while (*n < max && err == 0) {
        err = queue_get(queue, &values[*n]);
        if (err == 0)
            ++*n;
    }
    return err;
}

/* ---- All of it ---- */
SUSPENDS int queue_get_batch(Queue *queue, Value values[], size_t max,
                             double patience, size_t *n)
{
    Timeout timeout;
    *n = 0;
    if (max == 0 || !(patience >= 0))
        return E_VALUE;
    int err = queue_get(queue, &values[0]);
    if (err != 0)
        return err;
    *n = 1;
    err = timeout_enter(&timeout, patience);
    if (err != 0)
        return err;
    err = timeout_exit(&timeout, get_more(queue, values, max, n));
    if (err == E_CANCELLED)
        *n = 0;
    return err == E_TIMEOUT || err == E_QUEUE_SHUTDOWN ? 0 : err;
}
