/* Misuse: each has its code, and changes nothing. */
#include "tasks.h"

#include <pthread.h>

/* ---- Making ---- */
static void check_refused(Task *task, int error)
{
    int saved = errno;
    CHECK_PTR(task, NULL);
    CHECK_INT(saved, error);
    errno = 0;
}

TEST(where_no_loop_runs_no_task_is_made)
{
    TaskOptions options = { .eager_start = true };
    check_refused(async_create_task(tell_word, "body"), EINVAL);
    check_refused(async_create_task_copy(tell_word, "body", 5), EINVAL);
    check_refused(async_create_task_with(tell_word, "body", NULL), EINVAL);
    check_refused(async_create_task_with(tell_word, "body", &options), EINVAL);
    check_refused(loop_create_task(NULL, tell_word, "body"), EINVAL);
    CHECK_STR(story, "");
}

TEST(a_closed_loop_takes_no_task)
{
    Loop *loop = ordered_loop();
    CHECK_INT(loop_close(loop), 0);
    check_refused(loop_create_task(loop, tell_word, "body"), EINVAL);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
    loop_free(loop);
}

static int make_wrongly(void *arg, Value *result)
{
    TaskOptions copy = { .copy_size = 5 }, eager = { .eager_start = true };
    Loop *loop = async_get_running_loop();
    check_refused(async_create_task(NULL, NULL), EINVAL);
    check_refused(async_create_task_copy(NULL, "body", 5), EINVAL);
    check_refused(async_create_task_with(NULL, NULL, &eager), EINVAL);
    check_refused(loop_create_task(loop, NULL, NULL), EINVAL);
    check_refused(async_create_task_copy(tell_word, NULL, 5), EINVAL);
    check_refused(async_create_task_with(tell_word, NULL, &copy), EINVAL);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    pause_turns(1);
    return 0;
}

TEST(no_function_or_nothing_to_copy_makes_no_task)
{
    play(make_wrongly, NULL);
    CHECK_STR(story, "");
}

static int ask_for_too_much(void *arg, Value *result)
{
    TaskOptions options = { .name = "large", .copy_size = 5 };
    size_t sizes[] = { SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 4 };
    for (int i = 0; i < 3; i++) {
        options.stack_size = sizes[i];
        options.eager_start = i % 2;
        check_refused(async_create_task_with(tell_word, "body", &options),
                      ENOMEM);
    }
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    Task *task = begin(tell_word, "next");
    return task_join(task, result);
}

TEST(a_stack_without_end_is_no_memory)
{
    play(ask_for_too_much, NULL);
    CHECK_STR(story, "next");
}

/* ---- Suspending outside ---- */
static void suspend_outside(Future *future, Future *done)
{
    Value value = seven;
    CHECK_INT(await(future, &value), E_RUNTIME);
    CHECK_INT(await(done, &value), E_RUNTIME);
    CHECK_INT(await(NULL, &value), E_VALUE);
    CHECK_INT(async_sleep(0), E_RUNTIME);
    CHECK_INT(async_sleep(1), E_RUNTIME);
    CHECK_INT(async_sleep(-1), E_RUNTIME);
    CHECK_INT(async_sleep(NAN), E_RUNTIME);
    CHECK_INT(async_sleep_result(0, nothing, &value), E_RUNTIME);
    CHECK_INT(async_sleep_result(1, nothing, &value), E_RUNTIME);
    CHECK_INT(task_join(future_retain(future), &value), E_RUNTIME);
    CHECK_INT(value.i, 7);
    CHECK(!future_done(future));
}

typedef struct Pair {
    Future *pending, *done;
} Pair;

static void suspend_in_a_callback(void *arg)
{
    Pair *pair = arg;
    suspend_outside(pair->pending, pair->done);
    tell("callback");
}

static void suspend_when_done(Future *future, void *arg)
{
    suspend_in_a_callback(arg);
}

static int suspend_in_a_coroutine(void *arg, Value *result)
{
    suspend_in_a_callback(arg);
    return 0;
}

static void resume_in_a_callback(void *arg)
{
    Coro *coro = coro_new(suspend_in_a_coroutine, arg, 0);
    CHECK(!coro_resume(coro, nothing, NULL));
    coro_free(coro);
}

static Pair new_pair(Loop *loop)
{
    Pair pair = { future_new(loop), future_new(loop) };
    CHECK_INT(future_set_result(pair.done, seven), 0);
    return pair;
}

