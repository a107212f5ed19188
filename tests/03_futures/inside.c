/* Waking never allocates: completing, cancelling and what follows work without
 * any memory; and each allocation of the rest fails once, to no harm.  For that
 * the three layers are compiled in here, over an allocator of our own. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

static int allowed = -1;     /* allocations until one fails; -1: none does */
static bool is_starving;     /* all fail */
static int asked, living;    /* how often it was asked; blocks not yet freed */

static bool refuse(void)
{
    bool refused = is_starving || (allowed >= 0 && allowed-- == 0);
    asked++;
    if (refused)
        errno = ENOMEM;
    return refused;
}

static void *count_block(void *block)
{
    living += block != NULL;
    return block;
}

static void *test_malloc(size_t size)
{
    return refuse() ? NULL : count_block(malloc(size));
}

static void *test_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : count_block(calloc(n, size));
}

static void *test_realloc(void *old, size_t size)
{
    if (refuse())
        return NULL;
    return old == NULL ? count_block(malloc(size)) : realloc(old, size);
}

static void *test_aligned_alloc(size_t line, size_t size)
{
    return refuse() ? NULL : count_block(aligned_alloc(line, size));
}

static char *test_strdup(const char *text)
{
    return refuse() ? NULL : count_block(strdup(text));
}

static void test_free(void *block)
{
    living -= block != NULL;
    free(block);
}

#undef strdup
#define malloc(size) test_malloc(size)
#define calloc(n, size) test_calloc(n, size)
#define realloc(old, size) test_realloc(old, size)
#define aligned_alloc(line, size) test_aligned_alloc(line, size)
#define strdup(text) test_strdup(text)
#define free(block) test_free(block)
#include "../../code/01_select/selector.c"
#include "../../code/02_callbacks/lifetime.c"
#include "../../code/02_callbacks/loop.c"
#include "../../code/02_callbacks/ready.c"
#include "../../code/02_callbacks/signals.c"
#include "../../code/02_callbacks/timers.c"
#include "../../code/02_callbacks/wakeup.c"
#include "../../code/02_callbacks/watch.c"
#undef NONE
#include "../../code/03_futures/done.c"
#include "../../code/03_futures/error.c"
#include "../../code/03_futures/freed.c"
#include "../../code/03_futures/future.c"
#include "../../code/03_futures/report.c"
#undef malloc
#undef calloc
#undef realloc
#undef aligned_alloc
#undef strdup
#undef free

#include "../check.h"

/* ---- Helpers ---- */
static const Value seven = { .i = 7 };
static int calls;

static void count(Future *future, void *arg)
{
    calls++;
}

static void complete(void *future)
{
    CHECK_INT(future_set_result(future, seven), 0);
}

static void turn(Loop *loop)
{
    loop_stop(loop);
    CHECK_INT(loop_run_forever(loop), 0);
}

static void starve(void)
{
    is_starving = true;
    asked = 0;
}

/* ---- Without memory ---- */
TEST(completing_asks_for_no_memory)    /* F1 F2 */
{
    enum { MANY = 1000 };
    Loop *loop = loop_new();
    static Future *futures[MANY];
    loop_set_debug(loop, false);
    for (int i = 0; i < MANY; i++) {
        futures[i] = future_new(loop);
        CHECK_INT(future_add_done_callback(futures[i], count, NULL), 0);
        CHECK_INT(future_add_done_callback(futures[i], count, NULL), 0);
    }
    starve();
    for (int i = 0; i < MANY; i += 2) {
        CHECK_INT(future_set_result(futures[i], seven), 0);
        CHECK(future_cancel(futures[i + 1]));
    }
    turn(loop);
    CHECK_INT(calls, 2 * MANY);
    for (int i = 0; i < MANY; i++)
        future_release(futures[i]);
    CHECK_INT(asked, 0);
    loop_free(loop);
    CHECK_INT(living, 0);
}

/* Whatever else fills the queue, the reserved places are there. */
static void do_nothing(void *arg)
{
}

TEST(a_full_queue_has_room_for_those_who_reserved)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    for (int i = 0; i < 40; i++)
        CHECK_INT(future_add_done_callback(future, count, NULL), 0);
    starve();
    while (loop_call_soon(loop, do_nothing, NULL) != 0)
        continue;
    CHECK_INT(errno, ENOMEM);
    CHECK_INT(future_set_error(future, EPIPE, seven), 0);
    turn(loop);
    CHECK_INT(calls, 40);
    CHECK_INT(future_error(future), EPIPE);
    future_release(future);
    loop_free(loop);
    CHECK_INT(living, 0);
}

TEST(a_message_is_dropped_where_there_is_no_memory)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    CHECK_INT(future_add_done_callback(future, count, NULL), 0);
    starve();
    CHECK(future_cancel_with(future, "nobody reads this"));
    CHECK_INT(asked, 1);
    CHECK_STR(future_cancel_message(future), NULL);
    CHECK_INT(future_error(future), E_CANCELLED);
    turn(loop);
    CHECK_INT(calls, 1);
    future_release(future);
    loop_free(loop);
    CHECK_INT(living, 0);
}

