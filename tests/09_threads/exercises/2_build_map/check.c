/* The loop's own threads are a pool of the test's: with one thread, the order
 * in which calls are handed over is that in which they run. */
#include "../../../check.h"
#include "../../../../code/09_threads/exercises/2_build_map/map.h"

#include <pthread.h>
#include <stdatomic.h>

enum { MAX = 12 };

static Loop *loop;
static Executor *pool;

/* ---- Bytes that are waited for ---- */
static int gate[2];

static void gate_open(void *arg)
{
    CHECK_INT(write(gate[1], "!", 1), 1);
}

static void gate_pass(void)
{
    char byte;
    CHECK_INT(read(gate[0], &byte, 1), 1);
}

/* ---- Who maps ---- */
static struct {
    WorkFn *function;
    void *args[MAX];
    Value results[MAX];
    size_t n, limit;
    int running;      /* when it had returned */
    Task *task;
} map;

static int numbers[MAX];
static atomic_int begun[MAX], arrivals, running, most;

static int run_map(void *arg, Value *result)
{
    int err = map_in_threads(map.function, map.args, map.results, map.n,
                             map.limit);
    map.running = running;
    return err;
}

static void set_up(WorkFn *function, size_t n, size_t limit, size_t threads)
{
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    pool = thread_pool_executor_new(threads);
    CHECK(loop != NULL && pool != NULL);
    CHECK_INT(pipe(gate), 0);
    loop_set_default_executor(loop, pool);
    map.function = function;
    map.n = n;
    map.limit = limit;
    for (int i = 0; i < MAX; i++) {
        numbers[i] = i;
        map.args[i] = &numbers[i];
        map.results[i].i = -1;
        begun[i] = 0;
    }
    arrivals = running = most = 0;
    map.task = loop_create_task(loop, run_map, NULL);
    CHECK(map.task != NULL);
}

static void finish(int err)
{
    CHECK_INT(loop_run_until_complete(loop, map.task, NULL), err);
    CHECK_INT(map.running, 0);
    task_release(map.task);
    executor_free(pool);
    loop_free(loop);
    close(gate[0]);
    close(gate[1]);
}

/* ---- Calls ---- */
static int enter(void *arg)
{
    int i = *(int *)arg, now = ++running;
    begun[i]++;
    for (int seen = most; seen < now; )
        if (atomic_compare_exchange_weak(&most, &seen, now))
            break;
    return i;
}

static int square(void *arg, Value *result)
{
    int i = enter(arg);
    result->i = i * i;
    running--;
    return 0;
}