static void release_pair(Pair pair)
{
    future_release(pair.pending);
    future_release(pair.done);
}

TEST(outside_a_task_nothing_suspends)    /* T14 */
{
    Loop *loop = ordered_loop();
    Pair pair = new_pair(loop);
    suspend_outside(pair.pending, pair.done);
    CHECK(loop_call_soon(loop, suspend_in_a_callback, &pair) != 0);
    CHECK_INT(future_add_done_callback(pair.done, suspend_when_done, &pair),
              0);
    run_turns(loop, 1);
    CHECK_STR(story, "callback callback");
    suspend_outside(pair.pending, pair.done);
    release_pair(pair);
    loop_free(loop);
}

TEST(nor_in_a_coroutine_that_is_in_no_task)    /* T14 */
{
    Loop *loop = ordered_loop();
    Pair pair = new_pair(loop);
    resume_in_a_callback(&pair);
    CHECK(loop_call_soon(loop, resume_in_a_callback, &pair) != 0);
    run_turns(loop, 1);
    CHECK_STR(story, "callback callback");
    release_pair(pair);
    loop_free(loop);
}

/* Also when tasks ran before it in the same turn, and are asleep. */
TEST(nor_in_a_callback_between_tasks)    /* T15 */
{
    Loop *loop = ordered_loop();
    Pair pair = new_pair(loop);
    Task *task = new_task(loop, sleep_forever, NULL);
    CHECK(loop_call_soon(loop, suspend_in_a_callback, &pair) != 0);
    run_turns(loop, 1);
    CHECK(task_cancel(task));
    run_turns(loop, 1);
    task_release(task);
    release_pair(pair);
    loop_free(loop);
    CHECK_STR(story, "callback");
}

/* ---- Awaiting what cannot be awaited ---- */
static int await_oneself(void *arg, Value *result)
{
    Value value = seven;
    Task *self = async_current_task();
    tell_soon("turn");
    CHECK_INT(await(self, &value), E_RUNTIME);
    CHECK_INT(task_join(future_retain(self), &value), E_RUNTIME);
    CHECK_INT(value.i, 7);
    CHECK_STR(story, "");    /* at once */
    pause_turns(1);
    return 0;
}

TEST(nobody_awaits_himself)    /* T14 */
{
    play(await_oneself, NULL);
}

static int await_nothing(void *arg, Value *result)
{
    CHECK_INT(await(NULL, NULL), E_VALUE);
    CHECK_INT(task_join(NULL, NULL), E_VALUE);
    task_release(NULL);
    return 0;
}

TEST(nobody_awaits_null)    /* T14 */
{
    play(await_nothing, NULL);
}

static int await_foreign(void *future, Value *result)
{
    Value value = seven;
    CHECK_INT(await(future, &value), E_RUNTIME);
    CHECK_INT(value.i, 7);
    pause_turns(1);
    return 0;
}

TEST(a_future_of_another_loop_is_not_awaited)    /* T14 T21 */
{
    Loop *loop = ordered_loop(), *other = ordered_loop();
    Pair pair = new_pair(other);
    Task *task = new_task(other, return_seven, NULL);
    CHECK_INT(run(loop, await_foreign, pair.pending), 0);
    CHECK_INT(run(loop, await_foreign, pair.done), 0);
    CHECK_INT(run(loop, await_foreign, task), 0);
    run_turns(other, 1);
    CHECK_INT(task_error(task), 0);
    task_release(task);
    release_pair(pair);
    loop_free(other);
    loop_free(loop);
}

static int refuse_and_go_on(void *future, Value *result)
{
    CHECK(task_cancel(async_current_task()));
    CHECK_INT(await(future, NULL), E_RUNTIME);
    CHECK(!future_cancelled(future));
    CHECK_INT(async_sleep(0), E_CANCELLED);    /* it was not used up */
    return 0;
}

TEST(a_refusal_is_no_suspension)    /* T14 T6 */
{
    Loop *loop = ordered_loop(), *other = ordered_loop();
    Future *future = future_new(other);
    CHECK_INT(run(loop, refuse_and_go_on, future), 0);
    future_release(future);
    loop_free(other);
    loop_free(loop);
}

