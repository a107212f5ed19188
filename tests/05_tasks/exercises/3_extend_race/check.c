/* Time is virtual.  The frame of race() is spoilt when it has returned: whoever
 * still uses it is found. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/03_futures/report.h"
#include "../../../../code/05_tasks/exercises/3_extend_race/race.h"

enum { N = 3 };

static Loop *loop;
static int lost;    /* errors that nobody has asked for */

/* ---- Runners ---- */
typedef struct Runner {
    double seconds;      /* that it runs */
    int err;             /* that it returns, with its number as its result */
    double cleanup;      /* seconds that it takes to end when cancelled */
    bool is_stubborn;    /* it then returns as if it had not been cancelled */
    int number;
    int cancelled;       /* how often it was told */
} Runner;

static Runner runners[N];
static Task *tasks[N];
static int first_cancelled;    /* the number of the runner */

static int run_runner(void *arg, Value *result)
{
    Runner *runner = arg;
    result->i = runner->number;
    if (async_sleep(runner->seconds) == 0)
        return runner->err;
    if (first_cancelled == 0)
        first_cancelled = runner->number;
    runner->cancelled++;
    if (runner->cleanup > 0 && async_sleep(runner->cleanup) != 0)
        runner->cancelled++;
    return runner->is_stubborn ? runner->err : E_CANCELLED;
}

/* ---- Who races ---- */
static Task *racer;
static size_t n, winner;
static Value result;
static int err, cancelled_before;
static double ended;    /* when race() returned */
static bool all_done;

/* The stack on which race() was a moment ago. */
static void spoil(void)
{
    volatile unsigned char area[4096];
    for (size_t i = 0; i < sizeof area; i++)
        area[i] = 0x5a;
    for (int i = 0; i < 3; i++)
        async_sleep(0);
    for (size_t i = 0; i < sizeof area; i++)
        CHECK_INT(area[i], 0x5a);
}

static void (*volatile spoil_stack)(void) = spoil;

static int run_race(void *arg, Value *unused)
{
    Task *copies[N];
    for (size_t i = 0; i < n; i++)
        copies[i] = tasks[i];
    if (cancelled_before)
        task_cancel(racer);
    err = race(copies, n, &winner, &result);
    memset(copies, 0x5a, sizeof copies);
    ended = loop_time(loop);
    all_done = true;
    for (size_t i = 0; i < n; i++)
        all_done = all_done && task_done(tasks[i]);
    spoil_stack();
    return 0;
}

/* ---- Around each test ---- */
static void on_report(Loop *reporting, const ErrorContext *context, void *arg)
{
    if (context->error == E_RUNTIME)
        CHECK_STR(context->message, "(no report)");
    lost++;
}

static void set_up(void)
{
    unsetenv("WEFT_SHUFFLE");    /* the order within a turn is what we test */
    loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    loop_set_debug(loop, true);
    loop_set_exception_handler(loop, on_report, NULL);
    n = N;
    lost = first_cancelled = cancelled_before = 0;
    winner = 99;
    result.i = -1;
    ended = -1;
    for (int i = 0; i < N; i++)
        runners[i] = (Runner){ .seconds = 10 * (i + 1), .number = i + 1 };
}

static void start_tasks(void)
{
    for (int i = 0; i < N; i++) {
        tasks[i] = loop_create_task(loop, run_runner, &runners[i]);
        CHECK(tasks[i] != NULL);
    }
}

static void start_race(void)
{
    racer = loop_create_task(loop, run_race, NULL);
    CHECK(racer != NULL);
}

