/* Cancelling: a request that travels to the innermost thing awaited, is
 * delivered once, and may be refused, repeated and taken back. */
#include "tasks.h"

#include "../../code/03_futures/future_inside.h"

/* ---- Before the first step ---- */
static int cancel_unborn(void *arg, Value *result)
{
    Task *task = begin(tell_word, "body");
    CHECK(task_cancel_with(task, "too late"));
    CHECK(!task_cancelled(task) && !task_done(task));
    CHECK_INT(task_cancelling(task), 1);
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK(task_cancelled(task));
    CHECK_STR(future_cancel_message(task), "too late");
    task_release(task);
    return 0;
}

TEST(cancelled_before_it_began_it_never_runs)    /* T3 */
{
    play(cancel_unborn, NULL);
    CHECK_STR(story, "");
}

static int spare_unborn(void *arg, Value *result)
{
    Task *task = begin(tell_word, "body");
    CHECK(task_cancel(task));
    CHECK_INT(task_uncancel(task), 0);
    CHECK_INT(task_join(task, NULL), 0);
    return 0;
}

TEST(with_the_request_taken_back_it_does)    /* T3 T9 */
{
    play(spare_unborn, NULL);
    CHECK_STR(story, "body");
}

/* ---- A request ---- */
static int clean_up(void *word, Value *result)
{
    int err = async_sleep(INFINITY);
    CHECK_INT(err, E_CANCELLED);
    tell(word);
    return err;
}

static int request_an_end(void *arg, Value *result)
{
    Task *task = begin(clean_up, "cleaned");
    pause_turns(1);
    CHECK(task_cancel(task));
    CHECK(!task_cancelled(task) && !task_done(task));
    CHECK_STR(story, "");
    pause_turns(1);
    CHECK_STR(story, "cleaned");
    CHECK(task_cancelled(task) && task_done(task));
    CHECK_INT(task_error(task), E_CANCELLED);
    CHECK_INT(task_cancelling(task), 1);
    CHECK(!task_cancel(task));
    CHECK_INT(task_cancelling(task), 1);
    task_release(task);
    return 0;
}

TEST(to_cancel_is_to_ask)    /* T4 */
{
    play(request_an_end, NULL);
}

static int cancel_finished(void *arg, Value *result)
{
    Task *task = begin(return_seven, NULL);
    CHECK_INT(await(task, NULL), 0);
    CHECK(!task_cancel(task));
    CHECK(!task_cancel_with(task, "late"));
    CHECK_INT(task_cancelling(task), 0);
    CHECK(!task_cancelled(task));
    CHECK_STR(future_cancel_message(task), NULL);
    CHECK_INT(task_join(task, NULL), 0);
    return 0;
}

TEST(what_is_done_cannot_be_cancelled)    /* T4 */
{
    play(cancel_finished, NULL);
}

/* ---- What it awaits ---- */
static int expect_cancelled(void *future, Value *result)
{
    Value value = seven;
    CHECK_INT(await(future, &value), E_CANCELLED);
    CHECK_PTR(value.p, NULL);
    tell("cancelled");
    CHECK_INT(async_sleep(0), 0);    /* once only */
    return E_CANCELLED;
}

static int cancel_with_its_future(void *arg, Value *result)
{
    Future *future = new_future();
    Task *task = begin(expect_cancelled, future);
    pause_turns(1);
    CHECK(task_cancel_with(task, "why"));
    CHECK(future_cancelled(future));
    CHECK_STR(future_cancel_message(future), "why");
    CHECK_INT(future_set_result(future, seven), E_INVALID_STATE);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    future_release(future);
    return 0;
}

TEST(the_future_that_it_awaits_is_cancelled_at_once)    /* T5 F7 */
{
    play(cancel_with_its_future, NULL);
}

static int cancel_twice(void *arg, Value *result)
{
    Future *future = new_future();
    Task *task = begin(expect_cancelled, future);
    pause_turns(1);
    CHECK(task_cancel_with(task, "first"));
    CHECK(task_cancel_with(task, "second"));
    CHECK_INT(task_cancelling(task), 2);
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK_INT(task_cancelling(task), 2);
    CHECK_STR(future_cancel_message(task), "first");
    task_release(task);
    future_release(future);
    return 0;
}

TEST(two_requests_before_it_runs_are_delivered_once)    /* T5 */
{
    play(cancel_twice, NULL);
    CHECK_STR(story, "cancelled");
}

