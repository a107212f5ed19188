/* loop_close() with tasks that are not done: each is reported once, gives up
 * what it has, and never goes on. */
#include "tasks.h"

/* ---- Helpers ---- */
enum { MOST = 8 };

typedef struct Fallen {
    int count;
    Future *futures[MOST];
    char names[MOST][20];
} Fallen;

static Fallen fallen;

static void see_fall(Loop *loop, const ErrorContext *context, void *arg)
{
    CHECK_STR(context->message, "Task was destroyed but it is pending");
    CHECK_INT(context->error, 0);
    CHECK(fallen.count < MOST);
    snprintf(fallen.names[fallen.count], 20, "%s",
             task_get_name(context->future));
    fallen.futures[fallen.count++] = context->future;
}

static Loop *falling_loop(void)
{
    Loop *loop = ordered_loop();
    loop_set_exception_handler(loop, see_fall, NULL);
    return loop;
}

static int never_return(void *future, Value *result)
{
    (void)await(future, result);
    CHECK(!"it goes on");
    return 0;
}

static int sleep_too_long(void *arg, Value *result)
{
    (void)async_sleep(1000);
    CHECK(!"it goes on");
    return 0;
}

static int never_begin(void *arg, Value *result)
{
    CHECK(!"it begins");
    return 0;
}

/* ---- Each state ---- */
TEST(a_sleeping_task_is_reported)    /* D2 */
{
    Loop *loop = falling_loop();
    Task *task = new_task(loop, sleep_too_long, NULL);
    task_set_name(task, "sleeper");
    run_turns(loop, 1);
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(fallen.count, 1);
    CHECK_PTR(fallen.futures[0], task);
    CHECK_STR(fallen.names[0], "sleeper");
    CHECK_INT(loop_close(loop), 0);
    loop_free(loop);
    CHECK_INT(fallen.count, 1);
    task_release(task);
    CHECK_INT(fallen.count, 1);
}

TEST(a_waiting_task_leaves_its_future)    /* D2 */
{
    Loop *loop = falling_loop();
    Future *future = future_new(loop);
    task_release(new_task(loop, never_return, future));
    run_turns(loop, 1);
    loop_free(loop);
    CHECK_INT(fallen.count, 1);
    CHECK(!future_done(future));
    CHECK_INT(future_set_result(future, seven), 0);
    Value value;
    CHECK_INT(future_result(future, &value), 0);
    CHECK_INT(value.i, 7);
    future_release(future);
}

static void count_done(Future *future, void *counter)
{
    ++*(int *)counter;
}

TEST(other_waiters_of_its_future_stay)    /* D2 */
{
    Loop *loop = falling_loop();
    Future *future = future_new(loop);
    int count = 0;
    CHECK_INT(future_add_done_callback(future, count_done, &count), 0);
    for (int i = 0; i < 3; i++) {
        task_release(new_task(loop, never_return, future));
        run_turns(loop, 1);
        CHECK_INT(future_add_done_callback(future, count_done, &count), 0);
    }
    loop_free(loop);
    CHECK_INT(fallen.count, 3);
    CHECK_INT(future_remove_done_callback(future, count_done, &count), 4);
    CHECK(future_cancel(future));
    future_release(future);
}

TEST(a_ready_task_does_not_get_its_result)    /* D2 */
{
    Loop *loop = falling_loop();
    Future *future = future_new(loop);
    task_release(new_task(loop, never_return, future));
    run_turns(loop, 1);
    CHECK_INT(future_set_result(future, seven), 0);
    loop_free(loop);
    CHECK_INT(fallen.count, 1);
    future_release(future);
}

TEST(a_task_that_never_began_is_reported_too)    /* D2 */
{
    Loop *loop = falling_loop();
    char bytes[100] = "";
    task_release(new_task(loop, never_begin, bytes));
    Task *task = new_task(loop, never_begin, bytes);
    CHECK(task_cancel(task));
    loop_free(loop);
    CHECK_INT(fallen.count, 2);
    task_release(task);
}

static int pause_for_ever(void *arg, Value *result)
{
    pause_turns(3);
    CHECK(!"it goes on");
    return 0;
}

