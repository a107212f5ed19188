/* async_wait(): its three modes, its timeout, and that it leaves those for whom
 * it waits alone. */
#include "gathers.h"

/* ---- Modes ---- */
/* What is done when it returns, as a string of 0 and 1, and when it does. */
static void check_wait(Worker workers[], size_t n, double timeout,
                       enum ReturnWhen when, const char *wanted, double ends)
{
    Task *tasks[8];
    char done[9] = "";
    double start = now();
    begin_all(tasks, workers, n);
    CHECK_INT(async_wait(tasks, n, timeout, when), 0);
    for (size_t i = 0; i < n; i++)
        strcat(done, task_done(tasks[i]) ? "1" : "0");
    CHECK_STR(done, wanted);
    CHECK_DOUBLE(now() - start, ends, 0.001);
    for (size_t i = 0; i < n; i++) {
        CHECK_INT(task_cancelling(tasks[i]), 0);
        CHECK_INT(task_join(tasks[i], NULL), workers[i].error);
    }
}

static int wait_in_modes(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 3 }, { .delay = 1, .error = E_CANCELLED },
                         { .delay = 2, .error = EPIPE }, { .delay = 4 } };
    check_wait(workers, 4, INFINITY, ALL_COMPLETED, "1111", 4);
    check_wait(workers, 4, INFINITY, FIRST_COMPLETED, "0100", 1);
    check_wait(workers, 4, INFINITY, FIRST_EXCEPTION, "0110", 2);
    check_wait(workers, 2, INFINITY, FIRST_EXCEPTION, "11", 3);
    check_wait(workers, 1, INFINITY, FIRST_COMPLETED, "1", 3);
    return 0;
}

TEST(each_mode_returns_at_its_time_and_raises_nothing)    /* A1 A2 */
{
    play(wait_in_modes, NULL);
}

static int wait_for_cancelled(void *arg, Value *result)
{
    Future *futures[3];
    new_futures(futures, 3);
    CHECK(future_cancel(futures[0]));
    CHECK_INT(async_wait(futures, 3, 1, FIRST_EXCEPTION), 0);
    CHECK_DOUBLE(now(), 1, 0.001);
    CHECK_INT(async_wait(futures, 3, 1, FIRST_COMPLETED), 0);
    CHECK_DOUBLE(now(), 1, 0.001);
    release_all(futures, 3);
    return 0;
}

TEST(a_cancelled_future_has_completed_and_is_no_exception)    /* A2 */
{
    play(wait_for_cancelled, NULL);
}

static int wait_for_errors(void *mode, Value *result)
{
    Future *future = new_future();
    CHECK_INT(future_set_error(future, EPIPE, nothing), 0);
    enum ReturnWhen when = *(enum ReturnWhen *)mode;
    Future *other = new_future();
    CHECK_INT(async_wait(FUTURES(future, other), 1, when), 0);
    CHECK_DOUBLE(now(), when == ALL_COMPLETED ? 1 : 0, 0.001);
    future_release(future);
    future_release(other);
    return 0;
}

/* Only who asks whether it has failed has heard of it. */
TEST(an_error_that_nobody_asks_for_is_reported_all_the_same)    /* A1 D1 */
{
    enum ReturnWhen modes[] = { ALL_COMPLETED, FIRST_COMPLETED,
                                FIRST_EXCEPTION };
    int counts[] = { 1, 1, 0 };
    for (int i = 0; i < 3; i++) {
        Seen seen;
        Loop *loop = watched_loop(&seen);
        CHECK_INT(run(loop, wait_for_errors, &modes[i]), 0);
        loop_free(loop);
        CHECK_INT(seen.count, counts[i]);
    }
}

/* ---- Time ---- */
static int wait_for_time(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 1 }, { .delay = 3 } };
    check_wait(workers, 2, 2, ALL_COMPLETED, "10", 2);
    check_wait(workers, 2, 4, ALL_COMPLETED, "11", 3);
    check_wait(workers, 2, 0.5, FIRST_COMPLETED, "00", 0.5);
    check_wait(workers, 2, 2, FIRST_EXCEPTION, "10", 2);
    check_wait(workers, 2, 0, ALL_COMPLETED, "00", 0);
    check_wait(workers, 2, -1, ALL_COMPLETED, "00", 0);
    check_wait(workers, 2, -INFINITY, ALL_COMPLETED, "00", 0);
    return 0;
}

