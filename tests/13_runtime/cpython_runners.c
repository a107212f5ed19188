/* CPython's own tests of runners, as far as they are about behaviour: of
 * test_runners.py, all but those of SIGINT. */
#include "../../code/12_iteration/generator.h"
#include "runners.h"

enum { ZERO_DIVISION = E_USER, FANCY_EXIT };

/* ---- RunTests ---- */
static int return_42(void *arg, Value *result)
{
    int err = async_sleep(0);
    result->i = 42;
    return err;
}

TEST(asyncio_run_return)    /* R1 */
{
    Value value = nothing;
    CHECK_INT(async_run(return_42, NULL, &value), 0);
    CHECK_INT(value.i, 42);
    CHECK_INT(async_run(return_42, NULL, NULL), 0);
}

static int raise_spam(void *arg, Value *result)
{
    int err = async_sleep(0);
    *result = (Value){ .s = "spam" };
    return err != 0 ? err : E_VALUE;
}

TEST(asyncio_run_raises)    /* R1 */
{
    Value value = nothing;
    CHECK_INT(async_run(raise_spam, NULL, &value), E_VALUE);
    CHECK_STR(value.s, "spam");
}

static int must_not_run(void *arg, Value *result)
{
    CHECK(false);
    return 0;
}

static int run_another(void *arg, Value *result)
{
    CHECK_INT(async_run_with(must_not_run, NULL, NULL, NULL), E_RUNTIME);
    return async_run(must_not_run, NULL, NULL);
}

TEST(asyncio_run_from_running_loop)    /* R4 */
{
    CHECK_INT(async_run(run_another, NULL, NULL), E_RUNTIME);
}

/* ---- Debug mode ---- */
static int return_debug(void *arg, Value *result)
{
    result->i = loop_get_debug(async_get_running_loop());
    return 0;
}

static long long debug_of_run(bool debug)
{
    Value value = nothing;
    RunOptions options = { .debug = debug };
    CHECK_INT(async_run_with(return_debug, NULL, &value, &options), 0);
    return value.i;
}

TEST(asyncio_run_debug)
{
    unsetenv("WEFT_DEBUG");
    CHECK_INT(debug_of_run(false), false);
    CHECK_INT(debug_of_run(true), true);
}

TEST(asyncio_run_debug_by_the_environment)
{
    LEAVES(CHECK_MEMORY, "setenv() keeps what was set");
    CHECK_INT(setenv("WEFT_DEBUG", "1", 1), 0);
    CHECK_INT(debug_of_run(false), true);
    CHECK_INT(debug_of_run(true), true);
}

static bool debug_of_runner(bool debug)
{
    Runner runner;
    RunOptions options = { .debug = debug };
    unsetenv("WEFT_DEBUG");
    CHECK_INT(runner_init(&runner, &options), 0);
    bool is_debug = loop_get_debug(runner_get_loop(&runner));
    CHECK_INT(runner_close(&runner), 0);
    return is_debug;
}

TEST(non_debug)
{
    CHECK(!debug_of_runner(false));
}

TEST(debug)
{
    CHECK(debug_of_runner(true));
}

/* ---- Hanging tasks ---- */
static int return_123_and_leave(void *leftover, Value *result)
{
    Task **task = leftover;
    *task = begin(sleep_forever, NULL);
    result->i = 123;
    return 0;
}

TEST(asyncio_run_cancels_hanging_tasks)    /* R2 */
{
    Task *task = NULL;
    Value value = nothing;
    CHECK_INT(async_run(return_123_and_leave, &task, &value), 0);
    CHECK_INT(value.i, 123);
    CHECK(task_done(task));
    CHECK(task_cancelled(task));
    task_release(task);
}

static int divide_by_zero(void *arg, Value *result)
{
    int err = async_sleep(INFINITY);
    *result = (Value){ .s = "division by zero" };
    return err == E_CANCELLED ? ZERO_DIVISION : err;
}

typedef struct Reported {
    Seen seen;
    Task *task;
} Reported;

static int leave_one_that_fails(void *arg, Value *result)
{
    Reported *reported = arg;
    loop_set_exception_handler(async_get_running_loop(), see, &reported->seen);
    reported->task = begin(divide_by_zero, NULL);
    result->i = 123;
    return 0;
}

TEST(asyncio_run_reports_hanging_tasks_errors)    /* R3 */
{
    Reported reported = { .task = NULL };
    Value value = nothing;
    CHECK_INT(async_run(leave_one_that_fails, &reported, &value), 0);
    CHECK_INT(value.i, 123);
    CHECK(task_done(reported.task));
    CHECK_INT(reported.seen.count, 1);
    CHECK_STR(reported.seen.last.message,
              "unhandled exception during asyncio.run() shutdown");
    CHECK_PTR(reported.seen.last.future, reported.task);
    CHECK_INT(reported.seen.last.error, ZERO_DIVISION);
    CHECK_STR(reported.seen.last.detail.s, "division by zero");
    task_release(reported.task);
}

/* ---- Generators ---- */
typedef struct Spin {
    Seen seen;
    AsyncGenerator *spinner;
    Task *lazyboy;
    int fidget_ended;    /* with this error */
} Spin;

static int fidget(void *arg, Value *result)
{
    Spin *self = arg;
    int err = 0;
    while (err == 0) {
        err = async_yield((Value){ .i = 1 }, NULL);
        if (err == 0)
            err = async_sleep(INFINITY);
    }
    self->fidget_ended = err;
    return err;
}

