/* crew.c - a member is in the queue of the crew, or in that of another member
 * for which it waits; or it runs, or has returned. */
#include "crew.h"

#include <errno.h>
#include <stdlib.h>

typedef struct Queue {
    Member *first, *last;
} Queue;

struct Member {
    Member *next;      /* in the queue */
    Member *older;     /* in the crew */
    Crew *crew;
    Coro *coro;
    Queue waiters;
    bool is_waiting;
};

struct Crew {
    Member *newest;    /* of all members */
    Queue ready;
    Member *running;
    size_t missing;    /* how many have not returned */
    bool is_running;
};

/* ---- Queues ---- */
static void put(Queue *queue, Member *member)
{
    member->next = NULL;
    if (queue->first == NULL)
        queue->first = member;
    else
        queue->last->next = member;
    queue->last = member;
}

static Member *take(Queue *queue)
{
    Member *member = queue->first;
    if (member != NULL)
        queue->first = member->next;
    return member;
}

/* ---- The crew ---- */
Crew *crew_new(void)
{
    return calloc(1, sizeof(Crew));
}

void crew_free(Crew *crew)
{
    while (crew->newest != NULL) {
        Member *member = crew->newest;
        crew->newest = member->older;
        coro_free(member->coro);
        free(member);
    }
    free(crew);
}

Member *crew_add(Crew *crew, CoroFn *function, void *arg)
{
    Member *member = calloc(1, sizeof *member);
    if (member == NULL)
        return NULL;
    member->coro = coro_new(function, arg, 0);
    if (member->coro == NULL) {
        free(member);
        return NULL;
    }
    member->crew = crew;
    member->older = crew->newest;
    crew->newest = member;
    crew->missing++;
    put(&crew->ready, member);
    return member;
}

/* ---- Running ---- */
static void wake_waiters(Crew *crew, Member *member)
{
    for (Member *waiter; (waiter = take(&member->waiters)) != NULL; ) {
        waiter->is_waiting = false;
        put(&crew->ready, waiter);
    }
}

static void run_turn(Crew *crew, Member *member)
{
    crew->running = member;
    bool goes_on = coro_resume(member->coro, (Value){ .p = NULL }, NULL);
    crew->running = NULL;
    if (!goes_on) {
        crew->missing--;
        wake_waiters(crew, member);
    } else if (!member->is_waiting) {
        put(&crew->ready, member);
    }
}

int crew_run(Crew *crew)
{
    if (crew->is_running)
        return E_RUNTIME;
    crew->is_running = true;
    for (Member *member; (member = take(&crew->ready)) != NULL; )
        run_turn(crew, member);
    crew->is_running = false;
    return crew->missing > 0 ? EDEADLK : 0;
}

/* ---- For its members ---- */
void crew_pause(void)
{
    coro_yield((Value){ .p = NULL });
}

int crew_join(Member *member, Value *result)
{
    Member *caller = member->crew->running;
    if (coro_done(member->coro))
        return coro_result(member->coro, result);
    if (caller == NULL || caller->coro != coro_current())
        return E_INVALID_STATE;
    if (caller == member)
        return EDEADLK;
    caller->is_waiting = true;
    put(&member->waiters, caller);
    coro_yield((Value){ .p = NULL });
    return coro_result(member->coro, result);
}
