/* as_completed.c - each of several as it ends.
 *
 * Futures that have ended stand in a row; so do the tasks that wait for one,
 * until they go on.  One that is served and then cancelled gives back what it
 * got, to where it was. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "children.h"
#include "wait.h"

/* ---- The two rows ---- */
typedef struct Customer {
    Parked parked;            /* first; on the stack of who waits */
    AsCompleted *from;        /* NULL: it was freed */
    Future *got;              /* NULL: nothing */
    size_t place;             /* from where, in the row */
    struct Customer *next, **where;    /* what points to it */
} Customer;

struct AsCompleted {
    Children children;        /* first; nobody is parked in it */
    size_t left;              /* how many can be asked for */
    Future **row;             /* in the order of their ends; NULL: taken */
    size_t head, tail;        /* none before head, nor from tail on */
    Customer *first, **last;  /* those who have asked, and not gone on */
    Customer *waiting;        /* the first of them who has not been served */
    bool is_late;             /* the time is over */
    Handle timer;             /* 0: none */
};

static void queue_up(Customer *customer, AsCompleted *from)
{
    customer->from = from;
    customer->where = from->last;
    *from->last = customer;
    from->last = &customer->next;
    if (from->waiting == NULL)
        from->waiting = customer;
}

static void step_out(Customer *customer)
{
    AsCompleted *from = customer->from;
    *customer->where = customer->next;
    if (customer->next != NULL)
        customer->next->where = customer->where;
    else
        from->last = customer->where;
    if (from->waiting == customer)
        from->waiting = customer->next;
}

/* ---- Serving ---- */
/* The first that nobody has taken; NULL: none. */
static Future *take(AsCompleted *from, size_t *place)
{
    while (from->head < from->tail && from->row[from->head] == NULL)
        from->head++;
    if (from->head == from->tail)
        return NULL;
    *place = from->head;
    Future *future = from->row[from->head];
    from->row[from->head++] = NULL;
    return future;
}

/* Who was cancelled meanwhile gets nothing. */
static void serve(AsCompleted *from)
{
    for (Customer *at; (at = from->waiting) != NULL; from->waiting = at->next) {
        if (at->parked.state != PENDING)
            continue;
        at->got = take(from, &at->place);
        if (at->got == NULL && !from->is_late)
            return;
        task_unpark(&at->parked);
    }
}

static void ended(Children *children, Future *future)
{
    AsCompleted *from = (AsCompleted *)children;
    if (from->is_late)
        return;
    from->row[from->tail++] = future;
    serve(from);
    if (children->done == children->n)
        loop_cancel(children->loop, from->timer);
}

static void too_late(void *as_completed)
{
    AsCompleted *from = as_completed;
    from->is_late = true;
    serve(from);
}

/* ---- Going on ---- */
static void give_back(AsCompleted *from, Customer *customer)
{
    from->left++;
    if (customer->got != NULL) {
        from->row[customer->place] = customer->got;
        if (customer->place < from->head)
            from->head = customer->place;
    }
    serve(from);
}

static void forget(Parked *parked)
{
    Customer *customer = (Customer *)parked;
    if (customer->from != NULL)
        step_out(customer);
}

static Future *awaited(Parked *parked, size_t i)
{
    AsCompleted *from = ((Customer *)parked)->from;
    return from != NULL ? children_awaited(&from->children.parked, i) : NULL;
}

static const ParkedKind kind = { .what = "as_completed", .forget = forget,
                                 .awaited = awaited };

/* ---- Waiting ---- */
static SUSPENDS int wait_for_one(AsCompleted *from, Future **done)
{
    Customer customer = { .parked.kind = &kind };
    queue_up(&customer, from);
    int err = task_park(&customer.parked);
    if (customer.from == NULL)
        return err != 0 ? err : E_RUNTIME;
    step_out(&customer);
    if (err != 0) {
        give_back(from, &customer);
        return err;
    }
    *done = customer.got;
    return customer.got != NULL ? 0 : E_TIMEOUT;
}

