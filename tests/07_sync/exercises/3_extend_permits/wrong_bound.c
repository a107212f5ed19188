/* wrong: more can be given back than was taken */
#include "permits.h"

#include <stdlib.h>

#include "../../../05_tasks/task_inside.h"

/* ---- Requests ---- */
typedef struct Request {
    Parked parked;            /* first */
    Permits *permits;
    size_t n;
    struct Request *next;
    bool is_listed;
} Request;

struct Permits {
    size_t total, value;
    Request *first;
};

static void join(Request *request)
{
    Request **at = &request->permits->first;
    while (*at != NULL)
        at = &(*at)->next;
    *at = request;
    request->is_listed = true;
}

static void leave(Request *request)
{
    Request **at = &request->permits->first;
    while (*at != request)
        at = &(*at)->next;
    *at = request->next;
    request->is_listed = false;
}

static void forget(Parked *parked)
{
    Request *request = (Request *)parked;
    if (request->is_listed)
        leave(request);
}

static const ParkedKind kind = { .what = "permits", .forget = forget };

/* ---- Handing over ---- */
/* One that is cancelled, and has not gone on yet, is passed over. */
static void hand_over(Permits *permits)
{
    Request *first;
    while ((first = permits->first) != NULL) {
        bool is_waiting = first->parked.state == PENDING;
        if (is_waiting && first->n > permits->value)
            return;
        leave(first);
        if (is_waiting) {
            permits->value -= first->n;
            task_unpark(&first->parked);
        }
    }
}

/* ---- Asking ---- */
static SUSPENDS int wait_for_permits(Permits *permits, size_t n)
{
    Request request = { .parked.kind = &kind, .permits = permits, .n = n };
    join(&request);
    int err = task_park(&request.parked);
    if (request.is_listed)
        leave(&request);
    if (err != 0) {
        if (request.parked.state == FINISHED)
            permits->value += n;
        hand_over(permits);
    }
    return err;
}

SUSPENDS int permits_acquire(Permits *permits, size_t n)
{
    if (task_current == NULL)
        return E_RUNTIME;
    if (n == 0 || n > permits->total)
        return E_VALUE;
    if (permits->first != NULL || n > permits->value)
        return wait_for_permits(permits, n);
    permits->value -= n;
    return 0;
}

/* ---- Giving back ---- */
int permits_release(Permits *permits, size_t n)
{
    permits->value += n;
    hand_over(permits);
    return 0;
}

size_t permits_value(Permits *permits)
{
    return permits->value;
}

/* ---- Making ---- */
Permits *permits_new(size_t total)
{
    Permits *permits = malloc(sizeof *permits);
    if (permits != NULL)
        *permits = (Permits){ .total = total, .value = total };
    return permits;
}

void permits_free(Permits *permits)
{
    free(permits);
}
