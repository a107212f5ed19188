/* Nothing here takes time.  Debug mode reports each use of a future that was
 * freed, and where malloc() can, it fills what is freed with rubbish. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/03_futures/exercises/3_extend_all/all_of.h"
#include "../../../../code/03_futures/report.h"

enum { N = 3, UNTOUCHED = -1 };

static Loop *loop;
static Future *parts[N], *all;
static Value results[N];
static int lost;    /* errors that nobody has asked for */

/* ---- Around each test ---- */
static void on_report(Loop *reporting, const ErrorContext *context, void *arg)
{
    if (context->error == E_RUNTIME)
        CHECK_STR(context->message, "(no report)");
    lost++;
}

static void set_up(void)
{
#ifdef M_PERTURB
    mallopt(M_PERTURB, 0x5a);
#endif
    lost = 0;
    unsetenv("WEFT_SHUFFLE");    /* the order within a turn is what we test */
    loop = loop_new();
    CHECK(loop != NULL);
    loop_set_debug(loop, true);
    loop_set_exception_handler(loop, on_report, NULL);
    for (int i = 0; i < N; i++) {
        parts[i] = future_new(loop);
        CHECK(parts[i] != NULL);
        results[i].i = UNTOUCHED;
    }
}

/* The array is the caller's again at once: it is spoilt. */
static void start(size_t n, Future *a, Future *b, Future *c)
{
    Future *futures[N] = { a, b, c };
    all = all_of(loop, futures, n, results);
    CHECK(all != NULL);
    memset(futures, 0x5a, sizeof futures);
}

static void start_all(void)
{
    start(N, parts[0], parts[1], parts[2]);
}

static void run_some_turns(void)
{
    for (int i = 0; i < 6; i++) {
        CHECK(loop_call_soon(loop, loop_stop_callback, loop) != 0);
        CHECK_INT(loop_run_forever(loop), 0);
    }
}

static void leave(Future **future)
{
    future_release(*future);
    *future = NULL;
}

/* Each future that is not freed keeps the loop: so they can be counted. */
static void free_loop(void)
{
    CHECK_INT(loop->users, 1);
    loop_free(loop);
}

/* What is still pending ends, so that all_of() can let it go. */
static void tear_down(void)
{
    for (int i = 0; i < N; i++)
        if (parts[i] != NULL && !future_done(parts[i]))
            future_cancel(parts[i]);
    run_some_turns();
    leave(&all);
    for (int i = 0; i < N; i++)
        leave(&parts[i]);
    free_loop();
}

/* ---- What can happen to a part ---- */
static int number_of(int i) { return 100 + i; }
static int error_of(int i) { return E_USER + i; }

static void answer(int i)
{
    future_set_result(parts[i], (Value){ .i = number_of(i) });
}

static void fail(int i)
{
    future_set_error(parts[i], error_of(i), (Value){ .i = number_of(i) });
}

static void cancel(int i)
{
    future_cancel(parts[i]);
}

static void check_failed_as(int i)
{
    Value value = { .i = UNTOUCHED };
    CHECK_INT(future_result(all, &value), error_of(i));
    CHECK_INT(value.i, number_of(i));
}

static void check_all_results(void)
{
    Value value = { .p = NULL };
    CHECK_INT(future_result(all, &value), 0);
    CHECK_PTR(value.p, results);
    for (int i = 0; i < N; i++)
        CHECK_INT(results[i].i, number_of(i));
}

/* ---- Results ---- */
TEST_FOR(1, it_is_done_when_all_are_with_the_results_in_their_places)
{
    HINT("the arg of a done callback can say which place is meant");
    for (int first = 0; first < N; first++) {
        set_up();
        start_all();
        for (int i = 0; i < N; i++) {
            run_some_turns();
            CHECK(!future_done(all));
            answer((first + 2 * i) % N);
        }
        run_some_turns();
        check_all_results();
        tear_down();
    }
    set_up();    /* all done before */
    for (int i = N; i-- > 0;)
        answer(i);
    start_all();
    run_some_turns();
    check_all_results();
    tear_down();
}

TEST_FOR(1, none_is_done_at_once_and_one_may_be_named_twice)
{
    HINT("nobody is there who could call you: complete it before you return");
    set_up();
    Value value = { .p = NULL };
    start(0, NULL, NULL, NULL);
    CHECK(future_done(all));
    CHECK_INT(future_result(all, &value), 0);
    CHECK_PTR(value.p, results);
    leave(&all);
    start(3, parts[1], parts[0], parts[1]);
    answer(1);
    run_some_turns();
    CHECK(!future_done(all));
    answer(0);
    run_some_turns();
    CHECK_INT(future_error(all), 0);
    CHECK_INT(results[0].i, number_of(1));
    CHECK_INT(results[1].i, number_of(0));
    CHECK_INT(results[2].i, number_of(1));
    tear_down();
}

