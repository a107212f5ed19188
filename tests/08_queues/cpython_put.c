/* The rules behind CPython's own tests of putting into queues: each test here
 * names the one it was read from, in test_queues.py, QueuePutTests. */
#include "../../code/06_gather/gather.h"
#include "../../code/06_gather/taskgroup.h"
#include "../../code/08_queues/queue_inside.h"
#include "../05_tasks/python.h"

/* ---- Helpers ---- */
static Queue *queue;

static void put_now(long long number)
{
    CHECK_INT(queue_put_nowait(queue, (Value){ .i = number }), 0);
}

static void check_get_now(long long wanted)
{
    Value value;
    CHECK_INT(queue_get_nowait(queue, &value), 0);
    CHECK_INT(value.i, wanted);
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

static int put(void *number, Value *result)
{
    return queue_put(queue, (Value){ .i = *(int *)number });
}

/* One of these goes in. */
static int numbers[] = { 0, 1, 2, 3 };

static Task *create_put(int number)
{
    return create(put, &numbers[number]);
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

/* ---- Putting ---- */
static int main_of_blocking_put(void *arg, Value *result)
{
    queue = queue_new(0);
    soon(print_line, "a turn");
    CHECK_INT(queue_put(queue, (Value){ .i = 1 }), 0);
    CHECK_STR(printed, "");
    check_get(1);
    return finish();
}

TEST(blocking_put)    /* CPython: test_blocking_put */
{
    run(main_of_blocking_put);
}

static Event started;
static bool finished;

static int put_two(void *arg, Value *result)
{
    event_set(&started);
    CHECK_INT(queue_put(queue, (Value){ .i = 1 }), 0);
    CHECK_INT(queue_put(queue, (Value){ .i = 2 }), 0);
    finished = true;
    return 0;
}

static void get_one_now(void *arg)
{
    check_get_now(1);
}

static int main_of_put_wait(void *arg, Value *result)
{
    queue = queue_new(1);
    later(0.01, get_one_now, NULL);
    Task *task = create(put_two, NULL);
    CHECK_INT(event_wait(&started), 0);
    CHECK(!finished);
    CHECK_INT(task_join(task, NULL), 0);
    CHECK(finished);
    return finish();
}

/* CPython: test_blocking_put_wait.  It waits until something is got, also if a
 * callback gets it. */
TEST(blocking_put_wait)
{
    run(main_of_put_wait);
}

TEST(nonblocking_put)    /* CPython: test_nonblocking_put */
{
    queue = queue_new(0);
    put_now(1);
    check_get_now(1);
    finish();
}

TEST(nonblocking_put_exception)    /* CPython: test_nonblocking_put_exception */
{
    queue = queue_new(1);
    put_now(1);
    CHECK_INT(queue_put_nowait(queue, (Value){ .i = 2 }), E_QUEUE_FULL);
    finish();
}

static int main_of_waiting_getters(void *arg, Value *result)
{
    Value value;
    queue = queue_new(0);
    Task *task = create(get, NULL);
    pause_turn();
    CHECK_INT(queue_put(queue, (Value){ .s = "a" }), 0);
    CHECK_INT(task_join(task, &value), 0);
    CHECK_STR(value.s, "a");
    return finish();
}

TEST(put_with_waiting_getters)    /* CPython: test_put_with_waiting_getters */
{
    run(main_of_waiting_getters);
}

static int get_what_is_there(void *arg, Value *result)
{
    pause_turn();
    for (size_t n = queue_qsize(queue); n > 0; n--)
        CHECK_INT(queue_get_nowait(queue, NULL), 0);
    return 0;
}

static int main_of_why_putters(void *arg, Value *result)
{
    queue = queue_new(2);
    CHECK_INT(async_gather_calls(CALLS({ get_what_is_there, NULL },
                                       { put, &numbers[0] },
                                       { put, &numbers[1] },
                                       { put, &numbers[2] },
                                       { put, &numbers[3] }), NULL, 0), 0);
    CHECK_INT(queue_qsize(queue), 2);
    return finish();
}

/* CPython: test_why_are_putters_waiting.  Two values are got at once, and two
 * who wait are woken. */
TEST(why_are_putters_waiting)
{
    run(main_of_why_putters);
}

/* ---- Cancelled who gets ---- */
static int main_of_one_reader(void *arg, Value *result)
{
    queue = queue_new(0);
    Task *reader = create(get, NULL);
    pause_turn();
    put_now(1);
    put_now(2);
    CHECK(task_cancel(reader));
    CHECK_INT(task_join(reader, NULL), E_CANCELLED);
    check_get(1);
    return finish();
}

/* CPython: test_get_cancel_drop_one_pending_reader.  Woken and cancelled, it
 * takes nothing along. */
TEST(get_cancel_drop_one_pending_reader)
{
    run(main_of_one_reader);
}

static int main_of_many_readers(void *arg, Value *result)
{
    Value second, third;
    queue = queue_new(0);
    TaskGroup *group = taskgroup_enter();
    Task *a = taskgroup_create_task(group, get, NULL);
    Task *b = taskgroup_create_task(group, get, NULL);
    Task *c = taskgroup_create_task(group, get, NULL);
    pause_turn();
    put_now(1);
    put_now(2);
    CHECK(task_cancel(a));
    CHECK_INT(await(a, NULL), E_CANCELLED);
    CHECK_INT(await(c, &third), 0);
    CHECK_INT(taskgroup_exit(group, 0), 0);
    CHECK_INT(task_result(b, &second), 0);
    CHECK_INT(second.i * third.i, 2);
    CHECK_INT(second.i + third.i, 3);
    taskgroup_free(group);
    return finish();
}

/* CPython: test_get_cancel_drop_many_pending_readers.  The other two have both
 * values, whoever has which. */
TEST(get_cancel_drop_many_pending_readers)
{
    run(main_of_many_readers);
}

/* ---- Cancelled who puts ---- */
static int main_of_put_cancel_drop(void *arg, Value *result)
{
    queue = queue_new(1);
    put_now(1);
    Task *writer = create_put(2);
    pause_turn();
    check_get_now(1);
    CHECK(task_cancel(writer));
    CHECK_INT(task_join(writer, NULL), E_CANCELLED);
    CHECK_INT(queue_qsize(queue), 0);
    CHECK_INT(task_join(create_put(2), NULL), 0);
    check_get_now(2);
    CHECK_INT(queue_qsize(queue), 0);
    return finish();
}

/* CPython: test_put_cancel_drop.  Nothing went in: it can be put again. */
TEST(put_cancel_drop)
{
    run(main_of_put_cancel_drop);
}

static int main_of_put_cancelled(void *arg, Value *result)
{
    queue = queue_new(0);
    Task *task = create_put(1);
    check_get(1);
    CHECK(task_done(task));
    CHECK_INT(task_join(task, NULL), 0);
    return finish();
}

TEST(put_ends_before_the_get)    /* CPython: test_put_cancelled */
{
    run(main_of_put_cancelled);
}

static int main_of_put_cancelled_race(void *arg, Value *result)
{
    queue = queue_new(1);
    Task *a = create_put(1), *b = create_put(2), *c = create_put(3);
    pause_turn();
    CHECK(task_done(a));
    CHECK(!task_done(b));
    CHECK(task_cancel(c));
    pause_turn();
    CHECK(task_done(c));
    check_get_now(1);
    pause_turn();
    check_get_now(2);
    CHECK_INT(task_join(b, NULL), 0);
    CHECK_INT(task_join(a, NULL), 0);
    CHECK_INT(task_join(c, NULL), E_CANCELLED);
    return finish();
}

/* CPython: test_put_cancelled_race.  Of three that put, the one that was
 * cancelled has put nothing. */
TEST(put_cancelled_race)
{
    run(main_of_put_cancelled_race);
}

static int main_of_cancelled_puts(void *arg, Value *result)
{
    queue = queue_new(1);
    put_now(1);
    Task *task = create_put(1);
    pause_turn();
    CHECK(queue->putters.first != NULL);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK_PTR(queue->putters.first, NULL);
    return finish();
}

/* CPython: test_cancelled_puts_not_being_held_in_self_putters */
TEST(cancelled_puts_are_not_kept)
{
    run(main_of_cancelled_puts);
}

static int main_of_cancelled_when_woken(void *arg, Value *result)
{
    queue = queue_new(1);
    put_now(1);
    Task *task = create_put(2);
    pause_turn();
    check_get_now(1);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    return finish();
}

/* CPython: test_cancelled_put_silence_value_error_exception.  It is not in the
 * list of those who wait any more, when it is cancelled. */
TEST(a_woken_put_is_cancelled)
{
    run(main_of_cancelled_when_woken);
}