static int expect_bare(void *future, Value *result)
{
    CHECK_INT(await(future, NULL), E_CANCELLED);
    CHECK_INT(task_cancelling(async_current_task()), 0);
    return 0;
}

static int cancel_bare(void *arg, Value *result)
{
    Future *future = new_future();
    Task *task = begin(expect_bare, future);
    pause_turns(1);
    CHECK(future_cancel(future));
    CHECK_INT(task_join(task, NULL), 0);
    future_release(future);
    return 0;
}

TEST(of_a_future_that_was_cancelled_itself_nobody_is_cancelling)    /* F6 */
{
    play(cancel_bare, NULL);
}

static int cancel_one_of_two(void *arg, Value *result)
{
    Future *future = new_future();
    Task *one = begin(wait_for, future), *other = begin(expect_bare, future);
    pause_turns(1);
    CHECK(task_cancel(one));
    CHECK_INT(task_join(one, NULL), E_CANCELLED);
    CHECK_INT(task_join(other, NULL), 0);
    future_release(future);
    return 0;
}

TEST(who_else_awaits_it_sees_it_cancelled_too)    /* F6 T5 */
{
    play(cancel_one_of_two, NULL);
}

/* ---- Which message ---- */
static int sleep_for(void *delay, Value *result)
{
    return async_sleep(*(double *)delay);
}

static int say_two_things(void *arg, Value *result)
{
    double delays[] = { 1, 0 };
    for (int i = 0; i < 2; i++) {
        Task *task = begin(sleep_for, &delays[i]);
        Task *outer = begin(wait_for, task);
        pause_turns(1);
        CHECK(task_cancel_with(task, "first"));
        CHECK(task_cancel_with(task, "second"));
        CHECK_INT(await(outer, NULL), E_CANCELLED);
        /* one was woken by the first, the other had yet to be told */
        CHECK_STR(future_cancel_message(task), i == 0 ? "first" : "second");
        CHECK_STR(future_cancel_message(outer), i == 0 ? "first" : "second");
        task_release(task);
        task_release(outer);
    }
    return 0;
}

TEST(what_it_waited_for_keeps_the_message_of_the_first)    /* T5 */
{
    play(say_two_things, NULL);
}

/* ---- Oneself ---- */
static int cancel_and_return(void *arg, Value *result)
{
    CHECK(task_cancel_with(async_current_task(), "myself"));
    tell("runs on");
    *result = seven;
    return 0;
}

static int cancel_and_fail(void *arg, Value *result)
{
    CHECK(task_cancel(async_current_task()));
    return fail_with_seven(arg, result);
}

static int cancel_and_await(void *future, Value *result)
{
    Task *self = async_current_task();
    Future *done = new_future();
    CHECK(task_cancel(self));
    CHECK_INT(future_set_result(done, seven), 0);
    CHECK_INT(await(done, NULL), 0);    /* F4: no suspension */
    CHECK(!future_cancelled(future));
    CHECK_INT(await(future, NULL), E_CANCELLED);
    CHECK(future_cancelled(future));
    CHECK_INT(async_sleep(1), 0);
    future_release(done);
    return E_CANCELLED;
}

static int cancel_and_sleep(void *delay, Value *result)
{
    CHECK(task_cancel(async_current_task()));
    double start = now();
    CHECK_INT(async_sleep(*(double *)delay), E_CANCELLED);
    CHECK_DOUBLE(now(), start, 0);
    CHECK_INT(async_sleep(*(double *)delay), 0);
    return E_CANCELLED;
}

static int cancel_themselves(void *arg, Value *result)
{
    Value value = seven;
    Task *task = begin(cancel_and_return, NULL);
    CHECK_INT(await(task, &value), E_CANCELLED);
    CHECK_PTR(value.p, NULL);
    CHECK(task_cancelled(task));
    CHECK_STR(future_cancel_message(task), "myself");
    task_release(task);
    task = begin(cancel_and_fail, NULL);
    CHECK_INT(await(task, &value), EPIPE);
    CHECK_INT(value.i, 7);
    CHECK(!task_cancelled(task));
    CHECK_INT(task_cancelling(task), 1);
    CHECK_STR(future_cancel_message(task), NULL);
    task_release(task);
    Future *future = new_future();
    CHECK_INT(task_join(begin(cancel_and_await, future), NULL), E_CANCELLED);
    future_release(future);
    double delays[] = { 0, 1 };
    for (int i = 0; i < 2; i++)
        CHECK_INT(task_join(begin(cancel_and_sleep, &delays[i]), NULL),
                  E_CANCELLED);
    return 0;
}

