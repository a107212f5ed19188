/* Tasks: when they begin, what they return, who wakes when, who frees them. */
#include "tasks.h"

#include <pthread.h>

/* ---- Beginning ---- */
static int begin_three(void *arg, Value *result)
{
    tell_soon("callback");
    spawn(tell_word, "a");
    tell_soon("between");
    spawn(tell_word, "b");
    spawn(tell_word, "c");
    tell("made");
    pause_turns(1);
    tell("after");
    return 0;
}

TEST(tasks_begin_in_the_next_turn_in_the_order_of_the_calls)    /* T1 */
{
    play(begin_three, NULL);
    CHECK_STR(story, "made callback a between b c after");
}

TEST(a_task_made_before_the_loop_runs_begins_when_it_does)    /* T1 */
{
    Loop *loop = ordered_loop();
    Task *a = new_task(loop, tell_word, "a");
    Task *b = new_task(loop, tell_word, "b");
    CHECK_STR(story, "");
    CHECK(!task_done(a));
    run_turns(loop, 1);
    CHECK_STR(story, "a b");
    CHECK(task_done(a) && task_done(b));
    task_release(a);
    task_release(b);
    loop_free(loop);
}

static int check_argument(void *arg, Value *result)
{
    CHECK_STR(arg, "argument");
    CHECK(result != NULL);
    CHECK_PTR(result->p, NULL);
    return 0;
}

TEST(it_gets_its_argument_and_a_result_of_zeros)
{
    play(check_argument, "argument");
}

/* ---- A call is no task ---- */
static int inner_call(void *task, Value *result)
{
    CHECK_PTR(async_current_task(), task);
    tell("called");
    *result = seven;
    return 0;
}

static int call_directly(void *arg, Value *result)
{
    Value value = nothing;
    tell_soon("later");
    CHECK_INT(inner_call(async_current_task(), &value), 0);
    CHECK_INT(value.i, 7);
    tell("back");
    pause_turns(1);
    return 0;
}

TEST(a_coroutine_that_is_called_runs_at_once_in_the_same_task)    /* T2 */
{
    play(call_directly, NULL);
    CHECK_STR(story, "called back later");
}

/* ---- Results ---- */
static int await_a_result(void *arg, Value *result)
{
    Task *task = begin(return_seven, NULL);
    Value value = nothing;
    CHECK_INT(await(task, &value), 0);
    CHECK_INT(value.i, 7);
    CHECK(task_done(task) && !task_cancelled(task));
    CHECK_INT(task_error(task), 0);
    CHECK_INT(await(task, NULL), 0);
    CHECK_INT(task_join(task, &value), 0);
    return 0;
}

TEST(await_gives_the_result)
{
    play(await_a_result, NULL);
}

static int await_an_error(void *task, Value *result)
{
    Value value = nothing;
    CHECK_INT(await(task, &value), EPIPE);
    CHECK_INT(value.i, 7);
    tell("told");
    return 0;
}

static int fail_for_three(void *arg, Value *result)
{
    Task *task = begin(fail_with_seven, NULL);
    spawn(await_an_error, task);
    spawn(await_an_error, task);
    CHECK_INT(await_an_error(task, result), 0);
    pause_turns(1);
    for (int i = 0; i < 2; i++) {
        Value value = nothing;
        CHECK_INT(task_result(task, &value), EPIPE);
        CHECK_INT(value.i, 7);
        CHECK_INT(task_error(task), EPIPE);
        CHECK_INT(await(task, NULL), EPIPE);
    }
    task_release(task);
    return 0;
}

TEST(an_error_is_for_everybody_who_awaits_or_asks)    /* T12 */
{
    play(fail_for_three, NULL);
    CHECK_STR(story, "told told told");
}

static int ask_early(void *arg, Value *result)
{
    Task *task = begin(return_seven, NULL);
    Value value = { .i = 3 };
    CHECK(!task_done(task) && !task_cancelled(task));
    CHECK_INT(task_result(task, &value), E_INVALID_STATE);
    CHECK_INT(task_error(task), E_INVALID_STATE);
    CHECK_INT(value.i, 3);
    CHECK_INT(task_join(task, NULL), 0);
    return 0;
}

TEST(while_it_is_pending_there_is_no_result)    /* F1 */
{
    play(ask_early, NULL);
}

