/* Memory: each allocation of gather, wait, as_completed and shield fails once,
 * with ENOMEM and nothing left behind; and who waits needs none to wake.  For
 * that the files that allocate are compiled in here, over an allocator of our
 * own; but gather.c in calls.c. */
#include "../check.h"

#include <math.h>

static int allowed = -1;     /* allocations until one fails; -1: none does */
static bool is_starving;     /* all fail */
static int asked;            /* how often it was asked */

static bool refuse(void)
{
    bool refused = is_starving || (allowed >= 0 && allowed-- == 0);
    asked++;
    if (refused)
        errno = ENOMEM;
    return refused;
}

static void *test_malloc(size_t size)
{
    return refuse() ? NULL : malloc(size);
}

static void *test_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : calloc(n, size);
}

static void *test_realloc(void *old, size_t size)
{
    return refuse() ? NULL : realloc(old, size);
}

static void *test_aligned_alloc(size_t line, size_t size)
{
    return refuse() ? NULL : aligned_alloc(line, size);
}

#define malloc(size) test_malloc(size)
#define calloc(n, size) test_calloc(n, size)
#define realloc(old, size) test_realloc(old, size)
#define aligned_alloc(line, size) test_aligned_alloc(line, size)
#include "../../code/02_callbacks/ready.c"
#include "../../code/02_callbacks/timers.c"
#define begin begin_task
#include "../../code/05_tasks/task.c"
#undef begin
#define tell tell_child
#include "../../code/06_gather/children.c"
#undef tell
#define begin begin_as_completed
#include "../../code/06_gather/as_completed.c"
#undef begin
#undef malloc
#undef calloc
#undef realloc
#undef aligned_alloc

#include "gathers.h"

/* ---- Operations ---- */
enum { COUNT = 100 };    /* more than the ready queue has places at first */

static Future *futures[COUNT];

static int by_gather(void)
{
    return async_gather(futures, COUNT, NULL, 0);
}

static int by_patient_gather(void)
{
    Outcome outcomes[COUNT];
    return async_gather(futures, COUNT, outcomes, RETURN_EXCEPTIONS);
}

static int call_one(void *future, Value *result)
{
    CHECK_INT(allowed, -1);    /* nothing failed, so it may begin */
    return await(future, result);
}

/* What is still allowed when all have been made is of no account. */
static int call_first(void *future, Value *result)
{
    allowed = -1;
    return await(future, result);
}

static int by_calls(void)
{
    Call calls[COUNT];
    for (int i = 0; i < COUNT; i++)
        calls[i] = (Call){ i == 0 ? call_first : call_one, futures[i] };
    return async_gather_calls(calls, COUNT, NULL, 0);
}

static int by_wait(void)
{
    return async_wait(futures, COUNT, INFINITY, ALL_COMPLETED);
}

static int by_long_wait(void)
{
    return async_wait(futures, COUNT, 1000, FIRST_COMPLETED);
}

static int by_shield(void)
{
    return async_shield(futures[0], NULL);
}

static int take_all_of(double timeout)
{
    Future *done;
    errno = 0;
    AsCompleted *from = async_as_completed(futures, COUNT, timeout);
    if (from == NULL)
        return errno;
    for (int i = 0; i < COUNT; i++)
        CHECK_INT(as_completed_next(from, &done), 0);
    CHECK_INT(as_completed_next(from, &done), E_STOP_ITERATION);
    as_completed_free(from);
    return 0;
}

static int by_as_completed(void)
{
    return take_all_of(INFINITY);
}

static int by_timed_as_completed(void)
{
    return take_all_of(1000);
}

/* ---- Each allocation fails once ---- */
typedef struct Operation {
    int (*function)(void);
    int least;    /* so many allocations it needs */
} Operation;

static const Operation operations[] = {
    { by_gather, 2 }, { by_patient_gather, 2 }, { by_calls, COUNT + 2 },
    { by_wait, 2 }, { by_long_wait, 2 }, { by_shield, 1 },
    { by_as_completed, 6 }, { by_timed_as_completed, 6 }
};

static int complete_all(void *arg, Value *result)
{
    for (int i = 0; i < COUNT; i++)
        CHECK_INT(future_set_result(futures[i], seven), 0);
    return 0;
}

static void check_untouched(void)
{
    for (int i = 0; i < COUNT; i++) {
        CHECK(!future_done(futures[i]));
        CHECK_PTR(futures[i]->first, NULL);    /* nobody waits for it */
        CHECK_INT(futures[i]->references, 1);
    }
}

typedef struct Attempt {
    const Operation *operation;
    int fails;    /* the allocation that fails */
    int error;
} Attempt;

static int attempt(void *arg, Value *result)
{
    Attempt *what = arg;
    new_futures(futures, COUNT);
    size_t before = promised();
    spawn(complete_all, NULL);
    allowed = what->fails;
    what->error = what->operation->function();
    allowed = -1;
    if (what->error != 0)
        check_untouched();
    pause_turns(4);
    CHECK_INT(promised(), before);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    release_all(futures, COUNT);
    return 0;
}

/* In a loop of its own, which has no room to spare. */
static void fail_each(const Operation *operation)
{
    Attempt what = { operation, 0, ENOMEM };
    for (; what.error != 0; what.fails++) {
        size_t taken = check_memory();
        play(attempt, &what);
        CHECK_INT(check_memory(), taken);
        CHECK_INT(what.error, what.error == 0 ? 0 : ENOMEM);
    }
    CHECK(what.fails > operation->least);
}

TEST(what_cannot_begin_says_so_and_leaves_nothing_behind)
{
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        fail_each(&operations[i]);
}

/* ---- Living without memory ---- */
static int live(void *arg, Value *result)
{
    const Operation *operation = arg;
    return operation->function();
}

/* Whoever waits is woken, or cancelled, with no allocation at all. */
static void live_without_memory(const Operation *operation, bool is_cancelled)
{
    new_futures(futures, COUNT);
    Task *task = begin(live, (void *)operation);
    pause_turns(2);
    is_starving = true;
    int before = asked;
    if (is_cancelled)
        CHECK(task_cancel(task));
    else
        complete_all(NULL, NULL);
    CHECK_INT(await(task, NULL), is_cancelled ? E_CANCELLED : 0);
    CHECK_INT(asked, before);
    is_starving = false;
    task_release(task);
    release_all(futures, COUNT);
}

static int live_each(void *arg, Value *result)
{
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        live_without_memory(&operations[i], false);
        if (operations[i].least < 6 || operations[i].least > COUNT)
            live_without_memory(&operations[i], true);
    }
    return 0;
}

TEST(waking_and_cancelling_need_no_memory)
{
    play(live_each, NULL);
}

static int close_hungry(void *arg, Value *result)
{
    new_futures(futures, COUNT);
    for (size_t i = 0; i < 6; i++)
        spawn(live, (void *)&operations[i]);
    pause_turns(2);
    return 0;
}

static void ignore(Loop *loop, const ErrorContext *context, void *count)
{
    ++*(int *)count;
}

TEST(a_loop_closes_under_them_without_memory)    /* D2 */
{
    Loop *loop = ordered_loop();
    int count = 0;
    loop_set_exception_handler(loop, ignore, &count);
    CHECK_INT(run(loop, close_hungry, NULL), 0);
    is_starving = true;
    int before = asked;
    loop_free(loop);
    CHECK_INT(asked, before);
    is_starving = false;
    CHECK_INT(count, 6 + COUNT);
    release_all(futures, COUNT);
}
