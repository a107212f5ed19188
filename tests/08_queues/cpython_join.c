/* The rules behind CPython's own tests of join() and shutdown(): each test here
 * names the one it was read from, in test_queues.py, and runs with all three
 * kinds of queues, as there.
 *
 * What C cannot express: test_format. */
#include "../../code/08_queues/queue.h"
#include "../05_tasks/python.h"

/* ---- Three kinds ---- */
static Queue *queue;

static Queue *make_by_number(size_t maxsize)
{
    return priority_queue_new(maxsize, NULL);
}

/* Runs the function with each kind of queue. */
static SUSPENDS int with_each(size_t maxsize, CoroFn *function)
{
    static Queue *(*const make[])(size_t) = { queue_new, lifo_queue_new,
                                              make_by_number };
    for (int kind = 0; kind < 3; kind++) {
        queue = make[kind](maxsize);
        CHECK(queue != NULL);
        CHECK_INT(function(NULL, NULL), 0);
        queue_free(queue);
    }
    return 0;
}

/* ---- Helpers ---- */
enum { DATA = 7 };

static const Value data = { .i = DATA };

static int get(void *arg, Value *result)
{
    return queue_get(queue, result);
}

static int put(void *arg, Value *result)
{
    return queue_put(queue, data);
}

static int join_it(void *arg, Value *result)
{
    return queue_join(queue);
}

static SUSPENDS void pause_turn(void)
{
    CHECK_INT(async_sleep(0), 0);
}

static SUSPENDS void check_get(void)
{
    Value value;
    CHECK_INT(queue_get(queue, &value), 0);
    CHECK_INT(value.i, DATA);
}

/* It has ended so. */
static void check_ended(Task *task, int err)
{
    CHECK(task_done(task));
    CHECK_INT(task_error(task), err);
    task_release(task);
}

/* Nothing goes in or out. */
static SUSPENDS void check_shut(void)
{
    CHECK_INT(queue_put(queue, data), E_QUEUE_SHUTDOWN);
    CHECK_INT(queue_put_nowait(queue, data), E_QUEUE_SHUTDOWN);
    CHECK_INT(queue_get(queue, NULL), E_QUEUE_SHUTDOWN);
    CHECK_INT(queue_get_nowait(queue, NULL), E_QUEUE_SHUTDOWN);
}

/* ---- Joining ---- */
static int underflow(void *arg, Value *result)
{
    CHECK_INT(queue_task_done(queue), E_VALUE);
    return 0;
}

static int main_of_underflow(void *arg, Value *result)
{
    return with_each(0, underflow);
}

TEST(task_done_underflow)    /* CPython: test_task_done_underflow */
{
    run(main_of_underflow);
}

static bool is_running;
static long long sum;

static int work(void *arg, Value *result)
{
    Value value;
    while (is_running) {
        CHECK_INT(queue_get(queue, &value), 0);
        sum += value.i;
        CHECK_INT(queue_task_done(queue), 0);
    }
    return 0;
}

static int work_100(void *arg, Value *result)
{
    sum = 0;
    is_running = true;
    for (int i = 0; i < 100; i++)
        CHECK_INT(queue_put_nowait(queue, (Value){ .i = i }), 0);
    Task *a = create(work, NULL), *b = create(work, NULL);
    CHECK_INT(queue_join(queue), 0);
    CHECK_INT(sum, 4950);
    is_running = false;
    for (int i = 0; i < 2; i++)
        CHECK_INT(queue_put_nowait(queue, (Value){ .i = 0 }), 0);
    CHECK_INT(task_join(a, NULL), 0);
    return task_join(b, NULL);
}

static int main_of_task_done(void *arg, Value *result)
{
    return with_each(0, work_100);
}

/* CPython: test_task_done.  Whoever joins goes on when all that went in was
 * said to be done. */
TEST(task_done_for_each)
{
    run(main_of_task_done);
}

static int join_twice(void *arg, Value *result)
{
    soon(print_line, "a turn");
    CHECK_INT(queue_join(queue), 0);
    CHECK_INT(queue_join(queue), 0);
    CHECK_STR(printed, "");
    return 0;
}

static int main_of_join_empty(void *arg, Value *result)
{
    return with_each(0, join_twice);
}

TEST(join_empty_queue)    /* CPython: test_join_empty_queue */
{
    run(main_of_join_empty);
}

/* ---- Shut down ---- */
static int shut_empty(void *arg, Value *result)
{
    Task *task = create(get, NULL);
    pause_turn();
    queue_shutdown(queue, false);
    CHECK_INT(queue_qsize(queue), 0);
    CHECK_INT(queue_join(queue), 0);
    pause_turn();
    check_ended(task, E_QUEUE_SHUTDOWN);
    check_shut();
    return 0;
}

static int main_of_shut_empty(void *arg, Value *result)
{
    return with_each(0, shut_empty);
}

/* CPython: test_shutdown_empty.  Those who wait are sent away. */
TEST(shutdown_empty)
{
    run(main_of_shut_empty);
}

static int shut_full(void *arg, Value *result)
{
    CHECK_INT(queue_put_nowait(queue, data), 0);
    Task *joiner = create(join_it, NULL), *putter = create(put, NULL);
    pause_turn();
    CHECK(!task_done(putter));
    queue_shutdown(queue, false);
    CHECK_INT(queue_qsize(queue), 1);
    pause_turn();
    check_ended(putter, E_QUEUE_SHUTDOWN);
    check_get();
    pause_turn();
    CHECK(!task_done(joiner));
    check_shut();
    CHECK_INT(queue_task_done(queue), 0);
    pause_turn();
    check_ended(joiner, 0);
    CHECK_INT(queue_task_done(queue), E_VALUE);
    return 0;
}

static int main_of_shut_full(void *arg, Value *result)
{
    return with_each(1, shut_full);
}

/* CPython: test_shutdown_nonempty.  What is in it comes out yet, and is waited
 * for. */
TEST(shutdown_nonempty)
{
    run(main_of_shut_full);
}

/* ---- Shut down at once ---- */
static int shut_at_once(void *arg, Value *result)
{
    CHECK_INT(queue_put_nowait(queue, data), 0);
    Task *joiner = create(join_it, NULL);
    queue_shutdown(queue, true);
    CHECK_INT(queue_qsize(queue), 0);
    pause_turn();
    check_ended(joiner, 0);
    check_shut();
    CHECK_INT(queue_task_done(queue), E_VALUE);
    return 0;
}

static int main_of_shut_at_once(void *arg, Value *result)
{
    return with_each(0, shut_at_once);
}

/* CPython: test_shutdown_immediate.  What is in it is dropped, and done. */
TEST(shutdown_immediate)
{
    run(main_of_shut_at_once);
}

static int shut_unfinished(void *arg, Value *result)
{
    CHECK_INT(queue_put_nowait(queue, data), 0);
    CHECK_INT(queue_put_nowait(queue, data), 0);
    Task *joiner = create(join_it, NULL);
    check_get();
    queue_shutdown(queue, true);
    CHECK_INT(queue_qsize(queue), 0);
    pause_turn();
    CHECK(!task_done(joiner));
    check_shut();
    CHECK_INT(queue_task_done(queue), 0);
    CHECK_INT(queue_task_done(queue), E_VALUE);
    pause_turn();
    check_ended(joiner, 0);
    return 0;
}

static int main_of_shut_unfinished(void *arg, Value *result)
{
    return with_each(0, shut_unfinished);
}

/* CPython: test_shutdown_immediate_with_unfinished.  What came out already is
 * waited for. */
TEST(shutdown_immediate_with_unfinished)
{
    run(main_of_shut_unfinished);
}
