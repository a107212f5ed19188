/* Programs in Python about queues, and what CPython prints for them: the same
 * lines, in the same order. */
#include "../../code/06_gather/timeout.h"
#include "../../code/06_gather/wait.h"
#include "../../code/08_queues/queue.h"
#include "../05_tasks/python.h"

#include <math.h>

/* ---- Helpers ---- */
static Queue *queue;

static void put(Queue *into, long long number)
{
    CHECK_INT(queue_put_nowait(into, (Value){ .i = number }), 0);
}

/* queue.get_nowait(), where it cannot fail. */
static Value take(Queue *from)
{
    Value value;
    CHECK_INT(queue_get_nowait(from, &value), 0);
    return value;
}

static int get_number(void *name, Value *result)
{
    Value value;
    int err = queue_get(queue, &value);
    if (err == 0)
        print("%s got %lld\n", (char *)name, value.i);
    else
        print("%s %s\n", (char *)name, error_name(err));
    return 0;
}

/* ---- queue_02: at once ---- */
static int main_of_queue_02(void *arg, Value *result)
{
    Queue *one = queue_new(1), *any = queue_new(0);
    print("%s\n", error_name(queue_get_nowait(one, NULL)));
    CHECK_INT(queue_put_nowait(one, (Value){ .s = "x" }), 0);
    print("%s\n", error_name(queue_put_nowait(one, (Value){ .s = "y" })));
    print("%s ", take(one).s);
    print("%zu %zu\n", queue_qsize(one), queue_maxsize(one));
    print("maxsize 0 is never full: %s\n", truth(queue_full(any)));
    queue_free(one);
    queue_free(any);
    return 0;
}

TEST(queue_02_nowait_errors)    /* Q2 */
{
    run(main_of_queue_02);
    CHECK_STR(printed, "QueueEmpty\n"
                       "QueueFull\n"
                       "x 0 1\n"
                       "maxsize 0 is never full: False\n");
}

/* ---- queue_04: who waits longest gets first ---- */
static int main_of_queue_04(void *arg, Value *result)
{
    queue = queue_new(0);
    Task *tasks[] = { create(get_number, "a"), create(get_number, "b"),
                      create(get_number, "c") };
    async_sleep(0.01);
    for (int i = 1; i <= 3; i++)
        put(queue, i);
    CHECK_INT(async_wait(tasks, 3, INFINITY, ALL_COMPLETED), 0);
    for (int i = 0; i < 3; i++)
        task_release(tasks[i]);
    queue_free(queue);
    return 0;
}

TEST(queue_04_getters_fifo)    /* Q4 */
{
    run(main_of_queue_04);
    CHECK_STR(printed, "a got 1\n"
                       "b got 2\n"
                       "c got 3\n");
}

/* ---- queue_06: woken, and then cancelled ---- */
static int get_text(void *name, Value *result)
{
    Value value;
    int err = queue_get(queue, &value);
    if (err == 0)
        print("%s got %s\n", (char *)name, value.s);
    return err;
}

static int main_of_queue_06(void *arg, Value *result)
{
    queue = queue_new(0);
    Task *a = create(get_text, "a"), *b = create(get_text, "b");
    async_sleep(0);
    CHECK_INT(queue_put_nowait(queue, (Value){ .s = "item" }), 0);
    task_cancel(a);
    CHECK_INT(async_wait(FUTURES(a, b), 1, ALL_COMPLETED), 0);
    print("a cancelled %s b done %s left %zu\n", truth(task_cancelled(a)),
          truth(task_done(b)), queue_qsize(queue));
    task_release(a);
    task_release(b);
    queue_free(queue);
    return 0;
}

TEST(queue_06_woken_getter_cancelled_hands_over)    /* Q6 */
{
    run(main_of_queue_06);
    CHECK_STR(printed, "b got item\n"
                       "a cancelled True b done True left 0\n");
}

/* ---- queue_08: other orders ---- */
static int get_from(void *from, Value *result)
{
    return queue_get(from, result);
}

static void print_all(Queue *from)
{
    print("[%lld", take(from).i);
    while (queue_qsize(from) > 0)
        print(", %lld", take(from).i);
    print("]\n");
}

static int main_of_queue_08(void *arg, Value *result)
{
    static const int numbers[] = { 3, 1, 4, 1, 5, 9, 2, 6 };
    Queue *lifo = lifo_queue_new(0), *priority = priority_queue_new(0, NULL);
    for (int i = 0; i < 8; i++) {
        put(lifo, numbers[i]);
        put(priority, numbers[i]);
    }
    print_all(lifo);
    print_all(priority);
    Task *task = create(get_from, priority);
    async_sleep(0.01);
    put(priority, 7);
    put(priority, 2);
    Value value;
    CHECK_INT(task_join(task, &value), 0);
    print("a blocked getter takes the best item present when it runs: %lld\n",
          value.i);
    queue_free(lifo);
    queue_free(priority);
    return 0;
}

TEST(queue_08_lifo_and_priority)    /* Q7 */
{
    run(main_of_queue_08);
    CHECK_STR(printed, "[6, 2, 9, 5, 1, 4, 1, 3]\n"
                       "[1, 1, 2, 3, 4, 5, 6, 9]\n"
                       "a blocked getter takes the best item present when it "
                       "runs: 2\n");
}

/* ---- queue_10: shut down ---- */
static int main_of_queue_10(void *arg, Value *result)
{
    queue = queue_new(0);
    put(queue, 1);
    put(queue, 2);
    queue_shutdown(queue, false);
    int err = queue_put_nowait(queue, (Value){ .i = 3 });
    print("put after shutdown: %s\n", error_name(err));
    get_number("a", NULL);
    get_number("b", NULL);
    get_number("c", NULL);
    queue_free(queue);
    queue = queue_new(0);
    Task *task = create(get_number, "blocked");
    async_sleep(0.01);
    queue_shutdown(queue, false);
    CHECK_INT(task_join(task, NULL), 0);
    queue_free(queue);
    return 0;
}

TEST(queue_10_shutdown)    /* Q9 */
{
    run(main_of_queue_10);
    CHECK_STR(printed, "put after shutdown: QueueShutDown\n"
                       "a got 1\n"
                       "b got 2\n"
                       "c QueueShutDown\n"
                       "blocked QueueShutDown\n");
}

/* ---- queue_12: only so long ---- */
static int join_it(void *which, Value *result)
{
    return queue_join(which);
}

static int main_of_queue_12(void *arg, Value *result)
{
    Value value;
    queue = queue_new(0);
    if (async_wait_for_call(get_from, queue, 0.01, &value) == E_TIMEOUT)
        print("get timed out\n");
    CHECK_INT(queue_put_nowait(queue, (Value){ .s = "kept" }), 0);
    if (async_wait_for_call(join_it, queue, 0.01, NULL) == E_TIMEOUT)
        print("join timed out\n");
    CHECK_INT(async_wait_for_call(get_from, queue, 0.01, &value), 0);
    print("%s\n", value.s);
    CHECK_INT(queue_task_done(queue), 0);
    CHECK_INT(queue_join(queue), 0);
    print("joined\n");
    queue_free(queue);
    return 0;
}

TEST(queue_12_cancelled_join_and_get_timeout)    /* Q5, W1 */
{
    run(main_of_queue_12);
    CHECK_STR(printed, "get timed out\n"
                       "join timed out\n"
                       "kept\n"
                       "joined\n");
}