/* ---- What is done ---- */
static int await_what_is_done(void *arg, Value *result)
{
    Future *finished = new_future(), *failed = new_future();
    Future *cancelled = new_future();
    Value value = nothing;
    CHECK_INT(future_set_result(finished, seven), 0);
    CHECK_INT(future_set_error(failed, EPIPE, seven), 0);
    CHECK(future_cancel(cancelled));
    tell_soon("a turn later");
    CHECK_INT(await(finished, &value), 0);
    CHECK_INT(value.i, 7);
    value = nothing;
    CHECK_INT(await(failed, &value), EPIPE);
    CHECK_INT(value.i, 7);
    CHECK_INT(await(cancelled, &value), E_CANCELLED);
    CHECK_PTR(value.p, NULL);
    tell("no turn");
    pause_turns(1);
    future_release(finished);
    future_release(failed);
    future_release(cancelled);
    return 0;
}

TEST(await_of_what_is_done_does_not_suspend)    /* F4 */
{
    play(await_what_is_done, NULL);
    CHECK_STR(story, "no turn a turn later");
}

/* ---- The order of waking ---- */
typedef struct Named {
    Future *future;
    const char *name;
} Named;

static int wait_and_tell(void *arg, Value *result)
{
    Named *named = arg;
    CHECK_INT(await(named->future, NULL), 0);
    tell(named->name);
    return 0;
}

static int wake_in_order(void *arg, Value *result)
{
    Future *future = new_future();
    Named a = { future, "a" }, b = { future, "b" }, c = { future, "c" };
    CHECK_INT(future_add_done_callback(future, tell_done, "1"), 0);
    spawn(wait_and_tell, &a);
    pause_turns(1);
    CHECK_INT(future_add_done_callback(future, tell_done, "2"), 0);
    spawn(wait_and_tell, &b);
    spawn(wait_and_tell, &c);
    pause_turns(1);
    CHECK_INT(future_add_done_callback(future, tell_done, "3"), 0);
    tell_soon("before");
    CHECK_INT(future_set_result(future, seven), 0);
    tell_soon("after");
    future_release(future);
    pause_turns(1);
    return 0;
}

TEST(who_awaits_wakes_in_its_turn_among_the_done_callbacks)    /* F5 T17 */
{
    play(wake_in_order, NULL);
    CHECK_STR(story, "before 1 a 2 b c 3 after");
}

static int resume_early(void *arg, Value *result)
{
    Task *task = begin(return_seven, NULL);
    CHECK_INT(future_add_done_callback(task, tell_done, "callback"), 0);
    Named late = { task, "late" };
    spawn(wait_and_tell, &late);    /* begins when the task is done */
    pause_turns(2);
    task_release(task);
    return 0;
}

TEST(who_awaits_a_done_task_is_faster_than_its_callbacks)    /* F4 T17 */
{
    play(resume_early, NULL);
    CHECK_STR(story, "late callback");
}

/* ---- A task is a future ---- */
static int try_to_complete(void *arg, Value *result)
{
    Task *task = begin(return_seven, NULL);
    CHECK_INT(future_set_result(task, nothing), E_RUNTIME);
    CHECK_INT(future_set_error(task, EPIPE, nothing), E_RUNTIME);
    CHECK(!future_done(task));
    CHECK_PTR(future_get_loop(task), async_get_running_loop());
    CHECK_INT(await(task, NULL), 0);
    Value value = nothing;
    CHECK_INT(future_result(task, &value), 0);
    CHECK_INT(value.i, 7);
    CHECK_INT(future_set_result(task, nothing), E_RUNTIME);
    future_release(task);
    return 0;
}

TEST(nobody_else_sets_its_result)
{
    play(try_to_complete, NULL);
}

static int be_told(void *arg, Value *result)
{
    Task *task = begin(tell_word, "body");
    CHECK_INT(future_add_done_callback(task, tell_done, "kept"), 0);
    CHECK_INT(future_add_done_callback(task, tell_done, "removed"), 0);
    CHECK_INT(future_remove_done_callback(task, tell_done, "removed"), 1);
    tell_soon("same turn");
    pause_turns(2);
    task_release(task);
    return 0;
}

TEST(its_done_callbacks_run_in_the_turn_after_its_end)    /* F2 */
{
    play(be_told, NULL);
    CHECK_STR(story, "body same turn kept");
}

/* ---- References ---- */
static int rest_and_tell(void *word, Value *result)
{
    rest(1);
    tell(word);
    return 0;
}

