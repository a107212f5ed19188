/* async_as_completed(): each future once, in the order in which they end, to
 * whoever asks first. */
#include "gathers.h"

/* ---- Helpers ---- */
static AsCompleted *watch(Future *futures[], size_t n, double timeout)
{
    AsCompleted *from = async_as_completed(futures, n, timeout);
    CHECK(from != NULL);
    return from;
}

static SUSPENDS void expect(AsCompleted *from, int error, Future *wanted)
{
    Future *done = (Future *)from;
    CHECK_INT(as_completed_next(from, &done), error);
    CHECK_PTR(done, wanted);
}

static void finish(Future *future)
{
    CHECK_INT(future_set_result(future, seven), 0);
}

/* ---- In their order ---- */
static int take_in_order(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 3, .error = EPIPE }, { .delay = 1 },
                         { .delay = 2, .error = E_CANCELLED } };
    Task *tasks[3];
    begin_all(tasks, workers, 3);
    AsCompleted *from = watch(tasks, 3, INFINITY);
    int order[] = { 1, 2, 0 };
    for (int i = 0; i < 3; i++) {
        expect(from, 0, tasks[order[i]]);
        CHECK_DOUBLE(now(), i + 1, 0.001);
        CHECK_INT(task_error(tasks[order[i]]), workers[order[i]].error);
    }
    tell_soon("turn");
    expect(from, E_STOP_ITERATION, NULL);
    expect(from, E_STOP_ITERATION, NULL);
    CHECK_STR(story, "");
    as_completed_free(from);
    release_all(tasks, 3);
    return 0;
}

TEST(each_comes_when_it_ends_whatever_it_ends_with)    /* C1 C3 */
{
    play(take_in_order, NULL);
}

static int take_none(void *arg, Value *result)
{
    AsCompleted *from = watch(NULL, 0, INFINITY);
    expect(from, E_STOP_ITERATION, NULL);
    as_completed_free(from);
    from = watch(NULL, 0, 1);
    expect(from, E_STOP_ITERATION, NULL);
    rest(2);
    expect(from, E_STOP_ITERATION, NULL);
    as_completed_free(from);
    as_completed_free(NULL);
    return 0;
}

TEST(of_none_there_is_no_next)    /* C1 */
{
    play(take_none, NULL);
}

static int take_once(void *arg, Value *result)
{
    Future *futures[4];
    new_futures(futures, 2);
    futures[2] = futures[0];
    futures[3] = futures[1];
    AsCompleted *from = watch(futures, 4, INFINITY);
    finish(futures[1]);
    expect(from, 0, futures[1]);
    finish(futures[0]);
    expect(from, 0, futures[0]);
    expect(from, E_STOP_ITERATION, NULL);
    as_completed_free(from);
    release_all(futures, 2);
    return 0;
}

TEST(who_is_named_twice_comes_once)    /* C1 */
{
    play(take_once, NULL);
}

static int take_first_names(void *arg, Value *result)
{
    enum { DIFFERENT = 50 };
    Future *futures[2 * DIFFERENT];
    new_futures(futures, DIFFERENT);
    for (int i = 0; i < DIFFERENT; i++) {
        finish(futures[i]);
        futures[DIFFERENT + i] = futures[DIFFERENT - 1 - i];
    }
    AsCompleted *from = watch(futures, 2 * DIFFERENT, INFINITY);
    for (int i = 0; i < DIFFERENT; i++)
        expect(from, 0, futures[i]);
    expect(from, E_STOP_ITERATION, NULL);
    as_completed_free(from);
    release_all(futures, DIFFERENT);
    return 0;
}

TEST(where_it_is_named_first_is_its_place)    /* C1 */
{
    play(take_first_names, NULL);
}

static int take_done(void *arg, Value *result)
{
    Future *futures[4];
    new_futures(futures, 4);
    finish(futures[3]);
    finish(futures[2]);
    CHECK(future_cancel(futures[0]));
    AsCompleted *from = watch(futures, 4, INFINITY);
    tell_soon("turn");
    expect(from, 0, futures[0]);
    CHECK_STR(story, "turn");
    expect(from, 0, futures[2]);
    expect(from, 0, futures[3]);
    finish(futures[1]);
    expect(from, 0, futures[1]);
    as_completed_free(from);
    release_all(futures, 4);
    return 0;
}

