/* CPython's core cases that no layer alone could prove, by name.  In virtual
 * time. */
#include "weft.h"

#include "../check.h"

static void run_virtual(CoroFn *function)
{
    RunOptions options = { .virtual_time = true };
    CHECK_INT(async_run_with(function, NULL, NULL, &options), 0);
}

/* ---- test_pep492.py: LockTests ---- */
static int enter_condition(void *cond, Value *entered)
{
    return condition_acquire(cond);
}

static int exit_condition(void *cond, int error)
{
    CHECK_INT(condition_release(cond), 0);
    return error;
}

static bool is_locked(void *lock)
{
    return lock_locked(lock);
}

static bool condition_is_locked(void *cond)
{
    return condition_locked(cond);
}

static bool semaphore_is_locked(void *semaphore)
{
    return semaphore_locked(semaphore);
}

typedef struct Primitive {
    AsyncContextManager manager;
    bool (*locked)(void *self);
    void *self;
} Primitive;

static int see_it_locked(Value entered, void *arg)
{
    Primitive *it = arg;
    CHECK_PTR(entered.p, NULL);
    CHECK(it->locked(it->self));
    CHECK_INT(async_sleep(0.01), 0);
    CHECK(it->locked(it->self));
    return 0;
}

static int lock_each(void *arg, Value *result)
{
    Lock lock;
    Condition cond;
    Semaphore semaphore, bounded;
    lock_init(&lock);
    condition_init(&cond, NULL);
    semaphore_init(&semaphore, 1);
    bounded_semaphore_init(&bounded, 1);
    Primitive primitives[] = {
        { lock_manager(&lock), is_locked, &lock },
        { { enter_condition, exit_condition, &cond }, condition_is_locked,
          &cond },
        { semaphore_manager(&semaphore), semaphore_is_locked, &semaphore },
        { semaphore_manager(&bounded), semaphore_is_locked, &bounded },
    };
    for (int i = 0; i < 4; i++) {
        Primitive *it = &primitives[i];
        CHECK(!it->locked(it->self));
        CHECK_INT(async_with(it->manager, see_it_locked, it), 0);
        CHECK(!it->locked(it->self));
    }
    return 0;
}

TEST(context_manager_async_with)    /* CPython: the same name */
{
    run_virtual(lock_each);
}

/* ---- test_pep492.py: StreamReaderTests ---- */
static int read_lines(void *arg, Value *result)
{
    static const char text[] = "line1\nline2\nline3";
    static const char *const wanted[] = { "line1\n", "line2\n", "line3" };
    StreamReader *stream = reader_new(0);
    CHECK(stream != NULL);
    CHECK_INT(reader_feed_data(stream, text, sizeof text - 1), 0);
    reader_feed_eof(stream);
    AsyncIterator lines = reader_lines(stream);
    Value line;
    for (int i = 0; i < 3; i++) {
        CHECK_INT(async_next(lines, &line), 0);
        CHECK_STR(line.s, wanted[i]);
    }
    CHECK_INT(async_next(lines, &line), E_STOP_ITERATION);
    reader_free(stream);
    return 0;
}

TEST(readline)    /* CPython: test_readline; async for */
{
    run_virtual(read_lines);
}

/* ---- test_tasks.py: BaseTaskTests ---- */
static int cancel_and_return(void *arg, Value *result)
{
    CHECK(task_cancel(async_current_task()));
    *result = (Value){ .i = 12 };
    return 0;
}

static int await_cancelled(void *arg, Value *result)
{
    Task *task = async_create_task(cancel_and_return, NULL);
    CHECK(!task_cancelled(task));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK_INT(task_cancelling(async_current_task()), 0);
    CHECK(task_done(task));
    CHECK(task_cancelled(task));
    CHECK(!task_cancel(task));
    task_release(task);
    return 0;
}

TEST(cancel_at_end)    /* CPython: test_cancel_at_end */
{
    run_virtual(await_cancelled);
}
