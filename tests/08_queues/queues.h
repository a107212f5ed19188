/* queues.h - what the tests of queues share: tasks that put, get and join, and
 * tell how it went (waiters.h). */
#ifndef QUEUES_H
#define QUEUES_H

#include "../../code/08_queues/queue.h"
#include "../07_sync/waiters.h"

/* ---- Values ---- */
static inline Value number(long long i)
{
    return (Value){ .i = i };
}

static inline void put_now(Queue *queue, long long i)
{
    CHECK_INT(queue_put_nowait(queue, number(i)), 0);
}

static inline void put_numbers(Queue *queue, long long first, long long last)
{
    while (first <= last)
        put_now(queue, first++);
}

static inline void get_now(Queue *queue, long long wanted)
{
    Value value = { .i = -1 };
    CHECK_INT(queue_get_nowait(queue, &value), 0);
    CHECK_INT(value.i, wanted);
}

static inline Queue *new_queue(size_t maxsize)
{
    Queue *queue = queue_new(maxsize);
    CHECK(queue != NULL);
    CHECK_INT(queue_maxsize(queue), maxsize);
    return queue;
}

/* ---- Those who wait ---- */
static long long next_number;          /* that one of them puts */
static long long got[64];              /* in the order of the getting */
static int got_count;

static inline int wait_put(void *queue)
{
    return queue_put(queue, number(next_number++));
}

static inline int wait_get(void *queue)
{
    Value value = { .i = -1 };
    int err = queue_get(queue, &value);
    CHECK(err == 0 || value.i == -1);
    if (err == 0)
        got[got_count++] = value.i;
    return err;
}

static inline int wait_join(void *queue)
{
    return queue_join(queue);
}

/* What was got since the last time. */
static inline void check_got(int count, const long long *wanted)
{
    CHECK_INT(got_count, count);
    for (int i = 0; i < count; i++)
        CHECK_INT(got[i], wanted[i]);
    got_count = 0;
}

#define GOT(...) \
    check_got((int)(sizeof (long long[]){ __VA_ARGS__ } / sizeof (long long)), \
              (long long[]){ __VA_ARGS__ })

#endif
