/* Time is virtual. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/08_queues/exercises/2_build_batch/batch.h"

#include <math.h>

enum { MAX = 8 };

static Loop *loop;
static Queue *queue;
static int next_value;

/* ---- Around each test ---- */
static void set_up(void)
{
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    queue = queue_new(0);
    CHECK(loop != NULL && queue != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    next_value = 1;
}

static void tear_down(void)
{
    queue_free(queue);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
    CHECK_INT(loop->users, 1);
    loop_free(loop);
}

/* ---- What comes ---- */
static void put(void *arg)
{
    CHECK_INT(queue_put_nowait(queue, (Value){ .i = next_value++ }), 0);
}

static void put_at(double when)
{
    CHECK(loop_call_at(loop, when, put, NULL) != 0);
}

static void put_now(int count)
{
    while (count-- > 0)
        put(NULL);
}

static void shut(void *arg)
{
    queue_shutdown(queue, false);
}

/* ---- Who collects ---- */
typedef struct Batch {
    size_t max;
    double patience;
    Value values[MAX + 1];
    size_t n;
    double ended;
    int requests;    /* to cancel, that are left */
} Batch;

static int collect(void *arg, Value *result)
{
    Batch *batch = arg;
    for (int i = 0; i <= MAX; i++)
        batch->values[i].i = -1;
    int err = queue_get_batch(queue, batch->values, batch->max,
                              batch->patience, &batch->n);
    batch->ended = loop_time(loop);
    batch->requests = task_cancelling(async_current_task());
    return err;
}

static Batch run_and_cancel(size_t max, double patience, int err, double when)
{
    Batch batch = { .max = max, .patience = patience, .n = 99 };
    Task *task = loop_create_task(loop, collect, &batch);
    CHECK(task != NULL);
    Handle cancel = loop_call_at(loop, when, future_cancel_callback, task);
    CHECK(cancel != 0);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), err);
    loop_cancel(loop, cancel);
    task_release(task);
    CHECK_INT(batch.requests, err == E_CANCELLED);
    return batch;
}

static Batch run(size_t max, double patience, int err)
{
    return run_and_cancel(max, patience, err, INFINITY);
}

/* They are n, beginning with this value. */
static void check_batch(const Batch *batch, int first, int n, double ended)
{
    CHECK_INT(batch->n, n);
    for (int i = 0; i < n; i++)
        CHECK_INT(batch->values[i].i, first + i);
    CHECK_INT(batch->values[batch->max].i, -1);
    CHECK_DOUBLE(batch->ended, ended, 0.01);
}

/* ---- The tests ---- */
TEST_FOR(1, a_full_batch_comes_at_once)
{
    HINT("when there are `max`, nothing more is waited for or taken");
    set_up();
    put_now(10);
    Batch batch = run(4, 5, 0);
    check_batch(&batch, 1, 4, 0);
    CHECK_INT(queue_qsize(queue), 6);
    batch = run(4, INFINITY, 0);
    check_batch(&batch, 5, 4, 0);
    batch = run(1, 5, 0);
    check_batch(&batch, 9, 1, 0);
    put_at(1);
    put_at(2);
    batch = run(3, 5, 0);    /* as soon as the last one has come */
    check_batch(&batch, 10, 3, 2);
    tear_down();
}

TEST_FOR(1, the_first_is_waited_for_and_then_the_time_runs)
{
    HINT("one limit for all but the first, from when that has come");
    static const double comes[] = { 10, 10.5, 11.2, 11.9, 12.5 };
    set_up();
    for (int i = 0; i < 5; i++)
        put_at(comes[i]);
    Batch batch = run(MAX, 2, 0);
    check_batch(&batch, 1, 4, 12);
    batch = run(MAX, 2, 0);
    check_batch(&batch, 5, 1, 14.5);
    put_now(3);
    batch = run(MAX, 1, 0);    /* what is there does not end it */
    check_batch(&batch, 6, 3, 15.5);
    tear_down();
}

TEST_FOR(1, without_patience_it_takes_what_is_there)
{
    HINT("a timeout of 0 expires at the first suspension");
    set_up();
    put_now(3);
    Batch batch = run(MAX, 0, 0);
    check_batch(&batch, 1, 3, 0);
    put_at(4);
    put_at(5);
    batch = run(MAX, 0, 0);
    check_batch(&batch, 4, 1, 4);
    static const struct { size_t max; double patience; } senseless[] = {
        { 0, 1 }, { MAX, -1 }, { MAX, NAN }
    };
    put_now(2);
    for (int i = 0; i < 3; i++)
        CHECK_INT(run(senseless[i].max, senseless[i].patience, E_VALUE).n, 0);
    CHECK_INT(queue_qsize(queue), 2);
    tear_down();
}

TEST_FOR(1, a_queue_that_is_shut_gives_its_last_batch)
{
    HINT("with values it is a batch like any other, without it is an error");
    set_up();
    put_now(3);
    CHECK(loop_call_at(loop, 2, shut, NULL) != 0);
    Batch batch = run(MAX, 5, 0);
    check_batch(&batch, 1, 3, 2);
    batch = run(MAX, 5, E_QUEUE_SHUTDOWN);
    check_batch(&batch, 0, 0, 2);
    tear_down();

    set_up();
    put_now(5);
    queue_shutdown(queue, false);
    batch = run(3, 5, 0);
    check_batch(&batch, 1, 3, 0);
    batch = run(3, 5, 0);
    check_batch(&batch, 4, 2, 0);
    tear_down();

    set_up();    /* while the first is waited for */
    CHECK(loop_call_at(loop, 2, shut, NULL) != 0);
    batch = run(3, 5, E_QUEUE_SHUTDOWN);
    check_batch(&batch, 0, 0, 2);
    tear_down();
}

TEST_FOR(1, who_is_cancelled_loses_nothing)
{
    HINT("E_CANCELLED comes back, and so does what was collected");
    set_up();
    put_now(2);
    put_at(1);
    Batch batch = run_and_cancel(MAX, 5, E_CANCELLED, 3);
    check_batch(&batch, 1, 3, 3);
    batch = run_and_cancel(MAX, 5, E_CANCELLED, 4);
    check_batch(&batch, 0, 0, 4);
    put_now(1);
    batch = run(MAX, 5, 0);
    check_batch(&batch, 4, 1, 9);
    tear_down();
}