TEST(those_that_are_done_come_first_in_the_order_of_the_arguments)
{
    play(take_done, NULL);
}

static int take_what_others_release(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 2, .value = 2 },
                         { .delay = 1, .value = 1 } };
    Task *tasks[2], *done;
    begin_all(tasks, workers, 2);
    AsCompleted *from = watch(tasks, 2, INFINITY);
    release_all(tasks, 2);
    for (int i = 1; i <= 2; i++) {
        Value value;
        CHECK_INT(as_completed_next(from, &done), 0);
        CHECK_INT(task_result(done, &value), 0);
        CHECK_INT(value.i, i);
    }
    as_completed_free(from);
    return 0;
}

TEST(it_holds_its_futures)
{
    play(take_what_others_release, NULL);
}

static int fail_unasked(void *arg, Value *result)
{
    Future *future = new_future(), *done;
    AsCompleted *from = watch(&future, 1, INFINITY);
    CHECK_INT(future_set_error(future, EPIPE, nothing), 0);
    CHECK_INT(as_completed_next(from, &done), 0);
    if (arg != NULL)
        CHECK_INT(future_error(done), EPIPE);
    as_completed_free(from);
    future_release(future);
    return 0;
}

TEST(an_error_that_nobody_asks_for_is_reported)    /* D1 */
{
    for (int asks = 0; asks < 2; asks++) {
        Seen seen;
        Loop *loop = watched_loop(&seen);
        CHECK_INT(run(loop, fail_unasked, asks ? "asks" : NULL), 0);
        loop_free(loop);
        CHECK_INT(seen.count, 1 - asks);
    }
}

/* ---- In time ---- */
static int take_in_time(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 5 }, { .delay = 1 }, { .delay = 3 },
                         { .delay = 1.5 } };
    Task *tasks[4];
    begin_all(tasks, workers, 4);
    AsCompleted *from = watch(tasks, 4, 2);
    expect(from, 0, tasks[1]);
    CHECK_DOUBLE(now(), 1, 0.001);
    rest(5);    /* all have ended, but two of them too late */
    expect(from, 0, tasks[3]);
    expect(from, E_TIMEOUT, NULL);
    expect(from, E_TIMEOUT, NULL);
    expect(from, E_STOP_ITERATION, NULL);
    CHECK_INT(task_error(tasks[0]), 0);
    as_completed_free(from);
    release_all(tasks, 4);
    return 0;
}

TEST(who_ends_too_late_is_a_timeout_each)    /* C2 */
{
    play(take_in_time, NULL);
}

static int take_until(void *arg, Value *result)
{
    Future *futures[2];
    new_futures(futures, 2);
    AsCompleted *from = watch(futures, 2, 2);
    rest(1);
    expect(from, E_TIMEOUT, NULL);
    CHECK_DOUBLE(now(), 2, 0.001);    /* it runs from the making */
    tell_soon("turn");
    expect(from, E_TIMEOUT, NULL);
    CHECK_STR(story, "");
    expect(from, E_STOP_ITERATION, NULL);
    CHECK(!future_done(futures[0]) && !future_done(futures[1]));
    as_completed_free(from);
    release_all(futures, 2);
    return 0;
}

TEST(a_timeout_cancels_nobody)    /* C2 */
{
    play(take_until, NULL);
}

/* What one keeps promised when all have ended. */
static SUSPENDS size_t kept(double timeout)
{
    Future *future = new_future();
    size_t before = promised();
    AsCompleted *from = watch(&future, 1, timeout);
    finish(future);
    expect(from, 0, future);
    size_t more = promised() - before;
    as_completed_free(from);
    CHECK_INT(promised(), before);
    future_release(future);
    return more;
}

static int keep_no_timer(void *arg, Value *result)
{
    CHECK_INT(kept(1000), kept(INFINITY));
    return 0;
}

TEST(its_timer_goes_with_the_last_end)
{
    play(keep_no_timer, NULL);
}

static int take_at_once(void *arg, Value *result)
{
    double timeouts[] = { 0, -1, -INFINITY };
    for (int i = 0; i < 3; i++) {
        Future *futures[2];
        new_futures(futures, 2);
        finish(futures[1]);
        AsCompleted *from = watch(futures, 2, timeouts[i]);
        expect(from, 0, futures[1]);
        expect(from, E_TIMEOUT, NULL);
        expect(from, E_STOP_ITERATION, NULL);
        CHECK_DOUBLE(now(), 0, 0.001);
        as_completed_free(from);
        release_all(futures, 2);
    }
    return 0;
}

