/* Memory: each allocation fails once, with ENOMEM, and nothing has changed.
 * For that the files that allocate are compiled in here, over an allocator of
 * our own.  That nothing leaks, check.h sees. */
#include "../check.h"

static int allowed = -1;     /* allocations until one fails; -1: none does */
static int asked;            /* how often it was asked */

static bool refuse(void)
{
    bool refused = allowed >= 0 && allowed-- == 0;
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

#include "../../code/04_coroutines/coro_inside.h"

static Coro *test_coro_new(CoroFn *function, void *arg, size_t stack_size)
{
    return refuse() ? NULL : coro_new(function, arg, stack_size);
}

#define malloc(size) test_malloc(size)
#define calloc(n, size) test_calloc(n, size)
#define realloc(old, size) test_realloc(old, size)
#define coro_new(function, arg, size) test_coro_new(function, arg, size)
#include "../../code/03_futures/done.c"
#define begin begin_task
#define end end_task
#include "../../code/05_tasks/task.c"
#undef begin
#undef end
#define body run_body
#include "../../code/12_iteration/generator.c"
#include "../../code/12_iteration/generators.c"
#undef body
#include "../../code/12_iteration/iterator.c"
#define drop drop_stack
#include "../../code/12_iteration/with.c"
#undef drop
#undef malloc
#undef calloc
#undef realloc
#undef coro_new

#include "generators.h"

/* ---- Making ---- */
TEST(a_generator_that_cannot_be_made)
{
    Numbers numbers = { .count = 1 };
    int n = 0;
    for (AsyncGenerator *made = NULL; made == NULL; n++) {
        allowed = n;
        errno = 0;
        made = async_generator_new(count, &numbers);
        allowed = -1;
        if (made == NULL)
            CHECK_INT(errno, ENOMEM);
        async_generator_free(made);
    }
    CHECK_INT(n, 3);    /* itself, and its stack */
}

/* ---- Beginning ---- */
/* The list of its loop is made with the first one. */
static int begin_hungry(void *arg, Value *result)
{
    Numbers numbers = { .count = 2 };
    AsyncGenerator *generator = new_count(&numbers);
    int *n = arg;
    Value value = nothing;
    allowed = *n;
    int err = async_generator_next(generator, &value);
    allowed = -1;
    CHECK_INT(value.i, err == 0);
    *n += err == 0 ? 0 : 1;
    CHECK_INT(err, err == 0 ? 0 : ENOMEM);
    if (err != 0)
        CHECK_INT(next_of(generator), 1);
    CHECK_INT(next_of(generator), 2);
    CHECK_INT(end_of(generator), E_STOP_ITERATION);
    async_generator_free(generator);
    return 0;
}

TEST(one_that_cannot_begin_may_be_asked_again)
{
    int n = 0;
    for (int before = -1; n != before; ) {
        before = n;
        play(begin_hungry, &n);
    }
    CHECK_INT(n, 1);
}

static int live_hungry(void *arg, Value *result)
{
    Numbers numbers = { .count = 2, .name = "in", .ends = KEEP };
    AsyncGenerator *first = new_count(&numbers), *second = new_count(&numbers);
    CHECK_INT(next_of(first), 1);
    int before = asked;
    CHECK_INT(next_of(second), 1);
    CHECK_INT(next_of(first), 2);
    CHECK_INT(end_by(first, EPIPE), EPIPE);
    CHECK_INT(async_generator_aclose(second), 0);
    async_generator_free(first);
    async_generator_free(second);
    CHECK_INT(asked, before);
    check_story("in out in out");
    return 0;
}

TEST(asking_throwing_and_closing_need_no_memory)
{
    play(live_hungry, NULL);
}

/* ---- Handing over ---- */
typedef struct Hunger {
    int n;
    Seen seen;
} Hunger;

static int free_hungry(void *arg, Value *result)
{
    Hunger *hunger = arg;
    Numbers numbers = { .count = 2, .name = "in", .ends = KEEP };
    AsyncGenerator *generator = new_count(&numbers);
    CHECK_INT(next_of(generator), 1);
    allowed = hunger->n;
    async_generator_free(generator);
    bool has_failed = allowed < 0;
    allowed = -1;
    pause_turns(3);
    CHECK_INT(hunger->seen.count, has_failed);
    check_story(has_failed ? "" : "in out");
    result->i = has_failed;
    return 0;
}

TEST(without_memory_for_a_closer_it_is_reported_and_freed)
{
    Hunger hunger = { .n = 0 };
    for (Value failed = seven; failed.i != 0; hunger.n++) {
        Loop *loop = watched_loop(&hunger.seen);
        Task *task = new_task(loop, free_hungry, &hunger);
        CHECK_INT(loop_run_until_complete(loop, task, &failed), 0);
        task_release(task);
        loop_free(loop);
        if (failed.i != 0)
            CHECK_INT(hunger.seen.last.error, ENOMEM);
    }
    CHECK(hunger.n >= 4);    /* a task, its stack, who frees, and once none */
}

/* ---- Shutting down ---- */
static int shut_down_hungry(void *arg, Value *result)
{
    Numbers numbers = { .count = 2, .name = "in", .ends = KEEP };
    AsyncGenerator *all[3];
    int *n = arg;
    for (int i = 0; i < 3; i++) {
        all[i] = new_count(&numbers);
        CHECK_INT(next_of(all[i]), 1);
    }
    allowed = *n;
    int err = loop_shutdown_asyncgens(async_get_running_loop());
    allowed = -1;
    *n += err == 0 ? 0 : 1;
    CHECK_INT(err, err == 0 ? 0 : ENOMEM);
    check_story(err == 0 ? "in out in out in out" : "");
    for (int i = 0; i < 3; i++) {
        if (err != 0)
            CHECK_INT(next_of(all[i]), 2);
        CHECK_INT(async_generator_aclose(all[i]), 0);
        async_generator_free(all[i]);
    }
    story[0] = '\0';
    return 0;
}

TEST(a_shutdown_without_memory_closes_none)
{
    int n = 0;
    for (int before = -1; n != before; ) {
        before = n;
        play(shut_down_hungry, &n);
    }
    CHECK(n >= 7);    /* the calls, and a task and a stack for each */
}

/* ---- Collecting ---- */
static int collect_hungry(void *arg, Value *result)
{
    Numbers numbers = { .count = 100 };
    int n = 0;
    for (int err = ENOMEM; err != 0; n++) {
        AsyncGenerator *generator = new_count(&numbers);
        Value *items = NULL;
        size_t length = 77;
        CHECK_INT(next_of(generator), 1);
        allowed = n;
        err = async_collect(async_generator_iter(generator), &items, &length);
        allowed = -1;
        CHECK_INT(err, err == 0 ? 0 : ENOMEM);
        CHECK_INT(length, err == 0 ? 99 : 0);
        CHECK_INT(items != NULL, err == 0);
        CHECK_INT(async_generator_aclose(generator), 0);
        async_generator_free(generator);
        free(items);
    }
    CHECK(n >= 3);
    return 0;
}

TEST(a_list_that_cannot_grow)
{
    play(collect_hungry, NULL);
}

/* ---- Exit stacks ---- */
static int left;

static int leave(void *arg, int error)
{
    left++;
    return arg != NULL ? 0 : error;
}

static SUSPENDS int enter_at_once(void *self, Value *entered)
{
    tell("enter");
    return 0;
}

static int enter_hungry(void *arg, Value *result)
{
    allowed = 0;
    CHECK_PTR(async_exit_stack_enter(), NULL);
    AsyncExitStack *stack = async_exit_stack_enter();
    CHECK(stack != NULL);
    AsyncContextManager manager = { enter_at_once, leave, NULL };
    int pushes = 0, refusals = 0;
    while (pushes < 50) {
        allowed = 0;
        int err = pushes % 2 ? async_exit_stack_push(stack, leave, NULL)
                : async_exit_stack_enter_context(stack, manager, NULL);
        allowed = -1;
        CHECK_STR(story, err == 0 && pushes % 2 == 0 ? "enter" : "");
        story[0] = '\0';
        if (err == 0) {
            pushes++;
            continue;
        }
        CHECK_INT(err, ENOMEM);
        refusals++;
        CHECK_INT(async_exit_stack_push(stack, leave, NULL), 0);
        pushes++;
    }
    CHECK(refusals >= 2);
    CHECK_INT(left, 0);
    CHECK_INT(async_exit_stack_exit(stack, EPIPE), EPIPE);
    CHECK_INT(left, 50);
    return 0;
}

TEST(a_stack_that_cannot_grow_enters_nothing)
{
    play(enter_hungry, NULL);
}

/* Others take the place that was there: it is left at once. */
static AsyncExitStack *shared;

static SUSPENDS int enter_slowly(void *self, Value *entered)
{
    return async_sleep(1);
}

static int fill_it(void *arg, Value *result)
{
    for (int i = 0; i < 8; i++)
        CHECK_INT(async_exit_stack_push(shared, leave, NULL), 0);
    allowed = 0;
    return 0;
}

static int be_overtaken(void *arg, Value *result)
{
    AsyncContextManager manager = { enter_slowly, leave, arg };
    shared = async_exit_stack_enter();
    Task *task = begin(fill_it, NULL);
    left = 0;
    CHECK_INT(async_exit_stack_enter_context(shared, manager, NULL), ENOMEM);
    allowed = -1;
    CHECK_INT(left, 1);
    CHECK_INT(async_exit_stack_exit(shared, 0), 0);
    CHECK_INT(left, 9);
    return task_join(task, NULL);
}

TEST(what_has_lost_its_place_is_left_at_once_and_says_so)
{
    play(be_overtaken, NULL);
    play(be_overtaken, "suppresses");
}
