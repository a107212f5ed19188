/* The rules behind CPython's own tests of queues: each test here names the one
 * it was read from, in test_queues.py.  Putting has a file of its own, and so
 * have join() and shutdown().
 *
 * What C cannot express: test_repr, test_str, test_format; test_generic_alias;
 * test_float_maxsize (a size_t has no halves). */
#include "../../code/06_gather/gather.h"
#include "../../code/06_gather/timeout.h"
#include "../../code/08_queues/queue_inside.h"
#include "../05_tasks/python.h"

/* ---- Helpers ---- */
static Queue *queue;

static SUSPENDS void put(long long number)
{
    CHECK_INT(queue_put(queue, (Value){ .i = number }), 0);
}

static void put_now(long long number)
{
    CHECK_INT(queue_put_nowait(queue, (Value){ .i = number }), 0);
}

static SUSPENDS void check_get(long long wanted)
{
    Value value;
    CHECK_INT(queue_get(queue, &value), 0);
    CHECK_INT(value.i, wanted);
}

static int get(void *arg, Value *result)
{
    return queue_get(queue, result);
}

static SUSPENDS void pause_turn(void)
{
    CHECK_INT(async_sleep(0), 0);
}

static int finish(void)
{
    queue_free(queue);
    return 0;
}

/* ---- Empty and full ---- */
static int main_of_empty(void *arg, Value *result)
{
    queue = queue_new(0);
    CHECK(queue_empty(queue));
    put(1);
    CHECK(!queue_empty(queue));
    check_get(1);
    CHECK(queue_empty(queue));
    return finish();
}

TEST(empty)    /* CPython: QueueBasicTests.test_empty */
{
    run(main_of_empty);
}

static int main_of_full(void *arg, Value *result)
{
    queue = queue_new(0);
    CHECK(!queue_full(queue));
    queue_free(queue);
    queue = queue_new(1);
    put(1);
    CHECK(queue_full(queue));
    return finish();
}

TEST(full)    /* CPython: QueueBasicTests.test_full */
{
    run(main_of_full);
}

static int put_three(void *arg, Value *result)
{
    for (int i = 0; i < 3; i++) {
        put(i);
        print("%d", i);
    }
    return 0;
}

static int main_of_maxsize(void *arg, Value *result)
{
    queue = queue_new(2);
    CHECK_INT(queue_maxsize(queue), 2);
    Task *task = create(put_three, NULL);
    pause_turn();
    pause_turn();
    CHECK_STR(printed, "01");
    check_get(0);
    pause_turn();
    CHECK_STR(printed, "012");
    check_get(1);
    check_get(2);
    CHECK(task_done(task));
    CHECK_INT(task_join(task, NULL), 0);
    return finish();
}

/* CPython: QueueBasicTests.test_maxsize.  Who puts into a full one waits. */
TEST(maxsize)
{
    run(main_of_maxsize);
}

/* ---- The order ---- */
/* 1, 3 and 2 go in, and these come out. */
static SUSPENDS int check_order(int a, int b, int c)
{
    put(1);
    put(3);
    put(2);
    check_get(a);
    check_get(b);
    check_get(c);
    return finish();
}

static int main_of_order(void *arg, Value *result)
{
    queue = queue_new(0);
    return check_order(1, 3, 2);
}

TEST(order)    /* CPython: QueueBasicTests.test_order */
{
    run(main_of_order);
}

static int main_of_lifo_order(void *arg, Value *result)
{
    queue = lifo_queue_new(0);
    return check_order(2, 3, 1);
}

TEST(lifo_order)    /* CPython: LifoQueueTests.test_order */
{
    run(main_of_lifo_order);
}

static int main_of_priority_order(void *arg, Value *result)
{
    queue = priority_queue_new(0, NULL);
    return check_order(1, 2, 3);
}

TEST(priority_order)    /* CPython: PriorityQueueTests.test_order */
{
    run(main_of_priority_order);
}

/* ---- Getting ---- */
static int main_of_blocking_get(void *arg, Value *result)
{
    queue = queue_new(0);
    put_now(1);
    soon(print_line, "a turn");
    check_get(1);
    CHECK_STR(printed, "");
    return finish();
}

TEST(blocking_get)    /* CPython: QueueGetTests.test_blocking_get */
{
    run(main_of_blocking_get);
}

static int put_one(void *arg, Value *result)
{
    put(1);
    return 0;
}

static int main_of_get_with_putters(void *arg, Value *result)
{
    queue = queue_new(1);
    put(1);
    Task *task = create(put_one, NULL);
    pause_turn();
    CHECK(queue->putters.first != NULL);
    check_get(1);
    CHECK_PTR(queue->putters.first, NULL);
    CHECK_INT(task_join(task, NULL), 0);
    return finish();
}

