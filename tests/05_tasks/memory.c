/* Memory: each allocation fails once, to no harm; and what a task needs to be
 * woken, to end and to tell of it, it has from the beginning.  For that the
 * files that allocate are compiled in here, over an allocator of our own.  That
 * nothing leaks, check.h sees. */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static char *test_strdup(const char *text)
{
    return refuse() ? NULL : strdup(text);
}

#undef strdup
#define malloc(size) test_malloc(size)
#define calloc(n, size) test_calloc(n, size)
#define realloc(old, size) test_realloc(old, size)
#define aligned_alloc(line, size) test_aligned_alloc(line, size)
#define strdup(text) test_strdup(text)
#include "../../code/02_callbacks/ready.c"
#include "../../code/02_callbacks/timers.c"
#include "../../code/05_tasks/cancel.c"
#include "../../code/05_tasks/context.c"
#define begin begin_task
#include "../../code/05_tasks/task.c"
#undef begin
#define destroy destroy_pending
#include "../../code/05_tasks/tasks.c"
#undef destroy
#undef NONE
#undef malloc
#undef calloc
#undef realloc
#undef aligned_alloc
#undef strdup

#include "tasks.h"

/* ---- Helpers ---- */
static const ContextVar user = { .name = "user" };
static const ContextVar level = { .name = "level" };
static const ContextVar third = { .name = "third" };

static void starve(bool starving)
{
    is_starving = starving;
}

/* ---- Making ---- */
typedef struct Recipe {
    const char *name;
    size_t copy_size;
    bool eager_start;
} Recipe;

static const Recipe recipes[] = {
    { NULL, 0, false }, { "named", 0, false }, { NULL, 8, false },
    { "named", 8, true }
};

static int be_made(void *arg, Value *result)
{
    CHECK_STR(arg, "the arg");
    tell("ran");
    return 0;
}

/* With the n-th allocation failing.  Tells whether it succeeded. */
static bool make(const Recipe *recipe, int n)
{
    TaskOptions options = { .name = recipe->name,
                            .copy_size = recipe->copy_size,
                            .eager_start = recipe->eager_start };
    size_t before = async_all_tasks(NULL, NULL, 0);
    errno = 0;
    allowed = n;
    Task *task = async_create_task_with(be_made, "the arg", &options);
    allowed = -1;
    if (task == NULL) {
        CHECK_INT(errno, ENOMEM);
        CHECK_INT(async_all_tasks(NULL, NULL, 0), before);
        CHECK_STR(story, "");
        return false;
    }
    CHECK_INT(task_join(task, NULL), 0);
    CHECK_STR(story, "ran");
    story[0] = '\0';
    return true;
}

static int make_with_failures(void *arg, Value *result)
{
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
        int n = 0;
        while (!make(&recipes[i], n))
            n++;
        CHECK(n >= 1);
        CHECK_INT(n, 1 + (recipes[i].name != NULL));
    }
    return 0;
}

TEST(a_task_that_cannot_be_made_changes_nothing)
{
    play(make_with_failures, NULL);
}

/* Its list of tasks is the first thing that a loop lacks. */
TEST(the_first_task_of_a_loop_can_fail_too)
{
    int n = 0;
    for (bool is_made = false; !is_made; n++) {
        Loop *loop = ordered_loop();
        allowed = n;
        errno = 0;
        Task *task = loop_create_task(loop, tell_word, "ran");
        allowed = -1;
        is_made = task != NULL;
        CHECK_INT(errno, is_made ? errno : ENOMEM);
        CHECK_INT(async_all_tasks(loop, NULL, 0), is_made);
        run_turns(loop, 1);
        CHECK_STR(story, is_made ? "ran" : "");
        task_release(task);
        loop_free(loop);
        }
    CHECK(n >= 3);    /* its list, and the task */
}

/* The place in the ready queue is reserved: so the queue has to grow. */
static int outgrow_the_queue(void *arg, Value *result)
{
    enum { COUNT = 200 };
    Task *tasks[COUNT];
    int made = 0, refused = 0;
    while (made < COUNT) {
        allowed = 1;    /* the task, and nothing else */
        tasks[made] = async_create_task(return_seven, NULL);
        allowed = -1;
        if (tasks[made] != NULL) {
            made++;
            continue;
        }
        CHECK_INT(errno, ENOMEM);
        CHECK_INT(async_all_tasks(NULL, NULL, 0), made + 1);
        tasks[made++] = begin(return_seven, NULL);
        refused++;
    }
    CHECK(refused >= 1 && refused < 10);
    for (int i = 0; i < COUNT; i++)
        CHECK_INT(task_join(tasks[i], NULL), 0);
    return 0;
}

TEST(its_place_in_the_ready_queue_is_reserved_when_it_is_made)
{
    play(outgrow_the_queue, NULL);
}

static int make_without_stack(void *arg, Value *result)
{
    TaskOptions options = { .name = "n", .stack_size = SIZE_MAX / 2,
                            .copy_size = 3 };
    pause_turns(1);
    size_t taken = check_memory();
    for (int i = 0; i < 100; i++) {    /* no place in the queue gets lost */
        errno = 0;
        CHECK_PTR(async_create_task_with(be_made, "ab", &options), NULL);
        CHECK_INT(errno, ENOMEM);
    }
    CHECK_INT(check_memory(), taken);
    return 0;
}

TEST(without_a_stack_all_is_given_back)
{
    play(make_without_stack, NULL);
}