TEST(a_timeout_neither_raises_nor_cancels)    /* A3 */
{
    play(wait_for_time, NULL);
}

static int wait_no_time(void *arg, Value *result)
{
    Future *futures[2];
    new_futures(futures, 2);
    CHECK_INT(future_set_result(futures[0], seven), 0);
    double timeouts[] = { 0, -1, -INFINITY };
    for (int i = 0; i < 3; i++) {
        CHECK_INT(async_wait(futures, 2, timeouts[i], ALL_COMPLETED), 0);
        CHECK(future_done(futures[0]) && !future_done(futures[1]));
        CHECK_DOUBLE(now(), 0, 0.001);
    }
    release_all(futures, 2);
    return 0;
}

TEST(a_timeout_of_zero_looks_who_is_done)    /* A3 */
{
    play(wait_no_time, NULL);
}

static int leave_nothing(void *arg, Value *result)
{
    double timeouts[] = { 2, 1000, INFINITY };
    Worker workers[] = { { .delay = 1 }, { .delay = 3 } };
    Task *tasks[2];
    size_t before = promised();
    for (int i = 0; i < 3; i++) {
        begin_all(tasks, workers, 2);
        CHECK_INT(async_wait(tasks, 2, timeouts[i], ALL_COMPLETED), 0);
        CHECK_INT(async_wait(tasks, 2, timeouts[i], ALL_COMPLETED), 0);
        CHECK_INT(promised(), before);
        release_all(tasks, 2);
    }
    return 0;
}

TEST(its_timer_goes_with_it)
{
    play(leave_nothing, NULL);
}

/* ---- Those that are done ---- */
static int wait_for_done(void *arg, Value *result)
{
    Future *futures[2];
    new_futures(futures, 2);
    CHECK_INT(future_set_result(futures[0], seven), 0);
    CHECK_INT(future_set_result(futures[1], seven), 0);
    tell_soon("turn");
    CHECK_INT(async_wait(futures, 2, INFINITY, ALL_COMPLETED), 0);
    CHECK_STR(story, "turn");
    CHECK_DOUBLE(now(), 0, 0.001);
    release_all(futures, 2);
    return 0;
}

TEST(who_waits_for_what_is_done_lets_others_run_first)
{
    play(wait_for_done, NULL);
}

static int wait_for_the_same(void *arg, Value *result)
{
    Worker one = { .delay = 1 }, two = { .delay = 2 };
    Task *a = begin(work, &one), *b = begin(work, &two);
    CHECK_INT(async_wait(FUTURES(a, a, b, a), INFINITY, ALL_COMPLETED), 0);
    CHECK_DOUBLE(now(), 2, 0.001);
    CHECK_INT(async_wait(FUTURES(b, b), INFINITY, ALL_COMPLETED), 0);
    task_release(a);
    task_release(b);
    return 0;
}

TEST(a_future_may_be_named_twice)
{
    play(wait_for_the_same, NULL);
}

static int wait_for_others(void *arg, Value *result)
{
    Worker worker = { .delay = 1 };
    Task *task = begin(work, &worker);
    task_release(task);    /* the loop has it until it is done */
    CHECK_INT(async_wait(&task, 1, INFINITY, ALL_COMPLETED), 0);
    CHECK_DOUBLE(now(), 1, 0.001);
    return 0;
}

TEST(while_it_waits_it_holds_them)
{
    play(wait_for_others, NULL);
}

/* ---- Who waits ---- */
typedef struct Waiting {
    Future **futures;
    size_t n;
    double timeout;
    double ended;
} Waiting;

static int wait_on(void *arg, Value *result)
{
    Waiting *waiting = arg;
    int err = async_wait(waiting->futures, waiting->n, waiting->timeout,
                         ALL_COMPLETED);
    waiting->ended = now();
    return err;
}

