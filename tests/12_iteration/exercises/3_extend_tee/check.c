/* Time is virtual.  The source hands out 0, 1, 2 and so on. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/06_gather/timeout.h"
#include "../../../../code/12_iteration/exercises/3_extend_tee/tee.h"

enum { VALUES = 32, BRANCHES = 3, E_TORN = E_USER };

static Loop *loop;
static Tee *tee;

/* ---- The source ---- */
static struct {
    double pause;        /* before each value */
    int count, error;    /* so many, then this */
    double cleanup;
    int asked, handed, cancelled;
    bool is_asked, is_over;
} source;

static SUSPENDS int next_number(void *self, Value *value)
{
    CHECK_PTR(self, &source);
    CHECK(!source.is_asked && !source.is_over);
    source.is_asked = true;
    source.asked++;
    int err = source.pause > 0 ? async_sleep(source.pause) : 0;
    if (err == E_CANCELLED) {
        source.cancelled++;
        CHECK_INT(async_sleep(source.cleanup), 0);
    } else if (source.handed == source.count) {
        err = source.error;
    }
    source.is_over = err != 0;
    source.is_asked = false;
    if (err == 0)
        value->i = source.handed++;
    return err;
}

/* ---- Around each test ---- */
static void set_up(size_t n, size_t room, int count)
{
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    memset(&source, 0, sizeof source);
    source.pause = 1;
    source.count = count;
    source.error = E_STOP_ITERATION;
    tee = tee_new(async_iter(next_number, &source), n, room);
    CHECK(tee != NULL);
}

static void run_until(double when)
{
    CHECK(loop_call_at(loop, when, loop_stop_callback, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
}

static void run(CoroFn *function, void *arg)
{
    Task *task = loop_create_task(loop, function, arg);
    CHECK(task != NULL);
    CHECK(loop_call_at(loop, 900, loop_stop_callback, loop) != 0);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), 0);
    task_release(task);
}

static int close_it(void *arg, Value *result)
{
    return tee_close(tee);
}

static void tear_down(void)
{
    run(close_it, NULL);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
    loop_free(loop);
}

/* ---- Readers ---- */
/* One that takes all of a branch, and pauses after each value. */
typedef struct Reader {
    size_t branch;
    double pause;
    int stop_at;         /* leaves after so many; 0: never */
    int got;             /* the first `got` numbers, in order */
    int err;
    double times[VALUES], ended;
    Task *task;
} Reader;

static int read_all(void *arg, Value *result)
{
    Reader *reader = arg;
    Value value;
    while ((reader->err = async_next(tee_branch(tee, reader->branch),
                                     &value)) == 0) {
        CHECK_INT(value.i, reader->got);
        reader->times[reader->got++] = loop_time(loop);
        CHECK_INT(async_sleep(reader->pause), 0);
        if (reader->got == reader->stop_at)
            break;
    }
    if (reader->err == 0)
        tee_leave(tee, reader->branch);
    reader->ended = loop_time(loop);
    return 0;
}

static void resume(Reader *reader)
{
    reader->task = loop_create_task(loop, read_all, reader);
    CHECK(reader->task != NULL);
}

static void start(Reader *reader, size_t branch, double pause)
{
    *reader = (Reader){ .branch = branch, .pause = pause };
    resume(reader);
}

static void check_reader(Reader *reader, int got, int err, double when)
{
    CHECK(task_done(reader->task));
    CHECK_INT(task_error(reader->task), 0);
    task_release(reader->task);
    CHECK_INT(reader->got, got);
    CHECK_INT(reader->err, err);
    CHECK_DOUBLE(reader->ended, when, 0.01);
}

/* ---- The tests ---- */
TEST_FOR(1, each_branch_gets_all_values)
{
    HINT("each branch has its own place; the values have one for all");
    Reader readers[BRANCHES];
    set_up(3, 10, 8);
    for (size_t i = 0; i < BRANCHES; i++)
        start(&readers[i], i, 0.25 * (double)i);
    run_until(100);
    for (size_t i = 0; i < BRANCHES; i++)
        check_reader(&readers[i], 8, E_STOP_ITERATION, 9);
    CHECK_DOUBLE(readers[0].times[7], 8, 0.01);
    CHECK_INT(source.handed, 8);
    tear_down();
    CHECK_PTR(tee_new(async_iter(next_number, &source), 0, 1), NULL);
    CHECK_INT(errno, E_VALUE);
    CHECK_PTR(tee_new(async_iter(next_number, &source), 1, 0), NULL);
    CHECK_INT(errno, E_VALUE);
}

static int read_one(void *arg, Value *result)
{
    return async_next(tee_branch(tee, *(size_t *)arg), result);
}

