/* Memory and descriptors: each allocation of a run fails once; and there is one
 * descriptor too few.  Then a run says so, and leaves nothing behind.  For that
 * the files that allocate are compiled in here, over an allocator of our own.
 * That nothing leaks, check.h sees. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static int allowed = -1;    /* allocations until one fails; -1: none does */
static bool has_refused;

static bool refuse(void)
{
    bool is_refused = allowed >= 0 && allowed-- == 0;
    if (is_refused)
        errno = ENOMEM;
    has_refused |= is_refused;
    return is_refused;
}

static void *test_malloc(size_t size)
{
    return refuse() ? NULL : malloc(size);
}

static void *test_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : calloc(n, size);
}

static void *test_realloc(void *memory, size_t size)
{
    return refuse() ? NULL : realloc(memory, size);
}

#define malloc(size) test_malloc(size)
#define calloc(n, size) test_calloc(n, size)
#define realloc(memory, size) test_realloc(memory, size)
#include "../../code/01_select/selector.c"
#include "../../code/02_callbacks/ready.c"
#define equip equip_loop
#include "../../code/02_callbacks/lifetime.c"
#undef equip
#define find find_catcher
#include "../../code/02_callbacks/signals.c"
#undef find
#include "../../code/02_callbacks/watch.c"
#define prepare prepare_wakeup
#include "../../code/02_callbacks/wakeup.c"
#undef prepare
#include "../../code/05_tasks/context.c"
#define begin begin_task
#include "../../code/05_tasks/task.c"
#undef begin
#define destroy destroy_pending
#include "../../code/05_tasks/tasks.c"
#undef destroy
#include "../../code/13_runtime/runner.c"
#include "../../code/13_runtime/observe.c"
#include "../../code/13_runtime/shutdown.c"
#undef malloc
#undef calloc
#undef realloc

#include <sys/resource.h>

#include "../../code/12_iteration/generator.h"
#define run run_to_end
#include "runtime.h"
#undef run

/* ---- Helpers ---- */
static void allow(int n)
{
    allowed = n;
    has_refused = false;
}

static void allow_all(void)
{
    allowed = -1;
}

static void ignore(Loop *loop, const ErrorContext *context, void *arg)
{
}

/* ---- A run ---- */
static AsyncGenerator *generator;

static int yield_forever(void *arg, Value *result)
{
    int err = 0;
    while (err == 0)
        err = async_yield(seven, NULL);
    return err;
}

/* Leaves a task, and a generator that has begun. */
static int leave_some(void *arg, Value *result)
{
    Value value;
    loop_set_exception_handler(async_get_running_loop(), ignore, NULL);
    Task *task = async_create_task(sleep_forever, NULL);
    if (task == NULL)
        return errno;
    task_release(task);
    generator = async_generator_new(yield_forever, NULL);
    int err = generator != NULL ? async_generator_next(generator, &value)
                                : ENOMEM;
    *result = seven;
    return err != 0 ? err : async_sleep(0);
}

/* ---- Failing once ---- */
typedef int TryOut(Value *result);

/* Until nothing fails; how often something did.  Where no memory was not to be
 * had all is as it was. */
static int fail_each(TryOut *try)
{
    int n = 0, before = lowest_free();
    forget_environment();
    do {
        Value value = nothing;
        generator = NULL;
        allow(n);
        int err = try(&value);
        allow_all();
        async_generator_free(generator);
        CHECK(err == 0 || (has_refused && err == ENOMEM));
        CHECK(err != 0 || value.i == 7);
        CHECK_INT(lowest_free(), before);
        check_handler(SIG_DFL);
        n++;
    } while (has_refused);
    return n - 1;
}

static int run_all(Value *result)
{
    return async_run_with(leave_some, NULL, result, &virtual_run);
}

TEST(a_run_without_memory_says_so)
{
    CHECK(fail_each(run_all) >= 8);
}

static int run_in_debug_mode(Value *result)
{
    RunOptions debug = { .debug = true, .virtual_time = true };
    return async_run_with(leave_some, NULL, result, &debug);
}

TEST(one_in_debug_mode_too)
{
    CHECK(fail_each(run_in_debug_mode) > fail_each(run_all));
}

/* ---- Each part ---- */
static int only_init(Value *result)
{
    Runner runner;
    int err = runner_init(&runner, NULL);
    CHECK_INT(runner_get_loop(&runner) != NULL, err == 0);
    allow_all();
    if (err != 0)
        CHECK_INT(runner_run(&runner, return_seven, NULL, NULL), E_RUNTIME);
    CHECK_INT(runner_close(&runner), 0);
    *result = seven;
    return err;
}

TEST(a_runner_that_could_not_be_made_is_closed)
{
    CHECK(fail_each(only_init) >= 5);
}

static int only_run(Value *result)
{
    int left = allowed;
    allow_all();
    Runner runner = new_runner();
    allow(left);
    int err = runner_run(&runner, return_seven, NULL, result);
    bool was_refused = has_refused;
    allow_all();
    CHECK_INT(runner_run(&runner, return_seven, NULL, NULL), 0);
    CHECK_INT(runner_close(&runner), 0);
    has_refused = was_refused;
    return err;
}

/* The next one runs; and SIGINT is worth no failure. */
TEST(a_main_that_could_not_be_made_spoils_nothing)
{
    CHECK(fail_each(only_run) >= 2);
}

static int only_close(Value *result)
{
    int left = allowed;
    allow_all();
    Runner runner = new_runner();
    CHECK_INT(runner_run(&runner, leave_some, NULL, result), 0);
    allow(left);
    int err = runner_close(&runner);
    CHECK_PTR(runner_get_loop(&runner), NULL);
    CHECK_INT(runner_close(&runner), 0);
    return err;
}

TEST(a_close_that_cannot_clean_up_closes)
{
    CHECK(fail_each(only_close) >= 2);
}

/* ---- Descriptors ---- */
/* So many are free; the error of a run then. */
static int run_with(int n)
{
    struct rlimit before, limit;
    Value value = nothing;
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &before), 0);
    limit = before;
    limit.rlim_cur = (rlim_t)(lowest_free() + n);
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
    generator = NULL;
    int err = async_run(leave_some, NULL, &value);
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &before), 0);
    async_generator_free(generator);
    CHECK_INT(value.i, err == 0 ? 7 : 0);
    return err;
}

TEST(without_descriptors_a_run_says_so)
{
    int before = lowest_free(), n = 0, err;
    CHECK_INT(run_with(0), EMFILE);
    CHECK_INT(run_with(1), EMFILE);
    while ((err = run_with(n)) != 0) {
        CHECK_INT(err, EMFILE);
        CHECK_INT(lowest_free(), before);
        n++;
    }
    CHECK(n < 10);
    CHECK_INT(lowest_free(), before);
}