/* CPython: QueueGetTests.test_get_with_putters.  A get wakes who waits. */
TEST(get_with_putters)
{
    run(main_of_get_with_putters);
}

static Event started;
static bool finished;

static int tell_and_get(void *arg, Value *result)
{
    event_set(&started);
    int err = queue_get(queue, result);
    finished = true;
    return err;
}

static void put_one_now(void *arg)
{
    put_now(1);
}

static int main_of_get_wait(void *arg, Value *result)
{
    Value value;
    queue = queue_new(0);
    Task *task = create(tell_and_get, NULL);
    CHECK_INT(event_wait(&started), 0);
    CHECK(!finished);
    later(0.01, put_one_now, NULL);
    CHECK_INT(task_join(task, &value), 0);
    CHECK(finished);
    CHECK_INT(value.i, 1);
    return finish();
}

/* CPython: QueueGetTests.test_blocking_get_wait.  It waits until something is
 * put, also if a callback puts it. */
TEST(blocking_get_wait)
{
    run(main_of_get_wait);
}

TEST(nonblocking_get)    /* CPython: QueueGetTests.test_nonblocking_get */
{
    Value value;
    queue = queue_new(0);
    put_now(1);
    CHECK_INT(queue_get_nowait(queue, &value), 0);
    CHECK_INT(value.i, 1);
    finish();
}

/* CPython: QueueGetTests.test_nonblocking_get_exception */
TEST(nonblocking_get_exception)
{
    queue = queue_new(0);
    CHECK_INT(queue_get_nowait(queue, NULL), E_QUEUE_EMPTY);
    finish();
}

/* ---- Getting and putting ---- */
static int put_text(void *text, Value *result)
{
    return queue_put(queue, (Value){ .s = text });
}

static int main_of_get_waiting_putters(void *arg, Value *result)
{
    Value value;
    queue = queue_new(1);
    Task *a = create(put_text, "a"), *b = create(put_text, "b");
    CHECK_INT(queue_get(queue, &value), 0);
    CHECK_STR(value.s, "a");
    CHECK_INT(queue_get(queue, &value), 0);
    CHECK_STR(value.s, "b");
    CHECK_INT(task_join(a, NULL), 0);
    CHECK_INT(task_join(b, NULL), 0);
    return finish();
}

TEST(get_with_waiting_putters)    /* CPython: test_get_with_waiting_putters */
{
    run(main_of_get_waiting_putters);
}

static int produce_five(void *arg, Value *result)
{
    for (int i = 0; i < 5; i++)
        put(i);
    return 0;
}

static int consume_five(void *arg, Value *result)
{
    for (int i = 0; i < 5; i++)
        check_get(i);
    return 0;
}

static int main_of_why_getters(void *arg, Value *result)
{
    queue = queue_new(1);
    CHECK_INT(async_gather_calls(CALLS({ produce_five, NULL },
                                       { consume_five, NULL }), NULL, 0), 0);
    return finish();
}

/* CPython: QueueGetTests.test_why_are_getters_waiting.  Both end. */
TEST(why_are_getters_waiting)
{
    run(main_of_why_getters);
}

/* ---- Cancelling ---- */
static int main_of_get_cancelled_race(void *arg, Value *result)
{
    Value value;
    queue = queue_new(0);
    Task *a = create(get, NULL), *b = create(get, NULL);
    pause_turn();
    CHECK(task_cancel(a));
    pause_turn();
    CHECK(task_done(a));
    CHECK_INT(queue_put(queue, (Value){ .s = "a" }), 0);
    pause_turn();
    CHECK_INT(task_join(b, &value), 0);
    CHECK_STR(value.s, "a");
    CHECK_INT(task_join(a, NULL), E_CANCELLED);
    return finish();
}

/* CPython: QueueGetTests.test_get_cancelled_race.  What is put goes to the one
 * who was not cancelled. */
TEST(get_cancelled_race)
{
    run(main_of_get_cancelled_race);
}

static int main_of_cancelled_getters(void *arg, Value *result)
{
    queue = queue_new(5);
    CHECK_INT(async_wait_for_call(get, NULL, 0.1, NULL), E_TIMEOUT);
    CHECK_PTR(queue->getters.first, NULL);
    return finish();
}

/* CPython: test_cancelled_getters_not_being_held_in_self_getters */
TEST(cancelled_getters_are_not_kept)
{
    run(main_of_cancelled_getters);
}
