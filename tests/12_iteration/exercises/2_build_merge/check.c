/* Time is virtual. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/06_gather/timeout.h"
#include "../../../../code/12_iteration/exercises/2_build_merge/merge.h"

enum { MOST = 4, E_BROKEN = E_USER };

static Loop *loop;
static Merge *merge;

/* ---- Sources ---- */
/* Source i hands out 10 * i, 10 * i + 1, ... with a pause before each. */
typedef struct Clock {
    double pause;
    int count;           /* so many values */
    int error;           /* then this; 0: E_STOP_ITERATION */
    double cleanup;      /* when it is cancelled */
    int asked, handed;   /* how often */
    int cancelled;
    bool is_asked, is_over;
} Clock;

static Clock clocks[MOST];
static size_t n_clocks;

static SUSPENDS int tick(void *self, Value *value)
{
    Clock *clock = self;
    CHECK(!clock->is_asked);    /* by one task at a time */
    CHECK(!clock->is_over);
    clock->is_asked = true;
    clock->asked++;
    int err = clock->pause > 0 ? async_sleep(clock->pause) : 0;
    if (err == E_CANCELLED) {
        clock->cancelled++;
        CHECK_INT(async_sleep(clock->cleanup), 0);
    } else if (clock->handed == clock->count) {
        err = clock->error != 0 ? clock->error : E_STOP_ITERATION;
    }
    clock->is_over = err != 0;
    clock->is_asked = false;
    if (err == 0)
        value->i = 10 * (clock - clocks) + clock->handed++;
    return err;
}

/* ---- Around each test ---- */
static void set_up(void)
{
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    n_clocks = 0;
}

static void add(Clock clock)
{
    clocks[n_clocks++] = clock;
}

/* In the task of the test. */
static void begin(void)
{
    AsyncIterator sources[MOST] = { 0 };
    for (size_t i = 0; i < n_clocks; i++)
        sources[i] = async_iter(tick, &clocks[i]);
    merge = merge_new(sources, n_clocks);
    memset(sources, 0, sizeof sources);
    CHECK(merge != NULL);
}

static void run(CoroFn *function)
{
    Task *task = loop_create_task(loop, function, NULL);
    CHECK(task != NULL);
    CHECK(loop_call_at(loop, 500, loop_stop_callback, loop) != 0);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), 0);
    task_release(task);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
    loop_free(loop);
}

static double now(void)
{
    return loop_time(loop);
}

static void check_next(int wanted)
{
    Value value = { .i = -1 };
    CHECK_INT(async_next(merge_iter(merge), &value), 0);
    CHECK_INT(value.i, wanted);
}

static void check_error(int wanted)
{
    Value value;
    CHECK_INT(async_next(merge_iter(merge), &value), wanted);
}

/* ---- As they come ---- */
static int hear_three(void *arg, Value *result)
{
    static const int values[] = { 0, 10, 1, 20, 2, 11, 21 };
    static const double times[] = { 2, 3.05, 4, 5, 6, 6.1, 10 };
    begin();
    for (int i = 0; i < 7; i++) {
        check_next(values[i]);
        CHECK_DOUBLE(now(), times[i], 0.01);
    }
    check_error(E_STOP_ITERATION);
    CHECK_DOUBLE(now(), 15, 0.01);    /* the last end */
    check_error(E_STOP_ITERATION);
    CHECK_INT(clocks[2].asked, 3);    /* who has ended is asked no more */
    return merge_close(merge);
}

static int hear_nobody(void *arg, Value *result)
{
    begin();
    check_error(E_STOP_ITERATION);
    return merge_close(merge);
}

TEST_FOR(1, values_come_as_they_come)
{
    HINT("ask all of them, each in a task; one end is not the end of all");
    set_up();
    add((Clock){ .pause = 2, .count = 3 });
    add((Clock){ .pause = 3.05, .count = 2 });
    add((Clock){ .pause = 5, .count = 2 });
    run(hear_three);
    set_up();
    run(hear_nobody);
}

/* ---- In order ---- */
/* Two have answered, whenever it asks but the first time. */
static int hear_slowly(void *arg, Value *result)
{
    static const int order[] = { 10, 20, 0, 11, 21, 1, 12, 22, 2 };
    begin();
    for (int i = 0; i < 9; i++) {
        check_next(order[i]);
        CHECK_INT(async_sleep(5), 0);
    }
    return merge_close(merge);
}

TEST_FOR(1, who_answered_first_comes_first)
{
    HINT("a list of those that have answered; not the first in the array");
    set_up();
    add((Clock){ .pause = 3, .count = 9 });
    add((Clock){ .pause = 1, .count = 9 });
    add((Clock){ .pause = 2, .count = 9 });
    run(hear_slowly);
}