static int lose_tasks(void *arg, Value *result)
{
    spawn(rest_and_tell, "a");
    spawn(rest_and_tell, "b");
    rest(2);
    return 0;
}

TEST(a_task_that_nobody_keeps_runs_to_its_end)
{
    play(lose_tasks, NULL);
    CHECK_STR(story, "a b");
}

static int release_oneself(void *arg, Value *result)
{
    task_release(async_current_task());    /* the creator's reference */
    rest(1);
    CHECK(!task_done(async_current_task()));
    tell("alive");
    return 0;
}

static int create_for_release(void *arg, Value *result)
{
    begin(release_oneself, NULL);
    rest(2);
    return 0;
}

TEST(it_may_release_its_last_handle_itself)
{
    play(create_for_release, NULL);
    CHECK_STR(story, "alive");
}

static int join(void *task, Value *result)
{
    return task_join(task, result);
}

static int cancel_a_join(void *arg, Value *result)
{
    Task *inner = begin(sleep_forever, NULL);
    Task *joiner = begin(join, inner);
    future_retain(inner);
    pause_turns(1);
    CHECK(task_cancel(joiner));
    CHECK_INT(task_join(joiner, NULL), E_CANCELLED);
    CHECK(task_cancelled(inner));
    task_release(inner);    /* ASan sees it if join() has not released its own,
                               and if it has released more */
    return 0;
}

TEST(a_join_releases_also_when_it_is_cancelled)
{
    play(cancel_a_join, NULL);
}

/* ---- Errors that nobody fetched ---- */
static int fail_named(void *arg, Value *result)
{
    task_set_name(async_current_task(), "worker");
    return fail_with_seven(arg, result);
}

TEST(an_error_that_nobody_fetched_is_reported_once)    /* D1 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    Task *task = new_task(loop, fail_named, NULL);
    run_turns(loop, 3);
    CHECK(task_done(task));
    CHECK_INT(seen.count, 0);
    task_release(task);
    CHECK_INT(seen.count, 1);
    CHECK_STR(seen.last.message, "Task exception was never retrieved");
    CHECK_INT(seen.last.error, EPIPE);
    CHECK_INT(seen.last.detail.i, 7);
    CHECK_PTR(seen.last.future, task);
    CHECK_STR(seen.name, "worker");
    loop_free(loop);
    CHECK_INT(seen.count, 1);
}

TEST(of_a_task_that_nobody_keeps_it_is_reported_at_its_end)    /* D1 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    task_release(new_task(loop, fail_named, NULL));
    CHECK_INT(seen.count, 0);
    run_turns(loop, 1);
    CHECK_INT(seen.count, 1);
    CHECK_STR(seen.name, "worker");
    loop_free(loop);
    CHECK_INT(seen.count, 1);
}

static int return_cancelled(void *arg, Value *result)
{
    return E_CANCELLED;
}

TEST(a_result_or_a_cancellation_is_not_reported)    /* D1 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    Task *task = new_task(loop, sleep_forever, NULL);
    task_release(new_task(loop, return_seven, NULL));
    task_release(new_task(loop, return_cancelled, NULL));
    run_turns(loop, 1);
    CHECK(task_cancel(task));
    run_turns(loop, 1);
    CHECK(task_cancelled(task));
    task_release(task);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

static int fetch_four_ways(void *arg, Value *result)
{
    Task *tasks[5];
    for (int i = 0; i < 5; i++)
        tasks[i] = begin(fail_with_seven, NULL);
    CHECK_INT(await(tasks[0], NULL), EPIPE);
    CHECK_INT(task_result(tasks[1], NULL), EPIPE);
    CHECK_INT(task_error(tasks[2]), EPIPE);
    CHECK(!task_cancel(tasks[3]));
    CHECK(!future_cancel(tasks[4]));
    for (int i = 0; i < 5; i++)
        task_release(tasks[i]);
    return 0;
}

TEST(who_awaits_asks_or_cancels_takes_the_error_over)    /* D1 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, fetch_four_ways, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

/* A report may do whatever a callback may. */
static void make_another(Loop *loop, const ErrorContext *context, void *word)
{
    CHECK_PTR(async_current_task(), NULL);
    spawn(tell_word, word);
}

TEST(the_handler_may_make_a_task)    /* D1 */
{
    Loop *loop = ordered_loop();
    loop_set_exception_handler(loop, make_another, "again");
    task_release(new_task(loop, fail_with_seven, NULL));
    run_turns(loop, 2);
    CHECK_STR(story, "again");
    loop_free(loop);
}