/* ---- Futures that are no tasks ---- */
static int treat_as_task(void *arg, Value *result)
{
    Future *future = new_future();
    CHECK(!task_cancel(future));
    CHECK(!task_cancel_with(future, "why"));
    CHECK(!future_done(future));
    CHECK_INT(task_cancelling(future), 0);
    CHECK_INT(task_uncancel(future), 0);
    CHECK_PTR(task_get_name(future), NULL);
    task_set_name(future, "name");
    CHECK_PTR(task_get_name(future), NULL);
    CHECK_PTR(task_get_coro(future), NULL);
    CHECK(!task_done(future) && !task_cancelled(future));
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK_INT(task_join(future, NULL), 0);
    return 0;
}

TEST(of_a_future_that_is_no_task_they_know_nothing)
{
    play(treat_as_task, NULL);
}

/* ---- Running inside ---- */
static int run_the_loop(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    Task *task = begin(return_seven, NULL);
    CHECK_INT(loop_run_forever(loop), E_RUNTIME);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), E_RUNTIME);
    CHECK_INT(loop_close(loop), E_RUNTIME);
    loop_free(loop);    /* ignored: it runs */
    CHECK_INT(task_join(task, NULL), 0);
    return 0;
}

TEST(a_task_cannot_run_or_close_its_loop)    /* L12 */
{
    play(run_the_loop, NULL);
}

/* ---- Other threads, in debug mode ---- */
static void *misuse_from_thread(void *task)
{
    check_refused(loop_create_task(future_get_loop(task), tell_word, "body"),
                  EINVAL);
    CHECK(!task_cancel(task));
    CHECK_INT(loop_call_soon_threadsafe(future_get_loop(task),
                                        future_cancel_callback, task), 0);
    return NULL;
}

static pthread_t thread;

static void start_thread(void *task)
{
    CHECK_INT(pthread_create(&thread, NULL, misuse_from_thread, task), 0);
}

TEST(debug_mode_refuses_other_threads)    /* L18 */
{
    Loop *loop = ordered_loop();
    loop_set_debug(loop, true);
    Task *task = new_task(loop, sleep_forever, NULL);
    CHECK(loop_call_soon(loop, start_thread, task) != 0);    /* while it runs */
    CHECK_INT(loop_run_until_complete(loop, task, NULL), E_CANCELLED);
    CHECK_INT(pthread_join(thread, NULL), 0);
    CHECK_INT(task_cancelling(task), 1);
    task_release(task);
    loop_free(loop);
    CHECK_STR(story, "");
}

/* ---- Used after it was freed, in debug mode ---- */
static int use_freed(void *arg, Value *result)
{
    Task *task = begin(return_seven, NULL);
    task_set_name(task, "freed");
    CHECK_INT(await(task, NULL), 0);
    task_release(task);
    CHECK_INT(await(task, NULL), E_RUNTIME);
    CHECK_INT(task_result(task, NULL), E_RUNTIME);
    CHECK(!task_done(task) && !task_cancelled(task));
    CHECK(!task_cancel(task));
    task_release(task);
    return 0;
}

TEST(debug_mode_reports_the_use_of_a_freed_task)
{
    Loop *loop = ordered_loop();
    loop_set_debug(loop, true);
    Text text;
    int real_stderr = dup(2);
    CHECK_INT(dup2(fileno(text_begin(&text)), 2), 2);
    CHECK_INT(run(loop, use_freed, NULL), 0);
    CHECK_INT(dup2(real_stderr, 2), 2);
    close(real_stderr);
    CHECK(strstr(text_end(&text), "A future was used after it was freed\n"));
    loop_free(loop);
}

static int ask_freed(void *arg, Value *result)
{
    Task *task = begin(return_seven, NULL);
    task_set_name(task, "freed");
    CHECK_INT(await(task, NULL), 0);
    task_release(task);
    (void)task_get_name(task);
    task_set_name(task, "again");
    CHECK_PTR(task_get_coro(task), NULL);
    CHECK_INT(task_cancelling(task), 0);
    CHECK_INT(task_uncancel(task), 0);
    Text text;
    task_print_stack(task, text_begin(&text));
    (void)text_end(&text);
    return 0;
}

TEST(what_only_tasks_have_can_be_asked_of_a_freed_one)
{
    Loop *loop = ordered_loop();
    loop_set_debug(loop, true);
    CHECK_INT(run(loop, ask_freed, NULL), 0);
    loop_free(loop);
}