static void wait_until(atomic_int *number, int wanted)
{
    while (*number < wanted)
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

/* Three at a time go on together. */
static int meet(void *arg, Value *result)
{
    enter(arg);
    int mine = arrivals++;
    wait_until(&arrivals, mine / 3 * 3 + 3);
    running--;
    return 0;
}

/* The loop has to turn for it to end. */
static int need_the_loop(void *arg, Value *result)
{
    enter(arg);
    CHECK_INT(loop_call_soon_threadsafe(loop, gate_open, NULL), 0);
    gate_pass();
    running--;
    return 0;
}

static int wait_at_first(void *arg, Value *result)
{
    int i = enter(arg);
    if (arrivals++ == 0)
        gate_pass();
    running--;
    result->i = i;
    return 0;
}

/* ---- The tests ---- */
TEST_FOR(1, each_result_has_its_place)
{
    HINT("results[i] belongs to args[i], whoever is ready first");
    set_up(square, MAX, 3, 4);
    finish(0);
    for (int i = 0; i < MAX; i++) {
        CHECK_INT(map.results[i].i, i * i);
        CHECK_INT(begun[i], 1);
    }
    set_up(square, 0, 3, 4);
    finish(0);
    set_up(square, 2, 1000, 4);
    finish(0);
    CHECK_INT(map.results[1].i, 1);
    CHECK_INT(map.results[2].i, -1);
    set_up(square, 3, 0, 4);
    finish(E_VALUE);
    CHECK_INT(begun[0], 0);
}

TEST_FOR(1, the_loop_goes_on_and_as_many_run_as_may)
{
    HINT("wait in the loop, not in a thread; and `limit` at a time");
    set_up(need_the_loop, 3, 1, 4);
    finish(0);
    set_up(meet, MAX, 3, 8);
    finish(0);
    CHECK_INT(most, 3);
}

/* What somebody else hands over after two is the third. */
static int place;

static int take_place(void *arg, Value *result)
{
    place = arrivals++;
    return 0;
}

static void add_another(void *arg)
{
    ConcurrentFuture *future = executor_submit(pool, take_place, NULL);
    CHECK(future != NULL);
    concurrent_future_release(future);
    gate_open(NULL);
}

/* Some turns later: all that is handed over at once has been. */
static void add_later(void *turns)
{
    int *left = turns;
    CHECK(loop_call_soon(loop, --*left > 0 ? add_later : add_another,
                         left) != 0);
}

static void add_soon(void *arg)
{
    static int turns;
    turns = 20;
    add_later(&turns);
}

TEST_FOR(1, no_more_are_with_the_threads_than_may)
{
    HINT("what nobody has handed over does not stand in others' way");
    set_up(wait_at_first, 8, 2, 1);
    CHECK(loop_call_soon(loop, add_soon, NULL) != 0);
    finish(0);
    CHECK_INT(place, 2);
    CHECK_INT(arrivals, 9);
}

/* Calls 0 and 2 fail; 1 does not. */
static int fail_twice(void *arg, Value *result)
{
    int i = enter(arg);
    running--;
    return i == 1 ? 0 : E_USER + i;
}

/* Call 0 only after call 2 has. */
static int fail(void *arg, Value *result)
{
    int i = enter(arg);
    result->i = 10 + i;
    if (i == 0)
        wait_until(&arrivals, 1);
    if (i == 2)
        arrivals++;
    running--;
    return i == 1 ? 0 : E_USER + i;
}

static int fail_at_first(void *arg, Value *result)
{
    int i = enter(arg);
    result->i = 20 + i;
    running--;
    return i == 0 ? E_USER : 0;
}

TEST_FOR(1, the_first_failure_is_the_last_that_is_begun)
{
    HINT("hand nothing over after an error, but wait for those that were");
    set_up(fail_at_first, MAX, 2, 1);
    finish(E_USER);
    CHECK_INT(begun[0], 1);
    CHECK_INT(begun[1], 1);    /* it was with the threads already */
    CHECK_INT(map.results[1].i, 21);
    for (int i = 2; i < MAX; i++) {
        CHECK_INT(begun[i], 0);
        CHECK_INT(map.results[i].i, 0);
    }
    set_up(fail_twice, 3, 3, 1);
    finish(E_USER);
    set_up(fail, 3, 3, 3);
    finish(E_USER);
    CHECK_INT(map.results[1].i, 11);
}

/* The first of two is cancelled as soon as it runs. */
static void cancel(void *arg)
{
    task_cancel(map.task);
}

static int be_cancelled(void *arg, Value *result)
{
    int i = enter(arg);
    if (i == 0) {
        CHECK_INT(loop_call_soon_threadsafe(loop, cancel, NULL), 0);
        CHECK_INT(loop_call_soon_threadsafe(loop, add_soon, NULL), 0);
        gate_pass();
        CHECK_INT(loop_call_soon_threadsafe(loop, cancel, NULL), 0);
        CHECK_INT(loop_call_soon_threadsafe(loop, add_soon, NULL), 0);
        gate_pass();
    }
    result->i = 30 + i;
    running--;
    return 0;
}

/* Call 0 fails; then call 1 has the caller cancelled. */
static int fail_then_cancel(void *arg, Value *result)
{
    int i = enter(arg);
    if (i == 1) {
        CHECK_INT(loop_call_soon_threadsafe(loop, cancel, NULL), 0);
        CHECK_INT(loop_call_soon_threadsafe(loop, gate_open, NULL), 0);
        gate_pass();
    }
    running--;
    return i == 0 ? E_USER : 0;
}

TEST_FOR(1, who_is_cancelled_waits_for_the_threads)
{
    HINT("a thread writes into the caller's memory until its call returns");
    set_up(be_cancelled, MAX, 2, 1);
    finish(E_CANCELLED);
    CHECK_INT(map.results[0].i, 30);
    CHECK_INT(begun[1], 1);
    CHECK_INT(begun[2], 0);
    set_up(fail_then_cancel, MAX, 2, 1);
    finish(E_CANCELLED);
}
