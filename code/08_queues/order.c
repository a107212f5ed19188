/* order.c - which value comes out of a queue first. */
#include "queue_inside.h"

/* ---- First in, first out ---- */
static Value *at(Queue *queue, size_t i)
{
    return (Value *)queue->memory + (i & (queue->capacity - 1));
}

static void put_last(Queue *queue, Value value)
{
    *at(queue, queue->head + queue->count) = value;
}

static Value get_first(Queue *queue)
{
    return *at(queue, queue->head++);
}

const Order first_first = { sizeof(Value), put_last, get_first };

/* ---- Last in, first out ---- */
static Value get_last(Queue *queue)
{
    return *at(queue, queue->count - 1);
}

const Order last_first = { sizeof(Value), put_last, get_last };

/* ---- Smallest first ---- */
/* A heap.  Of equal ones the number decides. */
typedef struct Ranked {
    Value value;
    uint64_t number;
} Ranked;

static bool is_before(Queue *queue, Ranked a, Ranked b)
{
    int order = queue->compare(a.value, b.value);
    return order != 0 ? order < 0 : a.number < b.number;
}

static void put_ranked(Queue *queue, Value value)
{
    Ranked *heap = queue->memory, ranked = { value, queue->number++ };
    size_t i = queue->count;
    for (size_t up; i > 0 && is_before(queue, ranked, heap[up = (i - 1) / 2]);
         i = up)
        heap[i] = heap[up];
    heap[i] = ranked;
}

/* The last one sinks from the top to its place. */
static Value get_smallest(Queue *queue)
{
    Ranked *heap = queue->memory;
    size_t count = queue->count - 1, i = 0;
    Value smallest = heap[0].value;
    Ranked last = heap[count];
    for (size_t down; (down = 2 * i + 1) < count; i = down) {
        if (down + 1 < count && is_before(queue, heap[down + 1], heap[down]))
            down++;
        if (!is_before(queue, heap[down], last))
            break;
        heap[i] = heap[down];
    }
    heap[i] = last;
    return smallest;
}

const Order smallest_first = { sizeof(Ranked), put_ranked, get_smallest };
