/* freed.c - debug mode keeps freed futures for a while, so that a use of one is
 * reported and not a crash.
 *
 * A future kept is in the state FREED, with nothing left in it but its kind and
 * its loop.  The next one is in its value. */
#include <stdlib.h>

#include "future_inside.h"

/* ---- What is kept ---- */
enum { KEPT = 1024 };    /* the latest ones, for each loop */

typedef struct Freed {
    LoopLocal local;     /* first: a pointer to it is one to the Freed */
    Future *oldest, *newest;
    size_t count;
} Freed;

static const char freed_key;

/* ---- Letting go ---- */
static void free_oldest(Freed *freed)
{
    Future *future = freed->oldest;
    freed->oldest = future->value.p;
    freed->count--;
    free(future);
}

static void free_all(Loop *loop, LoopLocal *local)
{
    Freed *freed = (Freed *)local;
    while (freed->count > 0)
        free_oldest(freed);
}

/* ---- Keeping ---- */
static Freed *freed_of(Loop *loop)
{
    LoopLocal *local = loop_local(loop, &freed_key);
    if (local != NULL)
        return (Freed *)local;
    Freed *freed = calloc(1, sizeof *freed);
    if (freed != NULL) {
        freed->local = (LoopLocal){ &freed_key, free_all, NULL };
        loop_local_add(loop, &freed->local);
    }
    return freed;
}

bool future_keep_freed(Future *future)
{
    Loop *loop = future->loop;
    if ((loop_alerts(loop) & (ALERT_DEBUG | ALERT_CLOSED)) != ALERT_DEBUG)
        return false;
    Freed *freed = freed_of(loop);
    if (freed == NULL)
        return false;
    future->state = FREED;
    future->value.p = NULL;
    if (freed->count > 0)
        freed->newest->value.p = future;
    else
        freed->oldest = future;
    freed->newest = future;
    if (++freed->count > KEPT)
        free_oldest(freed);
    return true;
}