TEST(who_cancels_himself_runs_on_to_the_next_suspension)    /* T6 F4 */
{
    play(cancel_themselves, NULL);
    CHECK_STR(story, "runs on");
}

static int cancel_and_await_task(void *inner, Value *result)
{
    CHECK(task_cancel_with(async_current_task(), "inwards"));
    int err = await(inner, result);
    tell("outer");
    return err;
}

static int cancel_into_a_task(void *arg, Value *result)
{
    Task *inner = begin(clean_up, "inner");
    pause_turns(1);
    Task *outer = begin(cancel_and_await_task, inner);
    CHECK_INT(await(outer, NULL), E_CANCELLED);
    CHECK_STR(future_cancel_message(inner), "inwards");
    CHECK_STR(future_cancel_message(outer), "inwards");
    CHECK_INT(task_cancelling(inner), 1);
    task_release(outer);
    task_release(inner);
    return 0;
}

TEST(what_he_then_awaits_is_cancelled_first)    /* T6 T10 */
{
    play(cancel_into_a_task, NULL);
    CHECK_STR(story, "inner outer");
}

static int return_cancelled(void *arg, Value *result)
{
    *result = seven;
    return E_CANCELLED;
}

static int await_cancelled_by_hand(void *arg, Value *result)
{
    Value value = seven;
    Task *task = begin(return_cancelled, NULL);
    CHECK_INT(await(task, &value), E_CANCELLED);
    CHECK_PTR(value.p, NULL);
    CHECK(task_cancelled(task));
    CHECK_INT(task_cancelling(task), 0);
    CHECK_STR(future_cancel_message(task), NULL);
    task_release(task);
    return 0;
}

TEST(who_returns_the_error_is_cancelled)    /* T13 */
{
    play(await_cancelled_by_hand, NULL);
}

/* ---- Refusing ---- */
static int refuse_twice(void *arg, Value *result)
{
    for (int i = 1; i <= 2; i++) {
        CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
        CHECK_INT(task_cancelling(async_current_task()), i);
        tell("refused");
    }
    Future *future = new_future();
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK_INT(await(future, result), 0);
    future_release(future);
    rest(1);
    return 0;
}

static int cancel_in_vain(void *arg, Value *result)
{
    Task *task = begin(refuse_twice, NULL);
    Value value;
    for (int i = 1; i <= 2; i++) {
        pause_turns(1);
        CHECK(task_cancel_with(task, "please"));
        pause_turns(1);
        CHECK(!task_done(task));
    }
    CHECK_INT(await(task, &value), 0);
    CHECK_INT(value.i, 7);
    CHECK(!task_cancelled(task));
    CHECK_INT(task_cancelling(task), 2);
    CHECK_STR(future_cancel_message(task), NULL);
    task_release(task);
    return 0;
}

TEST(who_swallows_it_lives_on)    /* T7 */
{
    play(cancel_in_vain, NULL);
    CHECK_STR(story, "refused refused");
}

/* ---- Between wake and step ---- */
static int cancel_woken(void *arg, Value *result)
{
    Future *future = new_future();
    Task *task = begin(expect_cancelled, future);
    Value value;
    pause_turns(1);
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK(task_cancel_with(task, "late"));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK_STR(future_cancel_message(task), "late");
    CHECK_INT(future_result(future, &value), 0);
    CHECK_INT(value.i, 7);
    task_release(task);
    future_release(future);
    return 0;
}

TEST(cancelled_after_it_was_woken_it_does_not_get_the_result)    /* T8 */
{
    play(cancel_woken, NULL);
}

static int end_with_error(void *future, Value *result)
{
    CHECK_INT(await(future, NULL), 0);
    return fail_with_seven(NULL, result);
}

static int lose_an_error(void *arg, Value *result)
{
    Future *future = new_future();
    Task *inner = begin(end_with_error, future);
    Task *outer = begin(expect_cancelled, inner);
    pause_turns(1);
    CHECK_INT(future_set_result(future, seven), 0);
    pause_turns(1);    /* the inner has ended, the outer is ready */
    CHECK(task_done(inner) && !task_done(outer));
    CHECK(task_cancel(outer));
    CHECK_INT(task_join(outer, NULL), E_CANCELLED);
    task_release(inner);
    future_release(future);
    return 0;
}