/* ---- One value ahead ---- */
static void check_asked(int first, int second)
{
    CHECK_INT(clocks[0].asked, first);
    CHECK_INT(clocks[1].asked, second);
}

static int hear_late(void *arg, Value *result)
{
    begin();
    CHECK_INT(async_sleep(10), 0);
    check_asked(0, 0);
    check_next(0);
    CHECK_INT(async_sleep(50), 0);
    check_asked(1, 1);
    check_next(1);
    CHECK_INT(async_sleep(100), 0);
    check_asked(2, 1);
    check_next(10);    /* it has long been there */
    CHECK_DOUBLE(now(), 162, 0.01);
    check_next(2);
    check_asked(3, 2);
    return merge_close(merge);
}

TEST_FOR(1, a_source_is_asked_when_its_value_was_taken)
{
    HINT("a task for one value; merge_iter's next begins it, not the task");
    set_up();
    add((Clock){ .pause = 1, .count = 9 });
    add((Clock){ .pause = 100, .count = 9 });
    run(hear_late);
}

/* ---- What is lost ---- */
static int ask_once(void *arg, Value *result)
{
    return async_next(merge_iter(merge), result);
}

static int hear_impatiently(void *arg, Value *result)
{
    int expected = 0, err = 0;
    begin();
    for (int i = 0; err != E_STOP_ITERATION; i++) {
        Value value = { .i = -1 };
        double patience = i % 3 == 0 ? 0.25 : i % 3 == 1 ? 0.75 : 1;
        err = async_wait_for_call(ask_once, NULL, patience, &value);
        if (err == 0)
            CHECK_INT(value.i, expected++);
        else
            CHECK(err == E_TIMEOUT || err == E_STOP_ITERATION);
    }
    CHECK_INT(expected, 20);
    CHECK_INT(clocks[0].cancelled, 0);
    return merge_close(merge);
}

static int hear_a_failure(void *arg, Value *result)
{
    begin();
    check_next(0);
    check_next(1);
    check_next(10);
    check_error(E_BROKEN);
    CHECK_DOUBLE(now(), 3, 0.01);
    check_next(11);
    CHECK_DOUBLE(now(), 5, 0.01);
    check_error(E_STOP_ITERATION);
    check_error(E_STOP_ITERATION);
    CHECK_INT(clocks[0].asked, 3);
    return merge_close(merge);
}

TEST_FOR(1, neither_a_cancellation_nor_an_error_loses_a_value)
{
    HINT("who is cancelled leaves the tasks as they are, for the next call");
    set_up();
    add((Clock){ .pause = 1, .count = 20 });
    run(hear_impatiently);
    set_up();
    add((Clock){ .pause = 1, .count = 2, .error = E_BROKEN });
    add((Clock){ .pause = 2.5, .count = 2 });
    run(hear_a_failure);
}

/* ---- The end ---- */
static int close_it(void *arg, Value *result)
{
    return merge_close(merge);
}

/* One has answered, one has ended, and two are asked. */
static int close_early(void *is_cancelled, Value *result)
{
    begin();
    CHECK_INT(async_wait_for_call(ask_once, NULL, 0.5, NULL), E_TIMEOUT);
    check_next(10);
    CHECK_INT(async_sleep(9), 0);
    Task *task = async_create_task(close_it, NULL);
    CHECK(task != NULL);
    for (int i = 0; i < 2 && is_cancelled != NULL; i++) {
        CHECK_INT(async_sleep(1), 0);
        task_cancel(task);
    }
    CHECK_INT(task_join(task, NULL), is_cancelled != NULL ? E_CANCELLED : 0);
    CHECK_DOUBLE(now(), 14, 0.01);
    for (int i = 0; i < 4; i++)
        CHECK_INT(clocks[i].cancelled, i >= 2);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 1);
    return 0;
}

static int close_twice(void *arg, Value *result)
{
    close_early(arg, result);
    for (int i = 0; i < MOST; i++)
        CHECK(!clocks[i].is_asked);
    begin();    /* and was never asked */
    CHECK_INT(merge_close(merge), 0);
    return merge_close(NULL);
}

TEST_FOR(1, closed_it_leaves_nobody_behind)
{
    HINT("cancel all, and wait for all, as often as you are cancelled");
    for (int i = 0; i < 2; i++) {
        set_up();
        add((Clock){ .pause = 2, .count = 9 });
        add((Clock){ .pause = 1, .count = 1 });
        add((Clock){ .pause = 200, .count = 9, .cleanup = 4 });
        add((Clock){ .pause = 200, .count = 9, .cleanup = 3 });
        Task *task = loop_create_task(loop, close_twice, i ? loop : NULL);
        CHECK(task != NULL);
        CHECK_INT(loop_run_until_complete(loop, task, NULL), 0);
        task_release(task);
        loop_free(loop);
    }
}