TEST(a_task_that_pauses_is_reported)    /* D2 */
{
    Loop *loop = falling_loop();
    task_release(new_task(loop, pause_for_ever, NULL));
    run_turns(loop, 2);
    loop_free(loop);
    CHECK_INT(fallen.count, 1);
}

static int be_cancelled_too_late(void *arg, Value *result)
{
    (void)async_sleep(1000);
    CHECK(!"it cleans up");
    return 0;
}

TEST(a_request_that_was_not_delivered_is_lost)    /* D2 */
{
    Loop *loop = falling_loop();
    Task *task = new_task(loop, be_cancelled_too_late, NULL);
    run_turns(loop, 1);
    CHECK(task_cancel_with(task, "late"));
    loop_free(loop);
    CHECK_INT(fallen.count, 1);
    CHECK(!task_done(task));
    task_release(task);
}

TEST(of_a_cancelled_future_the_waiter_is_lost)    /* D2 */
{
    Loop *loop = falling_loop();
    Future *future = future_new(loop);
    task_release(new_task(loop, never_return, future));
    run_turns(loop, 1);
    CHECK(future_cancel(future));
    loop_free(loop);
    CHECK_INT(fallen.count, 1);
    future_release(future);
}

/* ---- Several ---- */
TEST(the_oldest_is_reported_first)    /* D2 */
{
    Loop *loop = falling_loop();
    static const char *const names[] = { "a", "b", "c", "d" };
    for (int i = 0; i < 4; i++) {
        Task *task = new_task(loop, i % 2 ? sleep_too_long : pause_for_ever,
                              NULL);
        task_set_name(task, names[i]);
        task_release(task);
    }
    run_turns(loop, 1);
    loop_free(loop);
    CHECK_INT(fallen.count, 4);
    for (int i = 0; i < 4; i++)
        CHECK_STR(fallen.names[i], names[i]);
}

static int await_later(void *task, Value *result)
{
    return never_return(*(Task **)task, result);
}

/* Each awaits the one `step` further; the one that would close the circle does
 * what `last` says, if that is not NULL. */
static void close_a_row(int count, int step, CoroFn *last)
{
    Loop *loop = falling_loop();
    Task *tasks[MOST];
    fallen.count = 0;
    for (int i = 0; i < count; i++) {
        int awaited = (i + step + count) % count;
        bool is_last = last != NULL && awaited != i + step;
        tasks[i] = new_task(loop, is_last ? last : await_later,
                            &tasks[awaited]);
    }
    run_turns(loop, 2);
    loop_free(loop);
    CHECK_INT(fallen.count, count);
    for (int i = 0; i < count; i++) {
        CHECK_PTR(fallen.futures[i], tasks[i]);
        CHECK(!task_done(tasks[i]));
        task_release(tasks[i]);
    }
}

TEST(a_chain_falls_whichever_end_is_older)    /* D2 */
{
    for (int count = 2; count <= 5; count++) {
        close_a_row(count, 1, sleep_too_long);
        close_a_row(count, -1, sleep_too_long);
        close_a_row(count, 1, pause_for_ever);
        close_a_row(count, -1, pause_for_ever);
    }
}

TEST(tasks_that_await_each_other_are_reported_once_each)    /* D2 */
{
    for (int count = 2; count <= 5; count++) {
        close_a_row(count, 1, NULL);
        close_a_row(count, -1, NULL);
    }
}

static int fail_on_request(void *future, Value *result)
{
    (void)await(future, NULL);
    return fail_with_seven(NULL, result);
}

static void tell_message(Loop *loop, const ErrorContext *context, void *arg)
{
    tell(context->error == 0 ? "pending" : error_name(context->error));
}

TEST(of_a_failed_task_whose_waiter_fell_the_error_is_reported)    /* D1 D2 */
{
    Loop *loop = ordered_loop();
    loop_set_exception_handler(loop, tell_message, NULL);
    Future *future = future_new(loop);
    Task *inner = new_task(loop, fail_on_request, future);
    Task *outer = new_task(loop, never_return, inner);
    run_turns(loop, 1);
    CHECK_INT(future_set_result(future, seven), 0);
    run_turns(loop, 1);
    CHECK(task_done(inner) && !task_done(outer));
    task_release(inner);
    task_release(outer);
    CHECK_STR(story, "");
    loop_free(loop);    /* the outer falls before it is told */
    CHECK_STR(story, "pending BrokenPipeError");
    future_release(future);
}