TEST(an_error_that_it_did_not_get_is_not_reported)    /* T8 D1 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, lose_an_error, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

/* ---- What refuses to be cancelled ---- */
static bool refuse(Future *future, const char *message)
{
    return false;
}

static void destroy(Future *future)
{
    free(future);
}

static const FutureKind stubborn = {
    .name = "Stubborn", .never_retrieved = "It was never fetched",
    .cancel = refuse, .destroy = destroy
};

static int insist(void *arg, Value *result)
{
    Future *future = malloc(sizeof *future);
    future_init(future, async_get_running_loop(), &stubborn);
    Task *task = begin(expect_cancelled, future);
    pause_turns(1);
    CHECK(task_cancel(task));
    pause_turns(3);
    CHECK(!task_done(task));    /* it has to wait until the future is done */
    CHECK_INT(future_set_error(future, EPIPE, seven), 0);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    future_release(future);
    return 0;
}

TEST(of_a_future_that_refuses_it_loses_the_error)    /* T5 D1 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, insist, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
    CHECK_STR(story, "cancelled");
}

/* ---- Taking back ---- */
static int uncancel_before(void *arg, Value *result)
{
    Task *self = async_current_task();
    CHECK_INT(task_uncancel(self), 0);
    CHECK_INT(task_cancelling(self), 0);
    CHECK(task_cancel(self));
    CHECK(task_cancel(self));
    CHECK_INT(task_uncancel(self), 1);
    CHECK_INT(async_sleep(0), E_CANCELLED);    /* one remains */
    CHECK_INT(task_uncancel(self), 0);
    CHECK(task_cancel(self));
    CHECK_INT(task_uncancel(self), 0);
    CHECK_INT(async_sleep(0), 0);              /* none does */
    CHECK_INT(task_uncancel(self), 0);
    CHECK_INT(task_cancelling(self), 0);
    CHECK(task_cancel(self));
    CHECK_INT(task_uncancel(self), 0);
    return 0;
}

TEST(a_request_taken_back_in_time_is_not_delivered)    /* T9 */
{
    play(uncancel_before, NULL);
}

static int cancel_and_uncancel(void *arg, Value *result)
{
    Future *future = new_future();
    Task *task = begin(expect_cancelled, future);
    pause_turns(1);
    CHECK(task_cancel(task));
    CHECK_INT(task_uncancel(task), 0);
    CHECK(future_cancelled(future));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK_INT(task_cancelling(task), 0);
    task_release(task);
    future_release(future);
    return 0;
}

TEST(what_it_awaited_stays_cancelled)    /* T9 */
{
    play(cancel_and_uncancel, NULL);
}

static int spare_woken(void *arg, Value *result)
{
    Future *future = new_future();
    Task *task = begin(wait_for, future);
    pause_turns(1);
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK(task_cancel(task));
    CHECK_INT(task_uncancel(task), 0);
    CHECK_INT(task_join(task, NULL), 0);
    future_release(future);
    return 0;
}

TEST(woken_cancelled_and_spared_it_gets_the_result)    /* T8 T9 */
{
    play(spare_woken, NULL);
}

/* ---- Tasks that await tasks ---- */
typedef struct Link {
    Future *awaited;
    const char *name;
} Link;

static int await_next(void *arg, Value *result)
{
    Link *link = arg;
    int err = await(link->awaited, result);
    CHECK_INT(err, E_CANCELLED);
    tell(link->name);
    pause_turns(1);
    tell(link->name);
    return err;
}

static int cancel_three(void *arg, Value *result)
{
    Link links[3] = { { NULL, "a" }, { NULL, "b" }, { NULL, "c" } };
    Task *tasks[3];
    Future *future = new_future();
    for (int i = 0; i < 3; i++) {
        links[i].awaited = i > 0 ? tasks[i - 1] : future;
        tasks[i] = begin(await_next, &links[i]);
        pause_turns(1);
    }
    CHECK(task_cancel_with(tasks[2], "all of you"));
    for (int i = 0; i < 3; i++)
        CHECK_INT(task_cancelling(tasks[i]), 1);
    CHECK_INT(await(tasks[2], NULL), E_CANCELLED);
    for (int i = 0; i < 3; i++) {
        CHECK(task_cancelled(tasks[i]));
        CHECK_STR(future_cancel_message(tasks[i]), "all of you");
        task_release(tasks[i]);
    }
    future_release(future);
    return 0;
}