/* ---- The current one ---- */
static void check_none(void *arg)
{
    CHECK_PTR(async_current_task(), NULL);
    tell("callback");
}

static void check_none_done(Future *future, void *arg)
{
    CHECK_PTR(async_current_task(), NULL);
    tell("done");
}

static int check_current(void *arg, Value *result)
{
    Task **self = arg;
    for (int i = 0; i < 3; i++) {
        CHECK_PTR(async_current_task(), *self);
        pause_turns(1);
    }
    return 0;
}

static int look_at_current(void *arg, Value *result)
{
    Task *self = async_current_task(), *a, *b;
    CHECK(self != NULL);
    CHECK(loop_call_soon(async_get_running_loop(), check_none, NULL) != 0);
    a = begin(check_current, &a);
    b = begin(check_current, &b);
    CHECK_PTR(async_current_task(), self);
    CHECK_INT(future_add_done_callback(a, check_none_done, NULL), 0);
    CHECK_INT(task_join(a, NULL), 0);
    CHECK_INT(task_join(b, NULL), 0);
    CHECK_PTR(async_current_task(), self);
    return 0;
}

TEST(the_current_task_is_the_one_that_runs)    /* T15 */
{
    CHECK_PTR(async_current_task(), NULL);
    play(look_at_current, NULL);
    CHECK_PTR(async_current_task(), NULL);
    CHECK_STR(story, "callback done");
}

/* ---- Copies of the argument ---- */
static int check_bytes(void *arg, Value *result)
{
    unsigned char *bytes = arg;
    CHECK_INT((uintptr_t)arg % _Alignof(max_align_t), 0);
    pause_turns(2);
    for (int i = 0; i < bytes[0]; i++)
        CHECK_INT(bytes[i], bytes[0]);
    memset(bytes, 0, bytes[0]);    /* it is the task's own */
    result->i = 1;
    return 0;
}

static int copy_many_sizes(void *arg, Value *result)
{
    Task *tasks[70];
    unsigned char bytes[70];
    for (int size = 1; size < 70; size++) {
        memset(bytes, size, sizeof bytes);
        tasks[size] = async_create_task_copy(check_bytes, bytes, size);
        CHECK(tasks[size] != NULL);
    }
    memset(bytes, 255, sizeof bytes);
    for (int size = 1; size < 70; size++)
        CHECK_INT(task_join(tasks[size], NULL), 0);
    CHECK_INT(bytes[0], 255);
    return 0;
}

TEST(a_copy_of_the_argument_lives_as_long_as_the_task_runs)
{
    play(copy_many_sizes, NULL);
}

static int read_numbers(void *arg, Value *result)
{
    int *numbers = arg;
    pause_turns(1);
    for (int i = 0; i < 5000; i++)
        result->i += numbers[i];
    return 0;
}

static int copy_a_lot(void *arg, Value *result)
{
    int *numbers = calloc(5000, sizeof *numbers);
    numbers[0] = 4, numbers[4999] = 3;
    Task *task = async_create_task_with(read_numbers, numbers, &(TaskOptions){
        .copy_size = 5000 * sizeof *numbers, .name = "reader" });
    free(numbers);
    Value value;
    CHECK_INT(task_join(task, &value), 0);
    CHECK_INT(value.i, 7);
    return 0;
}

TEST(it_may_be_large)
{
    play(copy_a_lot, NULL);
}

static int get_pointer(void *arg, Value *result)
{
    result->p = arg;
    return 0;
}

static int pass_a_pointer(void *arg, Value *result)
{
    Value value = nothing;
    Task *task = async_create_task_copy(get_pointer, &value, 0);
    CHECK_INT(task_join(task, &value), 0);
    CHECK_PTR(value.p, &value);
    task = async_create_task_with(get_pointer, &value, NULL);
    CHECK_INT(task_join(task, &value), 0);
    CHECK_PTR(value.p, &value);
    return 0;
}

TEST(a_copy_of_no_bytes_is_the_pointer)
{
    play(pass_a_pointer, NULL);
}

/* ---- Stacks ---- */
static int fill(int kibibytes)
{
    volatile char room[1024];
    memset((char *)room, kibibytes, sizeof room);
    pause_turns(kibibytes % 100 == 0);
    return kibibytes > 0 ? fill(kibibytes - 1) + (room[7] != 0) : 0;
}