TEST(running_until_complete_asks_for_no_memory)    /* L8 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop), *pending = future_new(loop);
    CHECK(loop_call_soon(loop, complete, future) != 0);
    starve();
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    CHECK_INT(loop_run_until_complete(loop, future, NULL), 0);
    loop_stop(loop);
    CHECK_INT(loop_run_until_complete(loop, pending, NULL), E_RUNTIME);
    CHECK_INT(asked, 0);
    future_release(future);
    future_release(pending);
    loop_free(loop);
    CHECK_INT(living, 0);
}

static void see(Loop *loop, const ErrorContext *context, void *arg)
{
    calls++;
}

TEST(removing_and_reporting_ask_for_no_memory)    /* F3 D1 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop), *failed = future_new(loop);
    loop_set_debug(loop, false);
    loop_set_exception_handler(loop, see, NULL);
    CHECK_INT(future_add_done_callback(future, count, NULL), 0);
    starve();
    CHECK_INT(future_remove_done_callback(future, count, NULL), 1);
    CHECK_INT(future_set_error(failed, EPIPE, seven), 0);
    future_release(failed);
    CHECK_INT(calls, 1);
    CHECK_INT(asked, 0);
    future_release(future);
    loop_free(loop);
    CHECK_INT(living, 0);
}

/* ---- Each allocation fails once ---- */
TEST(a_future_that_cannot_be_made_is_NULL)
{
    Loop *loop = loop_new();
    int before = living;
    allowed = 0;
    CHECK_PTR(future_new(loop), NULL);
    CHECK_INT(living, before);
    CHECK_INT(loop->users, 1);
    loop_free(loop);
    CHECK_INT(living, 0);
}

TEST(adding_without_memory_is_ENOMEM_and_changes_nothing)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop), *done = future_new(loop);
    CHECK_INT(future_set_result(done, seven), 0);
    for (int i = 0; i < 2; i++) {
        size_t reserved = loop->ready.reserved;
        allowed = i;    /* the watch for closing, then the callback itself */
        CHECK_INT(future_add_done_callback(future, count, NULL), ENOMEM);
        CHECK_INT(loop->ready.reserved, reserved);
        allowed = 0;
        CHECK_INT(future_add_done_callback(done, count, NULL), ENOMEM);
        CHECK_INT(loop->ready.reserved, reserved);
    }
    CHECK_INT(done->references, 1);
    complete(future);
    turn(loop);
    CHECK_INT(calls, 0);
    future_release(future);
    future_release(done);
    loop_free(loop);
    CHECK_INT(living, 0);
}

/* Fills the ring, so that the next reservation has to grow it. */
static void fill(Loop *loop)
{
    starve();
    while (loop_call_soon(loop, do_nothing, NULL) != 0)
        continue;
    is_starving = false;
}

TEST(adding_without_a_place_is_ENOMEM_and_changes_nothing)
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    CHECK_INT(future_add_done_callback(future, count, NULL), 0);
    fill(loop);
    int before = living;
    size_t reserved = loop->ready.reserved;
    allowed = 1;    /* it gets its memory, but no place */
    CHECK_INT(future_add_done_callback(future, count, NULL), ENOMEM);
    CHECK_INT(allowed, -1);
    CHECK_INT(living, before);
    CHECK_INT(loop->ready.reserved, reserved);
    complete(future);
    turn(loop);
    CHECK_INT(calls, 1);
    future_release(future);
    loop_free(loop);
    CHECK_INT(living, 0);
}

TEST(running_without_a_place_is_ENOMEM_and_can_be_tried_again)    /* L8 */
{
    Loop *loop = loop_new();
    Future *future = future_new(loop);
    Value value = { .i = 99 };
    fill(loop);
    size_t reserved = loop->ready.reserved;
    is_starving = true;
    CHECK_INT(loop_run_until_complete(loop, future, &value), ENOMEM);
    is_starving = false;
    CHECK_INT(value.i, 99);
    CHECK_INT(future->references, 1);
    CHECK_INT(loop->ready.reserved, reserved);
    complete(future);
    CHECK_INT(loop_run_until_complete(loop, future, &value), 0);
    CHECK_INT(value.i, 7);
    future_release(future);
    loop_free(loop);
    CHECK_INT(living, 0);
}

/* ---- Debug mode ---- */
TEST(debug_mode_keeps_1024_freed_futures_and_no_more)
{
    Loop *loop = loop_new();
    loop_set_debug(loop, true);
    int before = living;
    for (int i = 0; i < 3000; i++) {
        future_release(future_new(loop));
        CHECK_INT(living - before, (i < 1024 ? i + 1 : 1024) + 1);
    }
    CHECK_INT(loop_close(loop), 0);
    CHECK(living - before <= 1);    /* the list, until the memory goes */
    loop_free(loop);
    CHECK_INT(living, 0);
}

TEST(without_memory_debug_mode_keeps_none)
{
    Loop *loop = loop_new();
    loop_set_debug(loop, true);
    Future *future = future_new(loop);
    int before = living;
    is_starving = true;
    future_release(future);
    is_starving = false;
    CHECK_INT(living, before - 1);
    loop_free(loop);
    CHECK_INT(living, 0);
}

TEST(without_debug_mode_none_is_kept)
{
    Loop *loop = loop_new();
    loop_set_debug(loop, false);
    int before = living;
    for (int i = 0; i < 10; i++)
        future_release(future_new(loop));
    CHECK_INT(living, before);
    loop_free(loop);
    CHECK_INT(living, 0);
}