TEST(the_innermost_is_cancelled_first)    /* T10 */
{
    play(cancel_three, NULL);
    CHECK_STR(story, "a a b b c c");
}

static int swallow(void *arg, Value *result)
{
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    rest(1);
    return return_seven(arg, result);
}

static int expect_seven(void *inner, Value *result)
{
    CHECK_INT(await(inner, result), 0);
    CHECK_INT(result->i, 7);
    CHECK_INT(task_cancelling(async_current_task()), 1);
    rest(1);
    return 0;
}

static int cancel_a_refusing_one(void *arg, Value *result)
{
    Task *inner = begin(swallow, NULL), *outer = begin(expect_seven, inner);
    pause_turns(1);
    CHECK(task_cancel(outer));
    Value value;
    CHECK_INT(await(outer, &value), 0);
    CHECK_INT(value.i, 7);
    CHECK_DOUBLE(now(), 2, 0);
    CHECK(!task_cancelled(outer) && !task_cancelled(inner));
    task_release(outer);
    task_release(inner);
    return 0;
}

TEST(if_the_inner_refuses_the_outer_is_not_cancelled)    /* T10 */
{
    play(cancel_a_refusing_one, NULL);
}

static int fail_in_cleanup(void *arg, Value *result)
{
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    return fail_with_seven(arg, result);
}

static int join(void *task, Value *result)
{
    return task_join(task, result);
}

static int cancel_a_failing_one(void *arg, Value *result)
{
    Task *inner = begin(fail_in_cleanup, NULL), *outer = begin(join, inner);
    pause_turns(1);
    CHECK(task_cancel(outer));
    CHECK_INT(task_join(outer, NULL), EPIPE);
    return 0;
}

TEST(if_the_inner_fails_the_outer_gets_the_error)    /* T10 */
{
    play(cancel_a_failing_one, NULL);
}

static int pass_message_up(void *arg, Value *result)
{
    Task *inner = begin(sleep_forever, NULL), *outer = begin(join, inner);
    pause_turns(1);
    CHECK(task_cancel_with(inner, "from below"));
    CHECK_INT(await(outer, NULL), E_CANCELLED);
    CHECK_INT(task_cancelling(outer), 0);
    CHECK_STR(future_cancel_message(outer), "from below");
    task_release(outer);
    return 0;
}

TEST(who_awaits_what_is_cancelled_learns_why)    /* F6 */
{
    play(pass_message_up, NULL);
}

/* ---- Cleaning up ---- */
static int clean_up_slowly(void *arg, Value *result)
{
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    tell("cleaning");
    int err = async_sleep(10);
    tell(err == 0 ? "cleaned" : "interrupted");
    return E_CANCELLED;
}

