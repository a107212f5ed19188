/* loop_create_task_with(): a task with options in a loop that need not run; and
 * what a task keeps for who watches it. */
#include "../../code/05_tasks/task_inside.h"
#include "tasks.h"

/* ---- Options ---- */
static int tell_what_it_has(void *arg, Value *result)
{
    tell(task_get_name(async_current_task()));
    tell(arg);
    return 0;
}

TEST(a_task_with_options_is_made_before_the_loop_runs)
{
    Loop *loop = ordered_loop();
    char word[] = "copied";
    TaskOptions options = { .name = "named", .copy_size = sizeof word };
    Task *task = loop_create_task_with(loop, tell_what_it_has, word, &options);
    CHECK(task != NULL);
    CHECK_PTR(future_get_loop(task), loop);
    strcpy(word, "gone");
    CHECK_INT(loop_run_until_complete(loop, task, NULL), 0);
    CHECK_STR(story, "named copied");
    task_release(task);
    loop_free(loop);
}

TEST(no_options_are_the_defaults)
{
    Loop *loop = ordered_loop();
    Task *task = loop_create_task_with(loop, return_seven, NULL, NULL);
    CHECK_STR(task_get_name(task), "Task-1");
    Value value = nothing;
    CHECK_INT(loop_run_until_complete(loop, task, &value), 0);
    CHECK_INT(value.i, 7);
    task_release(task);
    loop_free(loop);
}

static const ContextVar user = { .name = "user" };

static int set_user(void *arg, Value *result)
{
    return contextvar_set(&user, seven);
}

static int get_user(void *arg, Value *result)
{
    return contextvar_get(&user, result);
}

TEST(tasks_may_share_a_context)    /* T18 */
{
    Loop *loop = ordered_loop();
    Context *context = context_copy();
    TaskOptions options = { .context = context };
    CoroFn *functions[] = { set_user, get_user };
    Value value = nothing;
    for (int i = 0; i < 2; i++) {
        Task *task = loop_create_task_with(loop, functions[i], NULL, &options);
        CHECK_INT(loop_run_until_complete(loop, task, &value), 0);
        task_release(task);
    }
    CHECK_INT(value.i, 7);
    context_release(context);
    loop_free(loop);
}

static int use_stack(void *arg, Value *result)
{
    volatile char bytes[1 << 20];
    for (size_t i = 0; i < sizeof bytes; i += 512)
        bytes[i] = 1;
    return bytes[0] != 1;
}

TEST(its_stack_is_as_large_as_they_say)
{
    Loop *loop = ordered_loop();
    TaskOptions options = { .stack_size = 2 << 20 };
    Task *task = loop_create_task_with(loop, use_stack, NULL, &options);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), 0);
    task_release(task);
    loop_free(loop);
}

TEST(what_it_cannot_make_is_null)
{
    Loop *loop = ordered_loop();
    TaskOptions options = { .name = "never" };
    errno = 0;
    CHECK_PTR(loop_create_task_with(loop, NULL, NULL, &options), NULL);
    CHECK_INT(errno, EINVAL);
    CHECK_PTR(loop_create_task_with(NULL, return_seven, NULL, &options), NULL);
    CHECK_PTR(loop_create_task_with(NULL, return_seven, NULL, NULL), NULL);
    CHECK_INT(loop_close(loop), 0);
    errno = 0;
    CHECK_PTR(loop_create_task_with(loop, return_seven, NULL, &options), NULL);
    CHECK_INT(errno, EINVAL);
    loop_free(loop);
}

/* ---- For who watches ---- */
static int pause_once(void *arg, Value *result)
{
    return async_sleep(0);
}

/* Nobody watches: then nobody writes them. */
TEST(what_they_would_write_down_is_empty)
{
    Loop *loop = ordered_loop();
    Task *task = new_task(loop, pause_once, NULL);
    TaskRecord *record = task_record(task);
    for (int i = 0; i < 3; i++) {
        CHECK_DOUBLE(record->since, -1, 0);
        CHECK_PTR(record->here.file, NULL);
        CHECK_INT(record->mark, 0);
        run_turns(loop, 1);
    }
    CHECK(task_done(task));
    task_release(task);
    loop_free(loop);
}

/* Tasks are made of memory that others have left. */
TEST(also_in_a_task_after_another)
{
    Loop *loop = ordered_loop();
    for (int i = 0; i < 4; i++) {
        Task *task = new_task(loop, pause_once, NULL);
        TaskRecord *record = task_record(task);
        CHECK_DOUBLE(record->since, -1, 0);
        CHECK_PTR(record->here.file, NULL);
        CHECK_INT(record->mark, 0);
        record->since = 5;
        record->here = (Origin){ "here.c", 1 };
        record->mark = 1;
        run_turns(loop, 3);
        task_release(task);
    }
    loop_free(loop);
}

TEST(a_task_knows_where_it_was_made)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    origin_now = (Origin){ "made.c", 12 };
    Task *task = new_task(loop, fail_with_seven, NULL);
    origin_now = (Origin){ .file = NULL };
    run_turns(loop, 2);
    task_release(task);
    CHECK_INT(seen.count, 1);
    CHECK_STR(seen.last.origin.file, "made.c");
    CHECK_INT(seen.last.origin.line, 12);
    loop_free(loop);
}