SUSPENDS int as_completed_next(AsCompleted *from, Future **done)
{
    size_t place;
    *done = NULL;
    if (task_current == NULL ||
        task_current->future.loop != from->children.loop)
        return E_RUNTIME;
    if (from->left == 0)
        return E_STOP_ITERATION;
    from->left--;
    *done = take(from, &place);
    if (*done != NULL)
        return 0;
    return from->is_late ? E_TIMEOUT : wait_for_one(from, done);
}

/* ---- Each once ---- */
static int compare(const void *a, const void *b)
{
    uintptr_t one = (uintptr_t)**(Future **const *)a;
    uintptr_t other = (uintptr_t)**(Future **const *)b;
    if (one != other)
        return one < other ? -1 : 1;
    return *(Future **const *)a < *(Future **const *)b ? -1 : 1;
}

/* Copies the futures to row, in their order, each where it comes first; returns
 * how many, or 0: no memory. */
static size_t each_once(Future **row, Future *futures[], size_t n)
{
    Future ***sorted = malloc(n * sizeof *sorted);
    bool *is_again = calloc(n, sizeof *is_again);
    size_t count = 0;
    if (sorted != NULL && is_again != NULL) {
        for (size_t i = 0; i < n; i++)
            sorted[i] = &futures[i];
        qsort(sorted, n, sizeof *sorted, compare);
        for (size_t i = 1; i < n; i++)
            is_again[sorted[i] - futures] = *sorted[i] == *sorted[i - 1];
        for (size_t i = 0; i < n; i++)
            if (!is_again[i])
                row[count++] = futures[i];
    }
    free(sorted);
    free(is_again);
    return count;
}

/* ---- Making ---- */
static bool are_good(Future *futures[], size_t n, Loop *loop)
{
    for (size_t i = 0; i < n; i++)
        if (futures[i] == NULL || future_is_freed(futures[i]) ||
            futures[i]->loop != loop)
            return false;
    return loop != NULL;
}

static bool begin(AsCompleted *from, Loop *loop, Future *futures[], size_t n)
{
    from->row = malloc((n + 1) * sizeof *from->row);
    size_t count = from->row != NULL ? each_once(from->row, futures, n) : 0;
    if (n > 0 && count == 0)
        return false;
    from->last = &from->first;
    from->left = count;
    from->children.ended = ended;
    return children_begin(&from->children, loop, from->row, count) == 0;
}

static AsCompleted *make(Loop *loop, Future *futures[], size_t n,
                         double timeout)
{
    AsCompleted *from = calloc(1, sizeof *from);
    if (from == NULL)
        return NULL;
    if (timeout != INFINITY)
        from->timer = loop_call_later(loop, timeout, too_late, from);
    if ((timeout == INFINITY || from->timer != 0) &&
        begin(from, loop, futures, n))
        return from;
    loop_cancel(loop, from->timer);
    free(from->row);
    free(from);
    return NULL;
}

AsCompleted *async_as_completed(Future *futures[], size_t n, double timeout)
{
    Loop *loop = async_get_running_loop();
    if (!are_good(futures, n, loop) || isnan(timeout)) {
        errno = EINVAL;
        return NULL;
    }
    AsCompleted *from = make(loop, futures, n, timeout);
    if (from != NULL)
        children_wake_done(&from->children);
    else
        errno = ENOMEM;
    return from;
}

/* ---- Freeing ---- */
void as_completed_free(AsCompleted *from)
{
    if (from == NULL)
        return;
    while (from->first != NULL) {
        Customer *customer = from->first;
        step_out(customer);
        customer->from = NULL;
        task_unpark(&customer->parked);    /* unless it was served */
    }
    loop_cancel(from->children.loop, from->timer);
    children_end(&from->children);
    free(from->row);
    free(from);
}