/* ---- What they held ---- */
static int wait_in_coroutine(void *future, Value *result)
{
    return never_return(future, result);
}

static int suspend_in_coroutine(void *arg, Value *result)
{
    Coro **coro = arg;
    CHECK(!coro_resume(*coro, nothing, NULL));
    CHECK(!"it goes on");
    return 0;
}

TEST(a_task_may_hang_in_a_coroutine)    /* D2 */
{
    Loop *loop = falling_loop();
    Future *future = future_new(loop);
    Coro *coro = coro_new(wait_in_coroutine, future, 0);
    task_release(new_task(loop, suspend_in_coroutine, &coro));
    run_turns(loop, 1);
    loop_free(loop);
    CHECK_INT(fallen.count, 1);
    CHECK(!coro_resume(coro, nothing, NULL));
    CHECK_INT(future_set_result(future, seven), 0);
    future_release(future);
}

static const ContextVar var = { .name = "var" };

static int hold_things(void *copy, Value *result)
{
    CHECK_STR(copy, "copy");
    CHECK_INT(contextvar_set(&var, seven), 0);
    return sleep_too_long(copy, result);
}

static int make_holders(void *arg, Value *result)
{
    Context *context = context_copy();
    CHECK(context != NULL);
    TaskOptions options = { .name = "holder", .copy_size = 5 };
    for (int i = 0; i < 4; i++) {
        options.context = i % 2 ? context : NULL;
        options.eager_start = i >= 2;
        Task *task = async_create_task_with(hold_things, "copy", &options);
        CHECK(task != NULL);
        task_release(task);
    }
    context_release(context);
    pause_turns(1);
    return 0;
}

TEST(names_copies_and_contexts_are_freed)    /* D2 */
{
    Loop *loop = falling_loop();
    CHECK_INT(run(loop, make_holders, NULL), 0);
    loop_free(loop);
    CHECK_INT(fallen.count, 4);
}

static int own_address(void *arg, Value *result)
{
    *(uintptr_t *)arg = (uintptr_t)coro_current();
    return async_sleep(INFINITY);
}

TEST(their_stacks_are_used_again)    /* D2 */
{
    uintptr_t first = 0, second = 0;
    Loop *loop = falling_loop();
    task_release(new_task(loop, own_address, &first));
    run_turns(loop, 1);
    loop_free(loop);
    loop = falling_loop();
    task_release(new_task(loop, own_address, &second));
    run_turns(loop, 1);
    loop_free(loop);
    CHECK_PTR(first, second);
    CHECK_INT(fallen.count, 2);
}

/* ---- Afterwards ---- */
TEST(a_task_that_fell_can_still_be_asked)    /* D2 */
{
    Loop *loop = falling_loop();
    Task *task = new_task(loop, sleep_too_long, NULL);
    int count = 0;
    CHECK_INT(future_add_done_callback(task, count_done, &count), 0);
    run_turns(loop, 1);
    loop_free(loop);
    CHECK(!task_done(task) && !task_cancelled(task));
    CHECK_INT(task_error(task), E_INVALID_STATE);
    CHECK_PTR(task_get_coro(task), NULL);
    CHECK_INT(strncmp(task_get_name(task), "Task-", 5), 0);
    task_set_name(task, "fallen");
    CHECK_STR(task_get_name(task), "fallen");
    CHECK_INT(task_cancelling(task), 0);
    (void)task_cancel(task);    /* nobody is there to hear it */
    (void)task_uncancel(task);
    Text text;
    task_print_stack(task, text_begin(&text));
    (void)text_end(&text);
    CHECK_INT(future_remove_done_callback(task, count_done, &count), 1);
    task_release(task);
    CHECK_INT(count, 0);
}

TEST(a_closed_loop_has_no_tasks)    /* D2 */
{
    Loop *loop = falling_loop();
    Task *tasks[2];
    task_release(new_task(loop, sleep_too_long, NULL));
    task_release(new_task(loop, never_begin, NULL));
    CHECK_INT(async_all_tasks(loop, tasks, 2), 2);
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(async_all_tasks(loop, tasks, 2), 0);
    CHECK_PTR(loop_create_task(loop, never_begin, NULL), NULL);
    CHECK_INT(errno, EINVAL);
    loop_free(loop);
}