TEST(without_any_time_those_that_are_done_come)    /* C2 */
{
    play(take_at_once, NULL);
}

/* ---- Several customers ---- */
typedef struct Buyer {
    AsCompleted *from;
    Future *got;
    int error;
    double ended;
} Buyer;

static int buy(void *arg, Value *result)
{
    Buyer *buyer = arg;
    buyer->error = as_completed_next(buyer->from, &buyer->got);
    buyer->ended = now();
    return 0;
}

static void begin_buying(Task *tasks[], Buyer buyers[], AsCompleted *from,
                         int n)
{
    for (int i = 0; i < n; i++) {
        buyers[i] = (Buyer){ .from = from, .error = -1, .ended = -1 };
        tasks[i] = begin(buy, &buyers[i]);
    }
    pause_turns(1);
}

static int buy_in_order(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 3 }, { .delay = 1 }, { .delay = 2 } };
    Buyer buyers[4];
    Task *tasks[3], *buying[4];
    begin_all(tasks, workers, 3);
    AsCompleted *from = watch(tasks, 3, INFINITY);
    begin_buying(buying, buyers, from, 4);
    CHECK_INT(buyers[3].error, E_STOP_ITERATION);    /* three are asked for */
    CHECK_INT(async_gather(buying, 4, NULL, 0), 0);
    CHECK_PTR(buyers[0].got, tasks[1]);
    CHECK_PTR(buyers[1].got, tasks[2]);
    CHECK_PTR(buyers[2].got, tasks[0]);
    CHECK_PTR(buyers[3].got, NULL);
    for (int i = 0; i < 3; i++)
        CHECK_DOUBLE(buyers[i].ended, i + 1, 0.001);
    as_completed_free(from);
    release_all(tasks, 3);
    release_all(buying, 4);
    return 0;
}

TEST(first_come_first_served)
{
    play(buy_in_order, NULL);
}

static int buy_too_late(void *arg, Value *result)
{
    Future *futures[3];
    Buyer buyers[3];
    Task *buying[3];
    new_futures(futures, 3);
    AsCompleted *from = watch(futures, 3, 2);
    begin_buying(buying, buyers, from, 3);
    rest(1);
    finish(futures[2]);
    CHECK_INT(async_gather(buying, 3, NULL, 0), 0);
    CHECK_PTR(buyers[0].got, futures[2]);
    CHECK_INT(buyers[1].error, E_TIMEOUT);
    CHECK_INT(buyers[2].error, E_TIMEOUT);
    CHECK_DOUBLE(buyers[1].ended, 2, 0.001);
    expect(from, E_STOP_ITERATION, NULL);
    as_completed_free(from);
    release_all(futures, 3);
    release_all(buying, 3);
    return 0;
}

TEST(a_timeout_is_for_each_who_waits)    /* C2 */
{
    play(buy_too_late, NULL);
}

/* ---- Customers that are cancelled ---- */
static int cancel_before_served(void *arg, Value *result)
{
    for (int cancelled = 0; cancelled < 3; cancelled++) {
        Future *futures[3];
        Buyer buyers[3];
        Task *buying[3];
        new_futures(futures, 3);
        AsCompleted *from = watch(futures, 3, INFINITY);
        begin_buying(buying, buyers, from, 3);
        CHECK(task_cancel(buying[cancelled]));
        if (arg != NULL)
            pause_turns(1);
        for (int i = 0; i < 3; i++)
            finish(futures[i]);
        CHECK_INT(async_gather(buying, 3, NULL, RETURN_EXCEPTIONS), 0);
        int next = 0;
        for (int i = 0; i < 3; i++) {
            bool is_cancelled = i == cancelled;
            CHECK_INT(buyers[i].error, is_cancelled ? E_CANCELLED : 0);
            CHECK_PTR(buyers[i].got, is_cancelled ? NULL : futures[next++]);
        }
        expect(from, 0, futures[2]);
        expect(from, E_STOP_ITERATION, NULL);
        as_completed_free(from);
        release_all(futures, 3);
        release_all(buying, 3);
    }
    return 0;
}

TEST(who_is_cancelled_before_he_is_served_gets_nothing)
{
    play(cancel_before_served, NULL);
    play(cancel_before_served, "pauses");
}