static int use_stack(void *kibibytes, Value *result)
{
    result->i = fill(*(int *)kibibytes);
    return 0;
}

static int give_stacks(void *arg, Value *result)
{
    int sizes[] = { 60, 1200, 4000 };
    size_t stacks[] = { 0, 4 << 20, 16 << 20 };
    for (int i = 0; i < 3; i++) {
        TaskOptions options = { .stack_size = stacks[i] };
        Task *task = async_create_task_with(use_stack, &sizes[i], &options);
        CHECK(task != NULL);
        CHECK_INT(task_join(task, NULL), 0);
    }
    return 0;
}

TEST(it_gets_the_stack_it_asks_for)
{
    play(give_stacks, NULL);
}

static int give_a_small_stack(void *arg, Value *result)
{
    TaskOptions options = { .stack_size = 1 };
    Task *task = async_create_task_with(return_seven, NULL, &options);
    CHECK(task != NULL);
    CHECK_INT(task_join(task, NULL), 0);
    return 0;
}

TEST(a_small_stack_is_rounded_up)
{
    play(give_a_small_stack, NULL);
}

/* ---- Coroutines inside ---- */
static int yield_and_await(void *arg, Value *result)
{
    Task *self = async_current_task();
    for (int i = 1; i <= 3; i++) {
        CHECK_PTR(async_current_task(), self);
        rest(1);
        CHECK_PTR(coro_current(), *(Coro **)arg);
        Value in = coro_yield((Value){ .i = i });
        CHECK_INT(in.i, 10 * i);
        tell("in");
    }
    return 0;
}

static int tick(void *arg, Value *result)
{
    rest(0.5);
    for (int i = 0; i < 3; i++) {
        tell("tick");
        rest(1);
    }
    return 0;
}

static int drive(void *arg, Value *result)
{
    Coro *coro = coro_new(yield_and_await, &coro, 0);
    Value in = nothing, out;
    Task *ticker = begin(tick, NULL);
    pause_turns(1);
    for (int i = 1; coro_resume(coro, in, &out); i++) {
        CHECK_INT(out.i, i);
        CHECK_DOUBLE(now(), i, 0);
        in.i = 10 * i;
        tell("out");
    }
    CHECK_INT(coro_result(coro, NULL), 0);
    coro_free(coro);
    CHECK_INT(task_join(ticker, NULL), 0);
    return 0;
}

TEST(what_awaits_in_a_coroutine_suspends_the_whole_task)
{
    play(drive, NULL);
    CHECK_STR(story, "tick out in tick out in tick out in");
}

static int go_deeper(void *arg, Value *result)
{
    int *depth = arg;
    if (--*depth == 0) {
        rest(1);
        tell("deepest");
        return 0;
    }
    Coro *coro = coro_new(go_deeper, depth, 0);
    CHECK(!coro_resume(coro, nothing, NULL));
    CHECK(coro_done(coro));
    coro_free(coro);
    rest(1);
    return 0;
}

static int go_deep(void *arg, Value *result)
{
    int depth = 5, other = 3;
    Task *task = begin(go_deeper, &other);
    CHECK_INT(go_deeper(&depth, result), 0);
    CHECK_INT(task_join(task, NULL), 0);
    CHECK_DOUBLE(now(), 5, 0);
    return 0;
}

TEST(also_many_coroutines_deep)
{
    play(go_deep, NULL);
    CHECK_STR(story, "deepest deepest");
}

static int yield_after_a_second(void *arg, Value *result)
{
    rest(1);
    coro_yield(seven);
    return 0;
}

static Coro *shared;

static int resume_shared(void *arg, Value *result)
{
    Value out = nothing;
    CHECK(!coro_resume(shared, nothing, NULL));    /* it runs already */
    CHECK(!coro_done(shared));
    rest(2);
    CHECK(!coro_resume(shared, nothing, &out));    /* it has yielded */
    CHECK(coro_done(shared));
    return 0;
}

static int share_a_coroutine(void *arg, Value *result)
{
    Value out = nothing;
    shared = coro_new(yield_after_a_second, NULL, 0);
    Task *task = begin(resume_shared, NULL);
    CHECK(coro_resume(shared, nothing, &out));
    CHECK_INT(out.i, 7);
    CHECK_INT(task_join(task, NULL), 0);
    coro_free(shared);
    return 0;
}