TEST(after_it_another_loop_runs_as_ever)    /* D2 */
{
    Loop *loop = falling_loop();
    Future *future = future_new(loop);
    for (int i = 0; i < 3; i++)
        task_release(new_task(loop, never_return, future));
    run_turns(loop, 1);
    loop_free(loop);
    future_release(future);
    CHECK_PTR(async_current_task(), NULL);
    play(tell_word, "runs");
    CHECK_STR(story, "runs");
}

/* ---- What the handler may do ---- */
static Task *others[3];

static void meddle(Loop *loop, const ErrorContext *context, void *arg)
{
    fallen.count++;
    CHECK_PTR(loop_create_task(loop, never_begin, NULL), NULL);
    CHECK_INT(errno, EINVAL);
    CHECK_INT(loop_close(loop), 0);
    for (int i = 0; i < 3; i++)
        (void)task_cancel(others[i]);
    for (int i = 0; i < 3 && fallen.count == 3; i++)
        task_release(others[i]);
}

TEST(the_handler_may_cancel_and_release_them)    /* D2 */
{
    for (int order = 0; order < 2; order++) {
        Loop *loop = falling_loop();
        fallen.count = 0;
        loop_set_exception_handler(loop, meddle, NULL);
        others[0] = new_task(loop, order ? pause_for_ever : sleep_too_long,
                             NULL);
        others[1] = new_task(loop, never_return, others[0]);
        others[2] = new_task(loop, order ? sleep_too_long : never_begin, NULL);
        run_turns(loop, order);
        loop_free(loop);
        CHECK_INT(fallen.count, 3);
    }
}

static void release_all(Loop *loop, const ErrorContext *context, void *arg)
{
    for (int i = 0; i < 3 && fallen.count == 0; i++)
        task_release(others[i]);
    fallen.count++;
}

TEST(the_handler_may_give_up_all_at_once)    /* D2 */
{
    Loop *loop = falling_loop();
    loop_set_exception_handler(loop, release_all, NULL);
    others[0] = new_task(loop, sleep_too_long, NULL);
    others[1] = new_task(loop, never_return, others[0]);
    others[2] = new_task(loop, never_return, others[1]);
    run_turns(loop, 1);
    loop_free(loop);
    CHECK_INT(fallen.count, 3);
}

static void free_the_loop(Loop *loop, const ErrorContext *context, void *arg)
{
    fallen.count++;
    loop_free(loop);
}

TEST(the_handler_may_free_the_loop)    /* D2 */
{
    Loop *loop = falling_loop();
    loop_set_exception_handler(loop, free_the_loop, NULL);
    task_release(new_task(loop, sleep_too_long, NULL));
    run_turns(loop, 1);
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(fallen.count, 1);
}

static void keep(Loop *loop, const ErrorContext *context, void *kept)
{
    *(Future **)kept = future_retain(context->future);
}

TEST(the_handler_may_keep_the_task)    /* D2 */
{
    Loop *loop = falling_loop();
    Future *kept = NULL;
    loop_set_exception_handler(loop, keep, &kept);
    task_release(new_task(loop, sleep_too_long, NULL));
    run_turns(loop, 1);
    loop_free(loop);
    CHECK(kept != NULL);
    CHECK(!future_done(kept));
    CHECK_PTR(task_get_coro(kept), NULL);
    future_release(kept);
}

/* ---- What the default prints ---- */
TEST(the_default_handler_names_the_task)    /* D2 L19 */
{
    Loop *loop = ordered_loop();
    Task *task = new_task(loop, sleep_too_long, NULL);
    task_set_name(task, "sleeper");
    task_release(task);
    run_turns(loop, 1);
    Text text;
    int real_stderr = dup(2);
    CHECK_INT(dup2(fileno(text_begin(&text)), 2), 2);
    loop_free(loop);
    CHECK_INT(dup2(real_stderr, 2), 2);
    close(real_stderr);
    CHECK_STR(text_end(&text), "Task was destroyed but it is pending\n"
                               "future: <Task pending name='sleeper'>\n");
}