/* ---- Living without memory ---- */
static int live_on_air(void *arg, Value *result)
{
    Future *future = arg;
    CHECK_INT(contextvar_set(&user, seven), 0);
    starve(true);
    CHECK_INT(await(future, NULL), E_CANCELLED);
    CHECK_INT(async_sleep(0), 0);
    CHECK_INT(contextvar_get(&user, result), 0);
    return E_USER;
}

static int starve_all(void *arg, Value *result)
{
    Future *future = new_future();
    Task *tasks[6];
    for (int i = 0; i < 6; i++)
        tasks[i] = begin(i == 0 ? live_on_air : wait_for,
                         i == 0 ? future : tasks[i - 1]);
    pause_turns(1);
    CHECK(is_starving);
    int before = asked;
    CHECK(task_cancel(tasks[5]));
    Value value;
    CHECK_INT(await(tasks[5], &value), E_USER);
    CHECK_INT(value.i, 7);
    CHECK_INT(asked, before);    /* nobody even wanted memory */
    for (int i = 0; i < 6; i++)
        task_release(tasks[i]);
    starve(false);
    future_release(future);
    return 0;
}

TEST(waiting_waking_cancelling_and_ending_need_no_memory)    /* T10 T12 */
{
    play(starve_all, NULL);
}

static int cancel_without_memory(void *arg, Value *result)
{
    Task *task = begin(sleep_forever, NULL), *outer = begin(wait_for, task);
    pause_turns(1);
    starve(true);
    CHECK(task_cancel_with(outer, "nobody will know"));
    CHECK_INT(await(outer, NULL), E_CANCELLED);
    starve(false);
    CHECK_STR(future_cancel_message(task), NULL);
    CHECK_STR(future_cancel_message(outer), NULL);
    task_release(task);
    task_release(outer);
    return 0;
}

TEST(without_memory_a_message_is_dropped_and_the_rest_goes_on)    /* T4 */
{
    play(cancel_without_memory, NULL);
}

static void count_report(Loop *loop, const ErrorContext *context, void *count)
{
    ++*(int *)count;
}

TEST(a_starving_loop_closes_and_reports)    /* D1 D2 */
{
    Loop *loop = ordered_loop();
    int count = 0;
    loop_set_exception_handler(loop, count_report, &count);
    task_release(new_task(loop, sleep_forever, NULL));
    task_release(new_task(loop, fail_with_seven, NULL));
    Task *unborn = new_task(loop, return_seven, NULL);
    task_release(new_task(loop, wait_for, unborn));
    starve(true);
    CHECK(task_cancel(unborn));
    loop_free(loop);
    starve(false);
    CHECK_INT(count, 4);
    task_release(unborn);
}

/* ---- What may fail ---- */
static int sleep_without_memory(void *arg, Value *result)
{
    Value value = seven;
    starve(true);
    CHECK_INT(async_sleep(1), ENOMEM);
    CHECK_INT(async_sleep_result(1, nothing, &value), ENOMEM);
    CHECK_INT(async_sleep(0), 0);
    CHECK_INT(async_sleep(-1), 0);
    starve(false);
    CHECK_INT(value.i, 7);
    CHECK_DOUBLE(now(), 0, 0);
    rest(1);
    starve(true);
    CHECK_INT(async_sleep(1), 0);    /* now there is room for a timer */
    starve(false);
    return 0;
}

TEST(a_sleep_that_cannot_begin_says_so)    /* T16 */
{
    play(sleep_without_memory, NULL);
}

static int name_without_memory(void *arg, Value *result)
{
    Task *self = async_current_task();
    task_set_name(self, "old");
    starve(true);
    task_set_name(self, "new");
    CHECK_STR(task_get_name(self), "old");
    starve(false);
    Task *task = begin(return_seven, NULL);
    starve(true);
    task_set_name(task, "new");
    CHECK_INT(strncmp(task_get_name(task), "Task-", 5), 0);
    starve(false);
    return task_join(task, NULL);
}

TEST(without_memory_the_old_name_stays)    /* T15 */
{
    play(name_without_memory, NULL);
}

/* ---- Variables that cannot be set ---- */
static const ContextVar *const all[] = { &user, &level, &third };

/* Sets one of the three, with the n-th allocation failing. */
static bool set_failing(const ContextVar *var, int n)
{
    Value before[3], after = nothing;
    for (int i = 0; i < 3; i++)
        CHECK_INT(contextvar_get(all[i], &before[i]), 0);
    size_t taken = check_memory();
    allowed = n;
    int err = contextvar_set(var, (Value){ .i = 100 + n });
    allowed = -1;
    CHECK_INT(err, err == 0 ? 0 : ENOMEM);
    CHECK_INT(check_memory(), taken);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(contextvar_get(all[i], &after), 0);
        bool is_set = err == 0 && var == all[i];
        CHECK_INT(after.i, is_set ? 100 + n : before[i].i);
    }
    return err == 0;
}

static int set_with_failures(void *arg, Value *result)
{
    for (int i = 0; i < 3; i++)
        CHECK_INT(contextvar_set(all[i], (Value){ .i = i }), 0);
    for (int i = 0; i < 9; i++) {
        int n = 0;
        while (!set_failing(all[i % 3], n))
            n++;
        CHECK(n >= 1);
    }
    starve(true);
    CHECK_PTR(context_copy(), NULL);
    starve(false);
    return 0;
}

TEST(a_variable_that_cannot_be_set_keeps_its_value)    /* T18 */
{
    play(set_with_failures, NULL);
}
