/* queue.c - values on their way from some tasks to others.
 *
 * A value in the queue is nobody's yet: a task that was woken to get one looks
 * again when it runs, and waits again if it is gone.  One that was woken and
 * cannot use it wakes the next. */
#include "queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "queue_inside.h"

/* ---- Making ---- */
enum { FIRST_CAPACITY = 16 };

static Queue *make(const Order *order, size_t maxsize, Compare *compare)
{
    Queue *queue = calloc(1, sizeof *queue);
    if (queue == NULL)
        return NULL;
    queue->order = order;
    queue->capacity = FIRST_CAPACITY;
    queue->memory = malloc(queue->capacity * order->size);
    queue->maxsize = maxsize;
    queue->compare = compare;
    queue->finished.set = true;
    if (queue->memory == NULL) {
        free(queue);
        return NULL;
    }
    return queue;
}

Queue *queue_new(size_t maxsize)
{
    return make(&first_first, maxsize, NULL);
}

Queue *lifo_queue_new(size_t maxsize)
{
    return make(&last_first, maxsize, NULL);
}

static int compare_numbers(Value a, Value b)
{
    return (a.i > b.i) - (a.i < b.i);
}

Queue *priority_queue_new(size_t maxsize, Compare *compare)
{
    return make(&smallest_first, maxsize,
                compare != NULL ? compare : compare_numbers);
}

/* ---- Freeing ---- */
void queue_free(Queue *queue)
{
    if (queue == NULL)
        return;
    waitlist_abandon(&queue->getters);
    waitlist_abandon(&queue->putters);
    waitlist_abandon(&queue->woken);
    waitlist_abandon(&queue->finished.waiters);
    free(queue->memory);
    free(queue);
}

/* ---- Room ---- */
/* What is in it comes to the beginning of the new memory. */
static bool resize(Queue *queue, size_t capacity)
{
    size_t size = queue->order->size, count = queue->count;
    if (capacity > SIZE_MAX / size)
        return false;
    char *memory = malloc(capacity * size), *old = queue->memory;
    if (memory == NULL)
        return false;
    size_t head = queue->head & (queue->capacity - 1);
    size_t straight = queue->capacity - head;
    straight = count < straight ? count : straight;
    memcpy(memory, old + head * size, straight * size);
    memcpy(memory + straight * size, old, (count - straight) * size);
    free(old);
    queue->memory = memory;
    queue->capacity = capacity;
    queue->head = 0;
    return true;
}

static bool has_room(Queue *queue)
{
    return queue->count < queue->capacity || resize(queue, 2 * queue->capacity);
}

/* After a flood the memory goes back; if it cannot, it stays.  With a bound it
 * does stay: so whoever has waited for room finds memory, too. */
static void shrink(Queue *queue)
{
    if (queue->maxsize == 0 && queue->count < queue->capacity / 8 &&
        queue->capacity > 4 * FIRST_CAPACITY)
        resize(queue, queue->capacity / 4);
}

/* ---- At once ---- */
int queue_put_nowait(Queue *queue, Value value)
{
    if (queue->is_shut)
        return E_QUEUE_SHUTDOWN;
    if (queue_full(queue))
        return E_QUEUE_FULL;
    if (!has_room(queue))
        return ENOMEM;
    queue->order->put(queue, value);
    queue->count++;
    queue->unfinished++;
    queue->finished.set = false;
    waitlist_wake_into(&queue->getters, &queue->woken);
    return 0;
}

static Value take(Queue *queue)
{
    Value value = queue->order->get(queue);
    queue->count--;
    shrink(queue);
    return value;
}

int queue_get_nowait(Queue *queue, Value *value)
{
    if (queue->count == 0)
        return queue->is_shut ? E_QUEUE_SHUTDOWN : E_QUEUE_EMPTY;
    Value taken = take(queue);
    if (value != NULL)
        *value = taken;
    waitlist_wake_into(&queue->putters, &queue->woken);
    return 0;
}

/* ---- Waiting for room ---- */
static const ParkedKind put_kind = { .what = "a Queue's put",
                                     .forget = waitlist_forget,
                                     .cancel = waitlist_cancel };

static SUSPENDS int wait_for_room(Queue *queue)
{
    bool was_woken;
    int err = waitlist_wait(&queue->putters, &put_kind, &was_woken);
    if (err == E_CANCELLED && was_woken && !queue_full(queue))
        waitlist_wake_into(&queue->putters, &queue->woken);
    return err;
}

SUSPENDS int queue_put(Queue *queue, Value value)
{
    int err = task_current == NULL ? E_RUNTIME : 0;
    while (err == 0 && queue_full(queue) && !queue->is_shut)
        err = wait_for_room(queue);
    return err != 0 ? err : queue_put_nowait(queue, value);
}

/* ---- Waiting for a value ---- */
static const ParkedKind get_kind = { .what = "a Queue's get",
                                     .forget = waitlist_forget,
                                     .cancel = waitlist_cancel };

static SUSPENDS int wait_for_value(Queue *queue)
{
    bool was_woken;
    int err = waitlist_wait(&queue->getters, &get_kind, &was_woken);
    if (err == E_CANCELLED && was_woken && queue->count > 0)
        waitlist_wake_into(&queue->getters, &queue->woken);
    return err;
}

SUSPENDS int queue_get(Queue *queue, Value *value)
{
    int err = task_current == NULL ? E_RUNTIME : 0;
    while (err == 0 && queue->count == 0 && !queue->is_shut)
        err = wait_for_value(queue);
    return err != 0 ? err : queue_get_nowait(queue, value);
}

/* ---- Work that is done ---- */
static void finish(Queue *queue, size_t n)
{
    queue->unfinished -= n;
    if (queue->unfinished == 0)
        event_set(&queue->finished);
}

int queue_task_done(Queue *queue)
{
    if (queue->unfinished == 0)
        return E_VALUE;
    finish(queue, 1);
    return 0;
}

SUSPENDS int queue_join(Queue *queue)
{
    return event_wait(&queue->finished);
}

/* ---- The end ---- */
/* Values that were got and not said to be done are waited for yet. */
static void drop_all(Queue *queue)
{
    size_t n = queue->count;
    queue->count = 0;
    finish(queue, n < queue->unfinished ? n : queue->unfinished);
}

void queue_shutdown(Queue *queue, bool immediate)
{
    queue->is_shut = true;
    if (immediate)
        drop_all(queue);
    while (waitlist_wake_into(&queue->getters, &queue->woken) ||
           waitlist_wake_into(&queue->putters, &queue->woken))
        continue;
}

/* ---- Asking ---- */
size_t queue_qsize(Queue *queue)
{
    return queue->count;
}

size_t queue_maxsize(Queue *queue)
{
    return queue->maxsize;
}

bool queue_empty(Queue *queue)
{
    return queue->count == 0;
}

bool queue_full(Queue *queue)
{
    return queue->maxsize != 0 && queue->count >= queue->maxsize;
}
