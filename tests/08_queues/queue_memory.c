/* Memory: a queue that cannot grow says so and keeps what it has; waiting needs
 * none.  For that it is compiled in here, over an allocator of our own. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static int allowed = -1;    /* allocations until one fails; -1: none does */
static int asked;

static bool refuse(void)
{
    asked++;
    return allowed >= 0 && allowed-- == 0;
}

static void *test_malloc(size_t size)
{
    return refuse() ? NULL : malloc(size);
}

static void *test_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : calloc(n, size);
}

#define malloc(size) test_malloc(size)
#define calloc(n, size) test_calloc(n, size)
#include "../../code/02_callbacks/ready.c"
#include "../../code/08_queues/queue.c"
#undef malloc
#undef calloc

#include "queues.h"

/* ---- Making ---- */
static Queue *make_any(int order)
{
    return order == 0   ? queue_new(0)
           : order == 1 ? lifo_queue_new(0)
                        : priority_queue_new(0, NULL);
}

TEST(a_queue_that_cannot_be_made_is_null)
{
    for (int order = 0; order < 3; order++)
        for (int n = 0; n < 3; n++) {
            allowed = n;
            Queue *queue = make_any(order);
            allowed = -1;
            CHECK((queue != NULL) == (n == 2));
            queue_free(queue);
        }
}

/* ---- Growing ---- */
TEST(a_queue_that_cannot_grow_keeps_what_it_has)
{
    for (int order = 0; order < 3; order++) {
        Queue *queue = make_any(order);
        int refused = 0;
        for (int i = 0; i < 200; i++) {
            allowed = 0;
            int err = queue_put_nowait(queue, number(i));
            allowed = -1;
            CHECK_INT(queue_qsize(queue), i + (err == 0));
            if (err == 0)
                continue;
            CHECK_INT(err, ENOMEM);
            refused++;
            put_now(queue, i);
        }
        CHECK_INT(refused, 4);    /* at 16, 32, 64 and 128 */
        for (int i = 0; i < 200; i++)
            get_now(queue, order == 1 ? 199 - i : i);
        queue_free(queue);
    }
}

static int put_without_memory(void *arg, Value *result)
{
    Queue *queue = new_queue(0);
    put_numbers(queue, 1, 16);
    allowed = 0;
    CHECK_INT(queue_put(queue, seven), ENOMEM);
    allowed = -1;
    CHECK_INT(queue_qsize(queue), 16);
    for (int i = 0; i < 16; i++)
        CHECK_INT(queue_task_done(queue), 0);
    CHECK_INT(queue_task_done(queue), E_VALUE);    /* the 17th never was */
    CHECK_INT(queue_join(queue), 0);
    queue_free(queue);
    return 0;
}

TEST(a_put_that_fails_puts_nothing)
{
    play(put_without_memory, NULL);
}

/* ---- Shrinking ---- */
TEST(a_queue_that_cannot_shrink_stays_large)
{
    for (int order = 0; order < 3; order++) {
        Queue *queue = make_any(order);
        put_numbers(queue, 1, 1000);
        for (int i = 1; i <= 1000; i++) {
            allowed = 0;
            get_now(queue, order == 1 ? 1001 - i : i);
        }
        allowed = -1;
        CHECK_INT(queue->capacity, 1024);
        put_numbers(queue, 1, 2);
        get_now(queue, order == 1 ? 2 : 1);
        CHECK(queue->capacity < 1024);
        queue_free(queue);
    }
}

/* ---- Waiting ---- */
static int wait_without_memory(void *arg, Value *result)
{
    Queue *full = new_queue(1), *empty = new_queue(0);
    put_now(full, 0);
    for (int i = 0; i < 24; i++)
        new_one(async_get_running_loop(),
                i % 3 == 0   ? wait_put
                : i % 3 == 1 ? wait_get
                             : wait_join,
                i % 3 == 1 ? empty : full, 0);
    asked = 0;
    pause_turns(3);
    for (int i = 0; i < 6; i++)
        CHECK(task_cancel(ones[i].task));
    pause_turns(3);
    for (int i = 0; i < 6; i++) {
        CHECK_INT(queue_get_nowait(full, NULL), 0);
        put_now(empty, i);
        pause_turns(3);
    }
    queue_shutdown(full, true);
    while (queue_task_done(full) == 0)
        continue;
    pause_turns(5);
    CHECK_INT(asked, 0);
    for (int i = 0; i < 24; i++)
        CHECK(task_done(ones[i].task));
    drop_ones();
    queue_free(full);
    queue_free(empty);
    return 0;
}

TEST(waiting_waking_and_cancelling_need_no_memory)
{
    play(wait_without_memory, NULL);
}