static int cancel_wait(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 3 }, { .delay = 4 } };
    Task *tasks[2];
    begin_all(tasks, workers, 2);
    Waiting waiting = { tasks, 2, 9, -1 };
    Task *task = begin(wait_on, &waiting);
    rest(1);
    CHECK(task_cancel_with(task, "enough"));
    CHECK(!task_done(task));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK_STR(future_cancel_message(task), "enough");
    CHECK_INT(task_cancelling(tasks[0]), 0);
    CHECK_INT(task_join(tasks[0], NULL), 0);
    CHECK_INT(task_join(tasks[1], NULL), 0);
    CHECK_DOUBLE(now(), 4, 0.001);
    task_release(task);
    return 0;
}

TEST(a_cancelled_wait_leaves_them_alone)    /* A4 */
{
    play(cancel_wait, NULL);
}

static int cancel_wait_at_its_end(void *arg, Value *result)
{
    Future *futures[2];
    new_futures(futures, 2);
    Waiting waiting = { futures, 2, INFINITY, -1 };
    Task *task = begin(wait_on, &waiting);
    pause_turns(1);
    CHECK_INT(future_set_result(futures[0], seven), 0);
    CHECK_INT(future_set_result(futures[1], seven), 0);
    if (arg != NULL)
        pause_turns(1);
    CHECK(!task_done(task));
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK(future_done(futures[1]));
    release_all(futures, 2);
    return 0;
}

TEST(cancelled_in_the_turn_of_its_end_it_is_cancelled)    /* T8 */
{
    play(cancel_wait_at_its_end, NULL);
    play(cancel_wait_at_its_end, "pauses");
}

static int wait_while_cancelled(void *arg, Value *result)
{
    Future *future = new_future();
    CHECK(task_cancel(async_current_task()));
    CHECK_INT(async_wait(&future, 1, INFINITY, ALL_COMPLETED), E_CANCELLED);
    CHECK(!future_done(future));
    CHECK(task_cancel(async_current_task()));
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK_INT(async_wait(&future, 1, INFINITY, ALL_COMPLETED), E_CANCELLED);
    CHECK_INT(async_wait(&future, 1, INFINITY, ALL_COMPLETED), 0);
    future_release(future);
    return 0;
}

TEST(a_request_from_before_is_delivered_in_it)    /* T6 */
{
    play(wait_while_cancelled, NULL);
}

static int wait_together(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 1 }, { .delay = 3 } };
    Task *tasks[2];
    begin_all(tasks, workers, 2);
    Waiting waits[] = { { tasks, 2, INFINITY, 0 }, { tasks, 2, 2, 0 },
                        { tasks, 2, INFINITY, 0 }, { tasks, 1, INFINITY, 0 } };
    Task *waiters[4];
    for (int i = 0; i < 4; i++)
        waiters[i] = begin(wait_on, &waits[i]);
    rest(0.5);
    CHECK(task_cancel(waiters[2]));
    CHECK_INT(async_wait(waiters, 4, INFINITY, ALL_COMPLETED), 0);
    double ends[] = { 3, 2, 0.5, 1 };
    for (int i = 0; i < 4; i++) {
        CHECK_INT(task_error(waiters[i]), i == 2 ? E_CANCELLED : 0);
        CHECK_DOUBLE(waits[i].ended, ends[i], 0.001);
    }
    release_all(waiters, 4);
    release_all(tasks, 2);
    return 0;
}

TEST(several_may_wait_for_the_same)
{
    play(wait_together, NULL);
}

/* ---- Many ---- */
enum { MANY = 10000 };

static int turns_of(size_t n)
{
    Future **futures = calloc(n, sizeof *futures);
    CHECK(futures != NULL);
    new_futures(futures, n);
    Waiting waiting = { futures, n, INFINITY, -1 };
    Task *task = begin(wait_on, &waiting);
    pause_turns(1);
    Turns turns;
    count_turns(&turns);
    for (size_t i = n; i-- > 0; )
        CHECK_INT(future_set_result(futures[i], seven), 0);
    CHECK_INT(task_join(task, NULL), 0);
    int passed = turns_passed(&turns);
    release_all(futures, n);
    free(futures);
    return passed;
}

static int wait_for_many(void *arg, Value *result)
{
    CHECK_INT(turns_of(MANY), turns_of(2));
    return 0;
}

TEST(ten_thousand_take_no_more_turns_than_two)
{
    play(wait_for_many, NULL);
}
