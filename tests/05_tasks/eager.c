/* Eager tasks: they begin inside the call that makes them, up to their first
 * suspension, whoever calls. */
#include "tasks.h"

/* ---- Helpers ---- */
static Task *begin_eager(CoroFn *function, void *arg)
{
    Task *task = async_create_task_with(function, arg,
                                        &(TaskOptions){ .eager_start = true });
    CHECK(task != NULL);
    return task;
}

static void spawn_eager(CoroFn *function, void *arg)
{
    task_release(begin_eager(function, arg));
}

/* ---- In a task ---- */
static int suspend_once(void *arg, Value *result)
{
    tell("in");
    pause_turns(1);
    tell("on");
    return return_seven(arg, result);
}

static int begin_at_once(void *arg, Value *result)
{
    Task *self = async_current_task();
    tell_soon("callback");
    Task *task = begin_eager(suspend_once, NULL);
    tell("back");
    CHECK(!task_done(task));
    CHECK_PTR(async_current_task(), self);
    Value value;
    CHECK_INT(task_join(task, &value), 0);
    CHECK_INT(value.i, 7);
    return 0;
}

TEST(it_runs_to_its_first_suspension_and_comes_back)    /* T19 */
{
    play(begin_at_once, NULL);
    CHECK_STR(story, "in back callback on");
}

static int check_self(void *arg, Value *result)
{
    Task *self = async_current_task(), *tasks[3];
    CHECK(self != NULL && self != arg);
    CHECK_PTR(task_get_coro(self), coro_current());
    CHECK_INT(async_all_tasks(NULL, tasks, 3), 2);
    CHECK_PTR(tasks[1], self);
    result->p = self;
    return 0;
}

static int finish_at_once(void *arg, Value *result)
{
    Task *task = begin_eager(check_self, async_current_task());
    CHECK(task_done(task));
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    Value value;
    CHECK_INT(task_result(task, &value), 0);
    CHECK_PTR(value.p, task);
    CHECK_PTR(task_get_coro(task), NULL);
    CHECK_INT(task_join(task, NULL), 0);
    return 0;
}

TEST(one_that_does_not_suspend_is_done_at_once)    /* T19 */
{
    play(finish_at_once, NULL);
}

static int fail_at_once(void *arg, Value *result)
{
    Task *task = begin_eager(fail_with_seven, NULL);
    Value value;
    CHECK(task_done(task));
    CHECK_INT(await(task, &value), EPIPE);
    CHECK_INT(value.i, 7);
    task_release(task);
    spawn_eager(fail_with_seven, NULL);    /* nobody will ask */
    return 0;
}

TEST(one_that_fails_at_once_is_reported_as_any_other)    /* T19 D1 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, fail_at_once, NULL), 0);
    CHECK_INT(seen.count, 1);
    CHECK_INT(seen.last.error, EPIPE);
    CHECK_INT(strncmp(seen.name, "Task-", 5), 0);
    loop_free(loop);
}

static int cancel_eagerly(void *arg, Value *result)
{
    CHECK(task_cancel(arg));    /* the creator, in whose step we are */
    CHECK(task_cancel(async_current_task()));
    return 0;
}

static int be_cancelled_by_it(void *arg, Value *result)
{
    Task *task = begin_eager(cancel_eagerly, async_current_task());
    CHECK(task_cancelled(task));
    task_release(task);
    CHECK_INT(task_cancelling(async_current_task()), 1);
    CHECK_INT(async_sleep(0), E_CANCELLED);
    task = begin_eager(sleep_forever, NULL);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    return 0;
}

TEST(it_can_cancel_and_be_cancelled)    /* T19 T6 */
{
    play(be_cancelled_by_it, NULL);
}

/* ---- In a callback ---- */
static void begin_in_callback(void *arg)
{
    tell("callback");
    spawn_eager(suspend_once, NULL);
    CHECK_PTR(async_current_task(), NULL);
    spawn_eager(tell_word, "whole");
    tell("returns");
}

TEST(a_plain_callback_may_begin_one)    /* T19 */
{
    Loop *loop = ordered_loop();
    CHECK(loop_call_soon(loop, begin_in_callback, NULL) != 0);
    CHECK(loop_call_soon(loop, tell_callback, "next") != 0);
    run_turns(loop, 2);
    CHECK_STR(story, "callback in whole returns next on");
    loop_free(loop);
}

static void begin_when_done(Future *future, void *arg)
{
    begin_in_callback(arg);
}

TEST(so_may_a_done_callback)    /* T19 */
{
    Loop *loop = ordered_loop();
    Task *task = new_task(loop, tell_word, "task");
    CHECK_INT(future_add_done_callback(task, begin_when_done, NULL), 0);
    run_turns(loop, 3);
    CHECK_STR(story, "task callback in whole returns on");
    task_release(task);
    loop_free(loop);
}

/* ---- Inside each other ---- */
static int nest(void *depth, Value *result)
{
    int i = *(int *)depth;
    Task *self = async_current_task(), *inner = NULL;
    char word[10];
    snprintf(word, sizeof word, "in%d", i);
    tell(word);
    if (i > 1)
        inner = begin_eager(nest, &(int){ i - 1 });
    CHECK_PTR(async_current_task(), self);
    snprintf(word, sizeof word, "out%d", i);
    tell(word);
    pause_turns(1);
    CHECK_PTR(async_current_task(), self);
    return inner != NULL ? task_join(inner, NULL) : 0;
}

TEST(one_may_begin_in_another)    /* T19 */
{
    play(nest, &(int){ 3 });
    CHECK_STR(story, "in3 in2 in1 out1 out2 out3");
}