static int spin(void *arg, Value *result)
{
    Spin *self = arg;
    Value meaning;
    int err = 0;
    self->spinner = async_generator_new(fidget, self);
    CHECK(self->spinner != NULL);
    while (err == 0)
        err = async_generator_next(self->spinner, &meaning);
    return err == E_CANCELLED ? ZERO_DIVISION : err;
}

static int exit_fancily(void *arg, Value *result)
{
    Spin *self = arg;
    loop_set_exception_handler(async_get_running_loop(), see, &self->seen);
    self->lazyboy = begin(spin, self);
    return FANCY_EXIT;
}

TEST(asyncio_run_closes_gens_after_hanging_tasks_errors)    /* R3 */
{
    Spin self = { .fidget_ended = 0 };
    unsetenv("WEFT_SHUFFLE");
    CHECK_INT(async_run(exit_fancily, &self, NULL), FANCY_EXIT);
    CHECK(task_done(self.lazyboy));
    CHECK_INT(self.fidget_ended, E_CANCELLED);
    CHECK_INT(self.seen.count, 1);
    CHECK_INT(self.seen.last.error, ZERO_DIVISION);
    task_release(self.lazyboy);
    async_generator_free(self.spinner);
}

/* ---- RunnerTests ---- */
static int return_running_loop(void *arg, Value *result)
{
    result->p = async_get_running_loop();
    return 0;
}

/* Instead of a factory for loops: there is one kind. */
TEST(main_runs_in_the_loop_of_the_runner)    /* test_asyncio_run_loop_factory */
{
    Runner runner = new_runner();
    Value loop = nothing;
    CHECK_INT(runner_run(&runner, return_running_loop, NULL, &loop), 0);
    CHECK_PTR(loop.p, runner_get_loop(&runner));
    CHECK_INT(runner_close(&runner), 0);
}

static int return_done(void *arg, Value *result)
{
    int err = async_sleep(0);
    *result = (Value){ .s = "done" };
    return err;
}

TEST(run_in_a_runner)    /* test_run */
{
    Runner runner = new_runner();
    Value value = nothing;
    CHECK_INT(runner_run(&runner, return_done, NULL, &value), 0);
    CHECK_STR(value.s, "done");
    CHECK(!loop_is_closed(runner_get_loop(&runner)));
    CHECK_INT(runner_close(&runner), 0);
    CHECK_PTR(runner_get_loop(&runner), NULL);
}

static void must_not_come(void *arg)
{
    CHECK(false);
}

/* With its loop go the callbacks that have not run. */
TEST(explicit_close)
{
    Runner runner = new_runner();
    Loop *loop = runner_get_loop(&runner);
    CHECK(loop_call_later(loop, 3600, must_not_come, NULL) != 0);
    CHECK_INT(runner_close(&runner), 0);
    CHECK_PTR(runner_get_loop(&runner), NULL);
}

TEST(double_close)
{
    Runner runner = new_runner();
    CHECK_INT(runner_close(&runner), 0);
    CHECK_INT(runner_close(&runner), 0);
}

static int append(void *list, Value *result)
{
    ++*(int *)list;
    return 0;
}

TEST(second_with_block_raises)
{
    int ret = 0;
    Runner runner = new_runner();
    CHECK_INT(runner_run(&runner, append, &ret, NULL), 0);
    CHECK_INT(runner_close(&runner), 0);
    CHECK_INT(runner_run(&runner, append, &ret, NULL), E_RUNTIME);
    CHECK_INT(ret, 1);
}

/* ---- One context ---- */
static const ContextVar cvar = { .name = "cvar", .initial = { .i = -1 },
                                 .has_initial = true };

static int replace(void *value, Value *result)
{
    CHECK_INT(contextvar_get(&cvar, result), 0);
    int err = async_sleep(0);
    CHECK_INT(contextvar_set(&cvar, (Value){ .i = *(int *)value }), 0);
    return err;
}

static int get(void *arg, Value *result)
{
    return contextvar_get(&cvar, result);
}

TEST(run_keeps_context)    /* R5 */
{
    Runner runner = new_runner();
    Value value = nothing;
    CHECK_INT(runner_run(&runner, replace, &(int){ 1 }, &value), 0);
    CHECK_INT(value.i, -1);
    CHECK_INT(runner_run(&runner, replace, &(int){ 2 }, &value), 0);
    CHECK_INT(value.i, 1);
    CHECK_INT(runner_run(&runner, get, NULL, &value), 0);
    CHECK_INT(value.i, 2);
    CHECK_INT(contextvar_get(&cvar, &value), 0);
    CHECK_INT(value.i, -1);    /* ours is another */
    CHECK_INT(runner_close(&runner), 0);
}

/* ---- Inside itself ---- */
static int run_again(void *runner, Value *result)
{
    return runner_run(runner, must_not_run, NULL, NULL);
}

TEST(recursive_run)    /* R4 */
{
    Runner runner = new_runner();
    CHECK_INT(runner_run(&runner, run_again, &runner, NULL), E_RUNTIME);
    CHECK_INT(runner_close(&runner), 0);
}

static int close_within(void *runner, Value *result)
{
    return runner_close(runner);
}

TEST(a_runner_is_not_closed_from_within)
{
    Runner runner = new_runner();
    Value value = nothing;
    CHECK_INT(runner_run(&runner, close_within, &runner, NULL), E_RUNTIME);
    CHECK_INT(runner_run(&runner, return_42, NULL, &value), 0);
    CHECK_INT(value.i, 42);
    CHECK_INT(runner_close(&runner), 0);
}