/* Two are served, and those of `who` cancelled before they know. */
static void cancel_served(const char *who)
{
    Future *futures[3];
    Buyer buyers[2];
    Task *buying[2];
    new_futures(futures, 3);
    AsCompleted *from = watch(futures, 3, INFINITY);
    begin_buying(buying, buyers, from, 2);
    finish(futures[0]);
    finish(futures[1]);
    pause_turns(1);
    for (int i = 0; i < 2; i++)
        if (strchr(who, '0' + i) != NULL)
            CHECK(task_cancel(buying[i]));
    CHECK_INT(async_gather(buying, 2, NULL, RETURN_EXCEPTIONS), 0);
    finish(futures[2]);
    for (int i = 0; i < 2; i++) {
        bool is_cancelled = strchr(who, '0' + i) != NULL;
        CHECK_INT(buyers[i].error, is_cancelled ? E_CANCELLED : 0);
        CHECK_PTR(buyers[i].got, is_cancelled ? NULL : futures[i]);
        if (is_cancelled)
            expect(from, 0, futures[i]);
    }
    expect(from, 0, futures[2]);
    expect(from, E_STOP_ITERATION, NULL);
    as_completed_free(from);
    release_all(futures, 3);
    release_all(buying, 2);
}

static int cancel_each_served(void *arg, Value *result)
{
    cancel_served(arg);
    return 0;
}

TEST(what_a_cancelled_customer_got_goes_back_to_its_place)    /* T8 */
{
    play(cancel_each_served, "0");
    play(cancel_each_served, "1");
}

TEST(what_several_cancelled_customers_got_keeps_its_order)    /* T8 */
{
    play(cancel_each_served, "0 1");
}

static int pass_on_to_the_next(void *arg, Value *result)
{
    Future *futures[2];
    Buyer buyers[2];
    Task *buying[2];
    new_futures(futures, 2);
    AsCompleted *from = watch(futures, 2, 9);
    begin_buying(buying, buyers, from, 2);
    finish(futures[1]);
    pause_turns(1);
    CHECK(task_cancel(buying[0]));
    pause_turns(2);
    CHECK_INT(buyers[0].error, E_CANCELLED);
    CHECK_INT(buyers[1].error, 0);    /* he waited all the time */
    CHECK_PTR(buyers[1].got, futures[1]);
    expect(from, E_TIMEOUT, NULL);
    expect(from, E_STOP_ITERATION, NULL);
    as_completed_free(from);
    release_all(futures, 2);
    release_all(buying, 2);
    return 0;
}

TEST(what_a_cancelled_customer_got_goes_to_the_next)
{
    play(pass_on_to_the_next, NULL);
}

static int cancel_with_a_timeout(void *arg, Value *result)
{
    Future *future = new_future();
    Buyer buyer;
    Task *buying;
    AsCompleted *from = watch(&future, 1, 1);
    begin_buying(&buying, &buyer, from, 1);
    CHECK(loop_call_later(async_get_running_loop(), 1, future_cancel_callback,
                          buying) != 0);    /* right after that timeout */
    CHECK_INT(task_join(buying, NULL), 0);
    CHECK_INT(buyer.error, E_CANCELLED);
    CHECK_DOUBLE(buyer.ended, 1, 0.001);
    expect(from, E_TIMEOUT, NULL);    /* nothing is lost */
    expect(from, E_STOP_ITERATION, NULL);
    as_completed_free(from);
    future_release(future);
    return 0;
}

TEST(a_timeout_of_a_cancelled_customer_is_there_for_the_next)    /* C2 */
{
    play(cancel_with_a_timeout, NULL);
}

static int ask_while_cancelled(void *arg, Value *result)
{
    Future *futures[2];
    new_futures(futures, 2);
    AsCompleted *from = watch(futures, 2, INFINITY);
    finish(futures[0]);
    finish(futures[1]);
    pause_turns(1);
    CHECK(task_cancel(async_current_task()));
    expect(from, 0, futures[0]);
    expect(from, 0, futures[1]);
    expect(from, E_STOP_ITERATION, NULL);
    CHECK_INT(async_sleep(0), E_CANCELLED);
    as_completed_free(from);
    release_all(futures, 2);
    return 0;
}

TEST(who_need_not_wait_is_not_interrupted)    /* T6 */
{
    play(ask_while_cancelled, NULL);
}