/* ---- Errors ---- */
TEST_FOR(1, the_first_error_is_its_own_and_the_others_run_on)
{
    HINT("an error that comes later has to be asked for, by somebody");
    set_up();
    start_all();
    answer(0);
    fail(2);
    run_some_turns();
    check_failed_as(2);
    CHECK(!future_done(parts[1]));
    fail(1);
    run_some_turns();
    check_failed_as(2);
    tear_down();
    CHECK_INT(lost, 0);

    set_up();    /* both in one turn */
    start_all();
    fail(1);
    fail(0);
    run_some_turns();
    check_failed_as(1);
    CHECK(!future_done(parts[2]));
    tear_down();
    CHECK_INT(lost, 0);
}

/* ---- Cancelling ---- */
static int cancelled[N], cancellations;

static void note_cancelled(Future *future, void *arg)
{
    CHECK(future_cancelled(future));
    for (int i = 0; i < N; i++)
        if (future == parts[i])
            cancelled[cancellations++] = i;
}

TEST_FOR(1, cancelled_it_cancels_those_that_are_pending)
{
    HINT("ask future_cancelled() in a done callback of the future you return");
    for (int by_part = 0; by_part < 2; by_part++) {
        set_up();
        start(N, parts[2], parts[0], parts[1]);
        cancellations = 0;
        for (int i = 0; i < N; i++)
            CHECK_INT(future_add_done_callback(parts[i], note_cancelled, NULL),
                      0);
        if (by_part)
            cancel(0);
        else
            future_cancel(all);
        run_some_turns();
        CHECK(future_cancelled(all));
        CHECK_INT(cancellations, N);
        CHECK_INT(cancelled[0], by_part ? 0 : 2);
        CHECK_INT(cancelled[1], by_part ? 2 : 0);
        CHECK_INT(cancelled[2], 1);
        tear_down();
    }
    set_up();    /* one has its result, another its error: they stay */
    start_all();
    answer(0);
    run_some_turns();
    future_cancel(all);
    fail(2);
    run_some_turns();
    CHECK(future_cancelled(all));
    CHECK(future_cancelled(parts[1]));
    CHECK_INT(future_error(parts[0]), 0);
    tear_down();
    CHECK_INT(lost, 0);
}

TEST_FOR(1, once_it_is_done_the_results_are_left_alone)
{
    HINT("a callback may be on its way when the future is cancelled");
    set_up();
    start_all();
    answer(0);
    future_cancel(all);    /* the callback of part 0 is still to come */
    answer(1);
    run_some_turns();
    CHECK(future_cancelled(parts[2]));
    for (int i = 0; i < N; i++)
        CHECK_INT(results[i].i, UNTOUCHED);
    tear_down();

    set_up();
    start_all();
    fail(1);
    run_some_turns();
    check_failed_as(1);
    answer(0);
    answer(2);
    run_some_turns();
    for (int i = 0; i < N; i++)
        CHECK_INT(results[i].i, UNTOUCHED);
    tear_down();
}

/* ---- Every order ---- */
/* A run is a number: which outcome each part gets, in which order they come,
 * when the whole is cancelled (N + 1: never), whether the loop turns between,
 * and when the caller's references go. */
enum { OUTCOMES = 27, ORDERS = 6, RUNS = OUTCOMES * ORDERS * (N + 2) * 2 * 3 };

static void (*const outcomes[])(int) = { answer, fail, cancel };
static const int orders[ORDERS][N] = {
    { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 }
};

static int take(int *run, int ways)
{
    int way = *run % ways;
    *run /= ways;
    return way;
}

static void run_one_way(int run)
{
    const int *order = orders[take(&run, ORDERS)];
    int kinds[N] = { take(&run, 3), take(&run, 3), take(&run, 3) };
    int cancelled_at = take(&run, N + 2), leaving = take(&run, 3), error = 0;
    bool has_turns = take(&run, 2);
    set_up();
    start_all();
    if (leaving == 1)
        leave(&all);
    for (int i = 0; i <= N; i++) {
        if (i == cancelled_at && all != NULL) {
            bool is_pending = !has_turns || (i < N && error == 0);
            CHECK_INT(future_cancel(all), is_pending);
            error = is_pending ? E_CANCELLED : error;
        }
        if (has_turns)
            run_some_turns();
        if (i == N)
            break;
        int part = order[i], kind = kinds[part];
        outcomes[kind](part);
        if (error == 0 && kind > 0)
            error = kind == 1 ? error_of(part) : E_CANCELLED;
        if (leaving == 2)
            leave(&parts[part]);
        if (has_turns)
            run_some_turns();
    }
    run_some_turns();
    if (all != NULL)
        CHECK_INT(future_error(all), error);
    if (all != NULL && error == 0)
        check_all_results();
    tear_down();
}

TEST_FOR(1, in_every_order_of_events_nothing_is_left_behind)
{
    HINT("count the callbacks that are still to run; the last one cleans up");
    for (int run = 0; run < RUNS; run++)
        run_one_way(run);
    set_up();
    start_all();
    tear_down();
    set_up();
    CHECK_INT(loop_close(loop), 0);
    CHECK_PTR(all_of(loop, parts, N, results), NULL);
    for (int i = 0; i < N; i++) {
        CHECK(!future_done(parts[i]));
        leave(&parts[i]);
    }
    free_loop();
}