static int begin_in_coroutine(void *arg, Value *result)
{
    Task *task = begin_eager(suspend_once, NULL);
    tell("back");
    Value in = coro_yield(seven);
    CHECK_INT(in.i, 7);
    return task_join(task, result);
}

static int drive_coroutine(void *arg, Value *result)
{
    Coro *coro = coro_new(begin_in_coroutine, NULL, 0);
    Value out;
    CHECK(coro_resume(coro, nothing, &out));
    CHECK_INT(out.i, 7);
    tell("yielded");
    CHECK(!coro_resume(coro, seven, NULL));
    CHECK_INT(coro_result(coro, &out), 0);
    CHECK_INT(out.i, 7);
    coro_free(coro);
    return 0;
}

TEST(a_coroutine_inside_a_task_may_begin_one)    /* T19 */
{
    play(drive_coroutine, NULL);
    CHECK_STR(story, "in back yielded on");
}

static int wait_in_coroutine(void *future, Value *result)
{
    return await(future, result);
}

static int suspend_in_coroutine(void *future, Value *result)
{
    Coro *coro = coro_new(wait_in_coroutine, future, 0);
    tell("in");
    CHECK(!coro_resume(coro, nothing, NULL));
    tell("on");
    int err = coro_result(coro, result);
    coro_free(coro);
    return err;
}

static int begin_one_with_coroutine(void *arg, Value *result)
{
    Future *future = new_future();
    Task *task = begin_eager(suspend_in_coroutine, future);
    tell("back");
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK_INT(task_join(task, NULL), 0);
    future_release(future);
    return 0;
}

TEST(its_first_suspension_may_be_inside_a_coroutine)    /* T19 */
{
    play(begin_one_with_coroutine, NULL);
    CHECK_STR(story, "in back on");
}

/* ---- What it awaits ---- */
static int await_eagerly(void *arg, Value *result)
{
    Future *pending = new_future(), *done = new_future();
    CHECK_INT(future_set_result(done, seven), 0);
    Task *at_once = begin_eager(wait_for, done);
    Task *later = begin_eager(wait_for, pending);
    CHECK(task_done(at_once) && !task_done(later));
    CHECK_INT(future_set_result(pending, seven), 0);
    CHECK(!task_done(later));
    Value value;
    CHECK_INT(task_join(later, &value), 0);
    CHECK_INT(value.i, 7);
    CHECK_INT(task_join(at_once, &value), 0);
    future_release(pending);
    future_release(done);
    return 0;
}

TEST(awaiting_what_is_done_is_no_suspension)    /* T19 F4 */
{
    play(await_eagerly, NULL);
}

/* ---- No other task runs meanwhile ---- */
static bool is_inside;

static int must_not_be_inside(void *arg, Value *result)
{
    for (int i = 0; i < 5; i++) {
        CHECK(!is_inside);
        pause_turns(1);
    }
    return 0;
}

static int begin_among_others(void *arg, Value *result)
{
    for (int i = 0; i < 5; i++)
        spawn(must_not_be_inside, NULL);
    for (int i = 0; i < 4; i++) {
        is_inside = true;
        spawn_eager(suspend_once, NULL);
        spawn_eager(tell_word, "whole");
        is_inside = false;
        pause_turns(1);
    }
    pause_turns(3);
    return 0;
}

TEST(nobody_else_runs_before_the_call_returns)    /* T19 */
{
    play(begin_among_others, NULL);
}

/* ---- Its context ---- */
static const ContextVar var = { .name = "var" };

static int set_two(void *arg, Value *result)
{
    Value value;
    CHECK_INT(contextvar_get(&var, &value), 0);
    CHECK_INT(value.i, 1);
    CHECK_INT(contextvar_set(&var, (Value){ .i = 2 }), 0);
    pause_turns(1);
    CHECK_INT(contextvar_get(&var, &value), 0);
    CHECK_INT(value.i, 2);
    return 0;
}

static int keep_ones_context(void *arg, Value *result)
{
    Value value;
    CHECK_INT(contextvar_set(&var, (Value){ .i = 1 }), 0);
    Task *task = begin_eager(set_two, NULL);
    CHECK_INT(contextvar_get(&var, &value), 0);
    CHECK_INT(value.i, 1);
    CHECK_INT(task_join(task, NULL), 0);
    CHECK_INT(contextvar_get(&var, &value), 0);
    CHECK_INT(value.i, 1);
    return 0;
}

TEST(it_has_a_context_of_its_own)    /* T18 T19 */
{
    play(keep_ones_context, NULL);
}

/* ---- With the other options ---- */
static int check_options(void *arg, Value *result)
{
    CHECK_STR(arg, "text");
    CHECK_STR(task_get_name(async_current_task()), "eager");
    Value value;
    CHECK_INT(contextvar_get(&var, &value), 0);
    CHECK_INT(value.i, 5);
    pause_turns(1);
    CHECK_STR(arg, "text");
    return 0;
}

static int give_options(void *arg, Value *result)
{
    char text[] = "text", name[] = "eager";
    CHECK_INT(contextvar_set(&var, (Value){ .i = 5 }), 0);
    Context *context = context_copy();
    CHECK_INT(contextvar_set(&var, nothing), 0);
    Task *task = async_create_task_with(check_options, text, &(TaskOptions){
        .name = name, .stack_size = 100000, .copy_size = sizeof text,
        .context = context, .eager_start = true });
    text[0] = name[0] = '\0';
    context_release(context);
    CHECK_INT(task_join(task, NULL), 0);
    return 0;
}

TEST(all_options_go_together)    /* T19 */
{
    play(give_options, NULL);
}