static int cancel_once(void *arg, Value *result)
{
    Task *task = begin(clean_up_slowly, NULL);
    pause_turns(1);
    CHECK(task_cancel(task));
    rest(5);
    CHECK(!task_done(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK_DOUBLE(now(), 10, 0);
    return 0;
}

TEST(cleaning_up_may_take_its_time)    /* T4 */
{
    play(cancel_once, NULL);
    CHECK_STR(story, "cleaning cleaned");
}

static int cancel_again(void *arg, Value *result)
{
    Task *task = begin(clean_up_slowly, NULL);
    pause_turns(1);
    CHECK(task_cancel(task));
    rest(5);
    CHECK(task_cancel(task));
    CHECK_INT(task_cancelling(task), 2);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK_DOUBLE(now(), 5, 0);
    return 0;
}

TEST(a_second_request_interrupts_the_cleaning_up)    /* T11 */
{
    play(cancel_again, NULL);
    CHECK_STR(story, "cleaning interrupted");
}

/* ---- Where the request comes from ---- */
static int cancel_from_elsewhere(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    Task *a = begin(sleep_forever, NULL), *b = begin(join, a);
    CHECK(loop_call_later(loop, 3, future_cancel_callback, b) != 0);
    CHECK_INT(task_join(b, NULL), E_CANCELLED);
    CHECK_DOUBLE(now(), 3, 0);
    a = begin(sleep_forever, NULL);
    pause_turns(1);
    CHECK(future_cancel_with(a, "as a future"));
    CHECK(!future_cancelled(a));    /* a request, too */
    CHECK_INT(await(a, NULL), E_CANCELLED);
    CHECK_STR(future_cancel_message(a), "as a future");
    task_release(a);
    return 0;
}

TEST(a_callback_may_cancel_a_task_as_any_future)    /* T4 */
{
    play(cancel_from_elsewhere, NULL);
}

static int await_inside(void *future, Value *result)
{
    return await(future, result);
}

static int await_in_a_coroutine(void *future, Value *result)
{
    Coro *coro = coro_new(await_inside, future, 0);
    CHECK(!coro_resume(coro, nothing, NULL));
    int err = coro_result(coro, NULL);
    coro_free(coro);
    return err;
}

static int cancel_in_a_coroutine(void *arg, Value *result)
{
    Future *future = new_future();
    Task *task = begin(await_in_a_coroutine, future);
    pause_turns(1);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    future_release(future);
    return 0;
}

TEST(it_reaches_a_coroutine_inside_the_task)    /* T5 */
{
    play(cancel_in_a_coroutine, NULL);
}

/* ---- Long chains ---- */
#ifdef CHECK_TSAN
enum { LENGTH = 2000 };    /* for it each task is a thread: it has 8128 */
#else
enum { LENGTH = 10000 };
#endif

static Task *chain[LENGTH];
static int order;

static int be_a_link(void *arg, Value *result)
{
    int i = (int)((Task **)arg - chain);
    int err = i > 0 ? await(chain[i - 1], NULL) : async_sleep(INFINITY);
    CHECK_INT(order++, i);
    return err;
}

static int cancel_a_long_chain(void *arg, Value *result)
{
    TaskOptions options = { .stack_size = 16384 };
    for (int i = 0; i < LENGTH; i++) {
        chain[i] = async_create_task_with(be_a_link, &chain[i], &options);
        CHECK(chain[i] != NULL);
    }
    pause_turns(1);
    CHECK(task_cancel_with(chain[LENGTH - 1], "far"));
    CHECK_INT(task_cancelling(chain[0]), 1);
    CHECK_INT(await(chain[LENGTH - 1], NULL), E_CANCELLED);
    CHECK_STR(future_cancel_message(chain[LENGTH - 1]), "far");
    for (int i = 0; i < LENGTH; i++) {
        CHECK(task_cancelled(chain[i]));
        CHECK_INT(task_cancelling(chain[i]), 1);
        task_release(chain[i]);
    }
    return 0;
}

static int cancel_on_a_small_stack(void *arg, Value *result)
{
    TaskOptions options = { .stack_size = 32768 };
    Task *task = async_create_task_with(cancel_a_long_chain, NULL, &options);
    CHECK(task != NULL);
    return task_join(task, result);
}

TEST_LIMIT(60, a_chain_may_be_longer_than_the_stack_is_deep)    /* T10 */
{
    play(cancel_on_a_small_stack, NULL);
    CHECK_INT(order, LENGTH);
}

static int pass_a_result(void *arg, Value *result)
{
    int i = (int)((Task **)arg - chain);
    return i > 0 ? await(chain[i - 1], result) : return_seven(NULL, result);
}

static int end_a_long_chain(void *arg, Value *result)
{
    TaskOptions options = { .stack_size = 16384 };
    Value value;
    for (int i = LENGTH - 1; i >= 0; i--) {    /* the last ends first */
        chain[i] = async_create_task_with(pass_a_result, &chain[i], &options);
        CHECK(chain[i] != NULL);
    }
    CHECK_INT(await(chain[LENGTH - 1], &value), 0);
    CHECK_INT(value.i, 7);
    for (int i = 0; i < LENGTH; i++)
        task_release(chain[i]);
    return 0;
}

TEST_LIMIT(60, a_result_comes_up_a_long_chain)    /* T12 */
{
    play(end_a_long_chain, NULL);
}

/* ---- Circles ---- */
static Task *circle[3];

static int await_another(void *another, Value *result)
{
    Value value = seven;
    int err = await(*(Task **)another, &value);
    CHECK_INT(err, E_CANCELLED);
    CHECK_PTR(value.p, NULL);
    tell("out");
    return err;
}

static Loop *circle_of(int count, Seen *seen)
{
    Loop *loop = watched_loop(seen);
    story[0] = '\0';
    for (int i = 0; i < count; i++)
        circle[i] = new_task(loop, await_another, &circle[(i + 1) % count]);
    run_turns(loop, 1);
    return loop;
}

static void end_circle(Loop *loop, Seen *seen, int count)
{
    run_turns(loop, count);
    for (int i = 0; i < count; i++) {
        CHECK(task_cancelled(circle[i]));
        task_release(circle[i]);
    }
    loop_free(loop);
    CHECK_INT(seen->count, 0);
}

TEST(a_request_ends_a_circle)    /* T10 */
{
    for (int count = 2; count <= 3; count++) {
        for (int first = 0; first < count; first++) {
            Seen seen;
            Loop *loop = circle_of(count, &seen);
            CHECK(task_cancel_with(circle[first], "round"));
            for (int i = 0; i < count; i++) {
                CHECK_INT(task_cancelling(circle[i]), 1);
                CHECK(!task_done(circle[i]));
            }
            run_turns(loop, count);
            for (int i = 0; i < count; i++)
                CHECK_STR(future_cancel_message(circle[i]), "round");
            CHECK_STR(story, count == 2 ? "out out" : "out out out");
            end_circle(loop, &seen, count);
        }
    }
}

TEST(a_second_request_does_no_harm)    /* T5 T10 */
{
    for (int second = 0; second < 3; second++) {
        Seen seen;
        Loop *loop = circle_of(3, &seen);
        CHECK(task_cancel(circle[0]));
        CHECK(task_cancel(circle[second]));
        end_circle(loop, &seen, 3);
        CHECK_STR(story, "out out out");
    }
}

TEST(a_circle_stays_broken_if_the_request_is_taken_back)    /* T9 T10 */
{
    Seen seen;
    Loop *loop = circle_of(3, &seen);
    CHECK(task_cancel(circle[0]));
    for (int i = 0; i < 3; i++)
        CHECK_INT(task_uncancel(circle[i]), 0);
    end_circle(loop, &seen, 3);
    CHECK_STR(story, "out out out");
}

TEST(a_request_from_outside_ends_it_too)    /* T10 */
{
    Seen seen;
    Loop *loop = circle_of(3, &seen);
    Task *outside = new_task(loop, await_another, &circle[1]);
    run_turns(loop, 1);
    CHECK(task_cancel_with(outside, "in"));
    CHECK_INT(loop_run_until_complete(loop, outside, NULL), E_CANCELLED);
    CHECK_STR(future_cancel_message(outside), "in");
    task_release(outside);
    end_circle(loop, &seen, 3);
}

static int cancel_and_close_circle(void *another, Value *result)
{
    CHECK(task_cancel(async_current_task()));
    return await_another(another, result);
}

TEST(a_cancelled_task_may_close_the_circle)    /* T6 T10 */
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    circle[0] = new_task(loop, await_another, &circle[1]);
    circle[1] = new_task(loop, cancel_and_close_circle, &circle[0]);
    run_turns(loop, 1);
    CHECK_INT(task_cancelling(circle[0]), 1);
    end_circle(loop, &seen, 2);
    CHECK_STR(story, "out out");
}

TEST(a_broken_circle_can_be_closed_with_its_loop)    /* D2 */
{
    Seen seen;
    Loop *loop = circle_of(3, &seen);
    CHECK(task_cancel(circle[1]));
    loop_free(loop);
    CHECK_INT(seen.count, 3);
    for (int i = 0; i < 3; i++)
        task_release(circle[i]);
    CHECK_STR(story, "");
}

/* In a circle, too, whoever swallows it lives on. */
static int swallow_and_end(void *another, Value *result)
{
    CHECK_INT(await(*(Task **)another, NULL), E_CANCELLED);
    return return_seven(NULL, result);
}

static int expect_seven_of(void *another, Value *result)
{
    CHECK_INT(await(*(Task **)another, result), 0);
    CHECK_INT(result->i, 7);
    return 0;
}

TEST(who_is_torn_out_may_refuse)    /* T7 T10 */
{
    Loop *loop = ordered_loop();
    circle[0] = new_task(loop, swallow_and_end, &circle[1]);
    circle[1] = new_task(loop, expect_seven_of, &circle[0]);
    run_turns(loop, 1);
    CHECK(task_cancel(circle[0]));
    CHECK_INT(loop_run_until_complete(loop, circle[1], NULL), 0);
    CHECK_INT(task_error(circle[0]), 0);
    task_release(circle[0]);
    task_release(circle[1]);
    loop_free(loop);
}