TEST(a_coroutine_may_go_on_in_another_task_where_it_yielded)
{
    play(share_a_coroutine, NULL);
}

/* ---- The coroutine of a task ---- */
static int look_at_oneself(void *arg, Value *result)
{
    CHECK_PTR(task_get_coro(async_current_task()), coro_current());
    Value value = coro_yield(seven);    /* there is nobody to yield to */
    CHECK_PTR(value.p, NULL);
    return 0;
}

static int look_at_coros(void *arg, Value *result)
{
    Task *task = begin(look_at_oneself, NULL);
    Coro *coro = task_get_coro(task);
    CHECK(coro != NULL);
    CHECK(!coro_done(coro));
    CHECK(!coro_resume(coro, nothing, NULL));    /* the loop does that */
    CHECK(!task_done(task));
    CHECK_INT(await(task, NULL), 0);
    CHECK_PTR(task_get_coro(task), NULL);
    task_release(task);
    return 0;
}

TEST(its_coroutine_is_the_loops_to_resume)    /* T21 */
{
    play(look_at_coros, NULL);
}

/* ---- Many ---- */
static int count_up(void *counter, Value *result)
{
    rest(1);
    ++*(int *)counter;
    return 0;
}

static int make_many(void *arg, Value *result)
{
    int count = 0;
    for (int i = 0; i < 3000; i++)
        spawn(count_up, &count);
    CHECK_INT(count, 0);
    rest(2);
    CHECK_INT(count, 3000);
    return 0;
}

TEST_LIMIT(60, thousands_sleep_at_once)
{
    play(make_many, NULL);
}

/* ---- Loops that stop ---- */
TEST(between_two_runs_of_the_loop_tasks_wait)
{
    Loop *loop = ordered_loop();
    int count = 0;
    task_release(new_task(loop, count_up, &count));
    run_turns(loop, 5);
    CHECK_INT(count, 0);
    CHECK(loop_call_later(loop, 2, loop_stop_callback, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
    CHECK_INT(count, 1);
    loop_free(loop);
}

static int stop_and_go_on(void *arg, Value *result)
{
    loop_stop(async_get_running_loop());
    tell("stopped");
    pause_turns(1);
    tell("went on");
    return 0;
}

TEST(a_task_may_stop_its_loop)    /* L7 */
{
    Loop *loop = ordered_loop();
    Task *task = new_task(loop, stop_and_go_on, NULL);
    task_release(new_task(loop, tell_word, "same turn"));
    CHECK_INT(loop_run_forever(loop), 0);
    CHECK_STR(story, "stopped same turn");
    CHECK_INT(loop_run_until_complete(loop, task, NULL), 0);
    CHECK_STR(story, "stopped same turn went on");
    task_release(task);
    loop_free(loop);
}

TEST(two_loops_take_turns_in_one_thread)
{
    Loop *a = ordered_loop(), *b = ordered_loop();
    int count = 0;
    Task *of_a = new_task(a, count_up, &count);
    Task *of_b = new_task(b, count_up, &count);
    run_turns(a, 2);
    run_turns(b, 2);
    CHECK_INT(loop_run_until_complete(a, of_a, NULL), 0);
    CHECK_INT(count, 1);
    CHECK_INT(loop_run_until_complete(b, of_b, NULL), 0);
    CHECK_INT(count, 2);
    task_release(of_a);
    task_release(of_b);
    loop_free(a);
    loop_free(b);
}

/* ---- Threads ---- */
static int in_a_thread(void *thread, Value *result)
{
    int count = 0;
    for (int i = 0; i < 50; i++)
        spawn(count_up, &count);
    for (int i = 0; i < 50; i++) {
        CHECK_PTR(async_get_running_loop(), *(Loop **)thread);
        pause_turns(1);
    }
    rest(2);
    CHECK_INT(count, 50);
    return 0;
}

static void *run_in_thread(void *arg)
{
    Loop *loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    CHECK_INT(run(loop, in_a_thread, &loop), 0);
    loop_free(loop);
    return NULL;
}

TEST(each_thread_runs_the_tasks_of_its_own_loop)
{
    pthread_t threads[4];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 4; i++)
            CHECK_INT(pthread_create(&threads[i], NULL, run_in_thread, NULL),
                      0);
        for (int i = 0; i < 4; i++)
            CHECK_INT(pthread_join(threads[i], NULL), 0);
    }
    run_in_thread(NULL);
}