static void run_until(double when)
{
    CHECK(loop_call_at(loop, when, loop_stop_callback, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
}

/* What was cancelled or not is over: nothing is left. */
static void tear_down(void)
{
    CHECK(task_done(racer));
    CHECK_INT(task_error(racer), 0);
    CHECK(all_done);
    task_release(racer);
    for (int i = 0; i < N; i++)
        task_release(tasks[i]);
    CHECK_INT(lost, 0);
    CHECK_INT(loop->timers.count, 0);
    CHECK_INT(loop->users, 1);
    loop_free(loop);
}

static void check_won(int place, int error, double when)
{
    CHECK(task_done(racer));
    CHECK_INT(err, error);
    CHECK_INT(winner, place);
    if (error != E_CANCELLED)
        CHECK_INT(result.i, place + 1);
    CHECK_DOUBLE(ended, when, 0.01);
}

static void check_cancelled(double when)
{
    check_won((int)n, E_CANCELLED, when);
    CHECK_PTR(result.p, NULL);
}

/* ---- Who wins ---- */
TEST_FOR(1, the_first_wins_however_it_ends_and_the_others_are_cancelled)
{
    HINT("complete one future in a done callback of each task, and await it");
    static const int errors[] = { 0, ECONNRESET, E_CANCELLED };
    for (int place = 0; place < N; place++)
        for (int i = 0; i < 3; i++) {
            set_up();
            runners[place].seconds = 5;
            runners[place].err = errors[i];
            start_tasks();
            start_race();
            run_until(5.5);
            check_won(place, errors[i], 5);
            CHECK_INT(first_cancelled, place == 0 ? 2 : 1);
            for (int other = 0; other < N; other++)
                CHECK_INT(runners[other].cancelled, other != place);
            tear_down();
        }
}

TEST_FOR(1, of_those_that_are_done_before_the_first_in_the_array_wins)
{
    HINT("a callback that is added to a task that is done runs one turn later");
    for (int i = 0; i < 4; i++) {    /* which of the first two is done */
        set_up();
        runners[0].seconds = i & 1 ? 2 : 20;
        runners[1].seconds = i & 2 ? 1 : 20;
        runners[1].err = i == 3 ? EIO : 0;
        runners[2].seconds = i > 0 ? 2 : 2.5;
        start_tasks();
        run_until(2.3);
        start_race();
        run_until(5);
        check_won(i == 0 ? 2 : i == 2 ? 1 : 0, 0, i > 0 ? 2.3 : 2.5);
        CHECK_INT(runners[2].cancelled, 0);
        tear_down();
    }
    set_up();    /* all end in one turn, the last of them first */
    for (int i = 0; i < N; i++)
        runners[i].seconds = 3;
    start_tasks();
    Task *task = tasks[0];
    tasks[0] = tasks[2];
    tasks[2] = task;
    start_race();
    run_until(4);
    CHECK_INT(winner, 2);
    CHECK_INT(result.i, 1);
    tear_down();
}

/* ---- Who has lost ---- */
TEST_FOR(1, it_returns_when_all_have_ended_whatever_they_do_before)
{
    HINT("task_cancel() is a request: wait for the end of each");
    set_up();
    runners[1].cleanup = 7;
    runners[2].cleanup = 3;
    runners[2].is_stubborn = true;
    runners[2].err = EPIPE;    /* nobody wants to know */
    start_tasks();
    start_race();
    run_until(13.5);
    CHECK(task_done(tasks[2]));
    CHECK(!task_done(tasks[1]));
    CHECK(!task_done(racer));
    run_until(20);
    check_won(0, 0, 17);
    CHECK_INT(runners[1].cancelled, 1);
    CHECK_INT(runners[2].cancelled, 1);
    tear_down();

    set_up();    /* both end in one turn: who looks finds all done */
    runners[1].cleanup = runners[2].cleanup = 4;
    runners[0].err = EIO;
    start_tasks();
    start_race();
    run_until(20);
    check_won(0, EIO, 14);
    tear_down();
}

/* ---- The caller is cancelled ---- */
TEST_FOR(1, who_is_cancelled_cancels_all_and_waits_for_them)
{
    HINT("E_CANCELLED: cancel them, wait for them, then return it");
    set_up();
    runners[0].cleanup = 2;
    runners[1].cleanup = 5;
    runners[1].is_stubborn = true;
    start_tasks();
    start_race();
    run_until(4);
    CHECK(task_cancel(racer));
    run_until(6.5);
    CHECK(!task_done(racer));
    run_until(20);
    check_cancelled(9);
    for (int i = 0; i < N; i++)
        CHECK_INT(runners[i].cancelled, 1);
    tear_down();

    set_up();    /* before it begins to wait */
    cancelled_before = 1;
    start_tasks();
    start_race();
    run_until(20);
    check_cancelled(0);
    tear_down();

    set_up();    /* one is cancelled that has been woken */
    start_tasks();
    start_race();
    CHECK(loop_call_at(loop, 10, future_cancel_callback, racer) != 0);
    run_until(20);
    check_cancelled(10);
    CHECK(task_cancelled(tasks[0]));
    tear_down();
}

static int turns;         /* that go by before the caller is cancelled */
static bool is_in_time;

static void cancel_in_some_turns(void *arg)
{
    if (turns-- > 0) {
        CHECK(loop_call_soon(loop, cancel_in_some_turns, NULL) != 0);
        return;
    }
    is_in_time = ended < 0;
    CHECK_INT(task_cancel(racer), !task_done(racer));
}

TEST_FOR(1, who_is_cancelled_when_one_has_won_is_cancelled)
{
    HINT("the first await() may be over, and race() is not");
    for (int first = 0; first < 10; first++) {
        set_up();
        start_tasks();
        start_race();
        run_until(1);
        turns = first;
        CHECK(loop_call_at(loop, 10, cancel_in_some_turns, NULL) != 0);
        run_until(20);
        CHECK_INT(task_error(tasks[0]), 0);
        CHECK(first > 0 || is_in_time);
        CHECK(first < 9 || !is_in_time);
        if (is_in_time)
            check_cancelled(10);
        else
            check_won(0, 0, 10);
        tear_down();
    }
}

TEST_FOR(1, who_is_cancelled_while_the_others_end_waits_on)
{
    HINT("task_cancelling() of your own task: is it more than it was?");
    for (int i = 0; i < 2; i++) {    /* they mind a second time, or not */
        set_up();
        runners[0].seconds = 5;
        runners[1].cleanup = i ? 4 : 0;
        runners[2].cleanup = 10;
        runners[1].is_stubborn = runners[2].is_stubborn = i;
        start_tasks();
        start_race();
        run_until(7);
        CHECK(!task_done(racer));
        CHECK(task_cancel(racer));    /* one has won already */
        run_until(7.5);
        CHECK(task_cancelling(racer) == 1);
        run_until(30);
        CHECK(task_done(racer));
        CHECK_INT(err, E_CANCELLED);
        CHECK_INT(winner, N);
        CHECK_PTR(result.p, NULL);
        CHECK(ended >= 7);
        tear_down();
    }
    set_up();    /* cancelled, and once more */
    runners[2].cleanup = 10;
    start_tasks();
    start_race();
    run_until(3);
    CHECK(task_cancel(racer));
    run_until(5);
    CHECK(task_cancel(racer));
    run_until(30);
    CHECK(ended >= 5);
    CHECK_INT(err, E_CANCELLED);
    CHECK_INT(winner, N);
    tear_down();
}

/* ---- Refusals ---- */
static void race_in_callback(void *arg)
{
    err = race(tasks, N, NULL, NULL);
    loop_stop(loop);
}

TEST(what_makes_no_sense_is_refused)
{
    set_up();
    n = 0;
    start_tasks();
    start_race();
    run_until(0.5);
    CHECK_INT(err, E_VALUE);
    CHECK(loop_call_soon(loop, race_in_callback, NULL) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
    CHECK_INT(err, E_RUNTIME);
    CHECK(!task_done(tasks[0]));
    run_until(40);
    tear_down();
}