static int read_by_hand(void *arg, Value *result)
{
    size_t branch[2] = { 0, 1 };
    Value value;
    CHECK_INT(async_sleep(10), 0);
    CHECK_INT(source.asked, 0);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(read_one(&branch[0], &value), 0);
        CHECK_INT(value.i, i);
        CHECK_INT(async_sleep(10), 0);
        CHECK_INT(source.asked, i + 1);
    }
    double before = loop_time(loop);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(read_one(&branch[1], &value), 0);
        CHECK_INT(value.i, i);
    }
    CHECK_DOUBLE(loop_time(loop), before, 0.01);
    CHECK_INT(source.asked, 3);
    return 0;
}

TEST_FOR(1, the_source_is_asked_when_somebody_wants_more)
{
    HINT("nobody asks ahead, and what is there comes at once");
    set_up(2, 5, 9);
    run(read_by_hand, NULL);
    tear_down();
}

TEST_FOR(1, who_is_ahead_waits_for_the_slowest)
{
    HINT("no room: wait until the slowest has taken one, and look again");
    Reader fast, slow;
    set_up(2, 3, 7);
    start(&fast, 0, 0);
    start(&slow, 1, 10);
    run_until(6);    /* slow has taken one, and kept 1, 2, 3 waiting */
    CHECK_INT(fast.got, 4);
    CHECK_INT(source.asked, 4);
    run_until(200);
    check_reader(&fast, 7, E_STOP_ITERATION, 42);
    check_reader(&slow, 7, E_STOP_ITERATION, 71);
    CHECK_DOUBLE(fast.times[4], 12, 0.01);
    CHECK_DOUBLE(fast.times[5], 22, 0.01);
    CHECK_DOUBLE(slow.times[6], 61, 0.01);
    tear_down();
}

TEST_FOR(1, who_is_cancelled_takes_nothing_along)
{
    HINT("the task that asks the source is none of those who want it");
    Reader first, second;
    set_up(2, 5, 3);
    start(&first, 0, 0);
    start(&second, 1, 0);
    for (int i = 0; i < 3; i++) {    /* the last one: as a value comes */
        run_until(i < 2 ? 0.25 * (i + 1) : 1);
        task_cancel(first.task);
        run_until(i < 2 ? 0.25 * (i + 1) + 0.1 : 1.1);
        CHECK(task_done(first.task));
        if (i < 2 || first.got == 0)
            CHECK_INT(first.err, E_CANCELLED);
        task_release(first.task);
        resume(&first);
    }
    CHECK_INT(source.cancelled, 0);
    run_until(50);
    check_reader(&second, 3, E_STOP_ITERATION, 4);
    check_reader(&first, 3, E_STOP_ITERATION, 4);
    CHECK_INT(source.asked, 4);
    tear_down();
}

TEST_FOR(1, the_end_comes_to_each_branch)
{
    HINT("keep what it ended with; it stands behind all values");
    Reader fast, slow;
    set_up(2, 5, 3);
    source.error = E_TORN;
    start(&fast, 0, 0);
    start(&slow, 1, 10);
    run_until(100);
    check_reader(&fast, 3, E_TORN, 4);
    check_reader(&slow, 3, E_TORN, 31);
    resume(&fast);
    run_until(101);
    check_reader(&fast, 3, E_TORN, 100);
    CHECK_INT(source.asked, 4);
    tear_down();
}

static int close_now(void *is_cancelled, Value *result)
{
    size_t branch = 0;
    CHECK_INT(async_wait_for_call(read_one, &branch, 0.5, NULL), E_TIMEOUT);
    Task *task = async_create_task(close_it, NULL);
    CHECK(task != NULL);
    for (int i = 0; i < 2 && is_cancelled != NULL; i++) {
        CHECK_INT(async_sleep(1), 0);
        task_cancel(task);
    }
    CHECK_INT(task_join(task, NULL), is_cancelled != NULL ? E_CANCELLED : 0);
    CHECK(!source.is_asked);
    CHECK_INT(source.cancelled, 1);
    CHECK_DOUBLE(loop_time(loop), 4.5, 0.01);
    return tee_close(NULL);
}

TEST_FOR(1, who_leaves_holds_nobody_up)
{
    HINT("a branch that has left is not the slowest; and wake who waits");
    Reader fast, slow;
    set_up(2, 2, 9);
    start(&fast, 0, 0);
    start(&slow, 1, 10);
    slow.stop_at = 2;
    run_until(100);
    check_reader(&slow, 2, 0, 21);
    check_reader(&fast, 9, E_STOP_ITERATION, 27);
    slow.stop_at = 0;
    tee_leave(tee, 1);
    resume(&slow);
    run_until(101);
    check_reader(&slow, 2, E_STOP_ITERATION, 100);
    tear_down();
    for (int i = 0; i < 2; i++) {
        set_up(2, 2, 9);
        source.cleanup = 4;
        run(close_now, i ? loop : NULL);
        CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
        loop_free(loop);
    }
}
