/* generator_inside.h - the async generator, as its own files see it. */
#ifndef GENERATOR_INSIDE_H
#define GENERATOR_INSIDE_H

#include "../05_tasks/task_inside.h"
#include "generator.h"

/* ---- The generator ---- */
typedef struct Generators Generators;

struct AsyncGenerator {
    Coro *coro;              /* NULL: it has ended */
    CoroFn *function;
    void *arg;
    int thrown;              /* what async_yield() will return */
    bool is_running;         /* a task is in it, or waits in it */
    bool is_orphan;          /* its owner has freed it */
    Task *closer;            /* retained; NULL: not handed over */
    Task *host;              /* retained; has blocks that were entered in it */
    unsigned references;     /* owner's, closer's, of who is in it */
    Generators *all;         /* NULL: it has not begun, or the loop is closed */
    AsyncGenerator *next, **where;
};

/* It has begun, and not ended. */
static inline bool generator_is_live(AsyncGenerator *generator)
{
    return generator->all != NULL && generator->coro != NULL;
}

void generator_release(AsyncGenerator *);

/* ---- All of a loop ---- */
/* Each is in the list from its beginning until it is freed. */
struct Generators {
    LoopLocal local;         /* first */
    Loop *loop;
    AsyncGenerator *first;
};

bool generators_add(AsyncGenerator *);    /* false: no memory */
void generators_remove(AsyncGenerator *);

/* Closes it in a task of its own. */
void generator_hand_over(AsyncGenerator *);

#endif