/* ---- Freeing ---- */
static int free_early(void *arg, Value *result)
{
    Future *futures[2];
    Buyer buyers[2];
    Task *buying[2];
    new_futures(futures, 2);
    AsCompleted *from = watch(futures, 2, 9);
    begin_buying(buying, buyers, from, 2);
    if (arg != NULL)
        CHECK(task_cancel(buying[1]));
    as_completed_free(from);
    CHECK_INT(async_gather(buying, 2, NULL, 0), 0);
    CHECK_INT(buyers[0].error, E_RUNTIME);
    CHECK_PTR(buyers[0].got, NULL);
    CHECK_INT(buyers[1].error, arg != NULL ? E_CANCELLED : E_RUNTIME);
    CHECK_DOUBLE(now(), 0, 0);
    finish(futures[0]);
    CHECK(future_cancel(futures[1]));
    release_all(futures, 2);
    release_all(buying, 2);
    return 0;
}

TEST(who_waits_in_one_that_is_freed_is_told)
{
    play(free_early, NULL);
    play(free_early, "cancels");
}

/* The customer was served; the future is gone with what he was served by. */
static int free_served(void *arg, Value *result)
{
    Future *future = new_future();
    Buyer buyer;
    Task *buying;
    AsCompleted *from = watch(&future, 1, INFINITY);
    begin_buying(&buying, &buyer, from, 1);
    finish(future);
    future_release(future);
    pause_turns(1);
    if (arg != NULL)
        CHECK(task_cancel(buying));
    as_completed_free(from);
    CHECK_INT(task_join(buying, NULL), 0);
    CHECK_INT(buyer.error, arg != NULL ? E_CANCELLED : E_RUNTIME);
    CHECK_PTR(buyer.got, NULL);
    return 0;
}

TEST(who_was_served_and_does_not_know_is_told_too)
{
    play(free_served, NULL);
}

TEST(who_was_served_and_cancelled_gives_nothing_back_to_the_freed)
{
    play(free_served, "cancels");
}

static int free_before_the_end(void *arg, Value *result)
{
    Worker worker = { .delay = 1, .value = 4 };
    size_t before = promised();
    Task *task = begin(work, &worker);
    as_completed_free(watch(&task, 1, INFINITY));
    as_completed_free(watch(&task, 1, 1000));
    AsCompleted *from = watch(&task, 1, 1000);
    CHECK_INT(await(task, result), 0);
    CHECK_INT(result->i, 4);
    as_completed_free(from);    /* it has not yet been told */
    as_completed_free(watch(&task, 1, 1000));
    CHECK_INT(promised(), before);    /* no timer is left */
    task_release(task);
    return 0;
}

TEST(it_can_be_freed_at_any_time)
{
    play(free_before_the_end, NULL);
}

/* ---- Made in a callback ---- */
static AsCompleted *made;

static void make_in_callback(void *future)
{
    made = watch((Future *[]){ future }, 1, INFINITY);
}

static int take_from_callback(void *arg, Value *result)
{
    Future *future = new_future();
    CHECK(loop_call_soon(async_get_running_loop(), make_in_callback,
                         future) != 0);
    pause_turns(1);
    finish(future);
    expect(made, 0, future);
    as_completed_free(made);
    future_release(future);
    return 0;
}

TEST(a_callback_can_make_one)
{
    play(take_from_callback, NULL);
}

/* ---- Many ---- */
enum { MANY = 10000 };

static int turns_of(size_t n)
{
    Future **futures = calloc(n, sizeof *futures);
    CHECK(futures != NULL);
    new_futures(futures, n);
    AsCompleted *from = watch(futures, n, 1);
    Turns turns;
    count_turns(&turns);
    for (size_t i = n; i-- > 0; )
        finish(futures[i]);
    for (size_t i = n; i-- > 0; )
        expect(from, 0, futures[i]);
    int passed = turns_passed(&turns);
    expect(from, E_STOP_ITERATION, NULL);
    as_completed_free(from);
    release_all(futures, n);
    free(futures);
    return passed;
}

static int take_many(void *arg, Value *result)
{
    CHECK_INT(turns_of(MANY), turns_of(2));
    return 0;
}

TEST(ten_thousand_take_no_more_turns_than_two)    /* C1 */
{
    play(take_many, NULL);
}
