/* Timers: when they run, in what order, and how they are cancelled.  Nearly all
 * of it in virtual time. */
#include "../../code/02_callbacks/loop_inside.h"
#include "loops.h"

static void tell_time(void *arg)
{
    char text[40];
    snprintf(text, sizeof text, "%s@%g", (char *)arg,
             loop_time(async_get_running_loop()));
    tell(text);
}

/* ---- When ---- */
TEST(timers_run_at_their_time_earliest_first)
{
    Loop *loop = in_virtual_time(new_loop());
    loop_call_later(loop, 3, tell_time, "c");
    loop_call_later(loop, 1, tell_time, "a");
    loop_call_at(loop, 2, tell_time, "b");
    loop_call_later(loop, 4, stop, NULL);
    run(loop);
    CHECK_STR(story, "a@1 b@2 c@3");
    CHECK_DOUBLE(loop_time(loop), 4, 0);
    loop_free(loop);
}

/* CPython: call_later (events), time_and_call_at */
TEST(a_timer_never_runs_before_its_time)
{
    Loop *loop = new_loop();
    double delays[] = { 0.02, 1e-3, 1e-5, 1e-7, 0 };
    for (int i = 0; i < 5; i++) {
        double when = loop_time(loop) + delays[i];
        loop_call_at(loop, when, stop, NULL);
        run(loop);
        CHECK(loop_time(loop) >= when);
    }
    loop_free(loop);
}

TEST(the_clock_is_monotonic)
{
    Loop *loop = new_loop();
    double before = loop_time(loop);
    for (int i = 0; i < 1000; i++) {
        double now = loop_time(loop);
        CHECK(now >= before);
        before = now;
    }
    CHECK_DOUBLE(before, real_now(), 5);
    loop_free(loop);
}

/* L4.  CPython: call_later_negative_delays */
TEST(of_two_negative_delays_the_earlier_time_runs_first)
{
    Loop *loop = ordered_loop();
    loop_call_later(loop, -1, tell, "a");
    loop_call_later(loop, -2, tell, "b");
    run_turn_of(loop);
    CHECK_STR(story, "b a");
    loop_free(loop);
}

/* L4 */
TEST(minus_infinity_is_long_ago)
{
    Loop *loop = ordered_loop();
    CHECK(loop_call_later(loop, -1e300, tell, "b") != 0);
    CHECK(loop_call_later(loop, -INFINITY, tell, "a") != 0);
    CHECK(loop_call_at(loop, -INFINITY, tell, "a too") != 0);
    run_turn_of(loop);
    CHECK_STR(story, "a a too b");
    loop_free(loop);
}

TEST(infinity_is_never)
{
    Loop *loop = in_virtual_time(new_loop());
    Handle never_runs = loop_call_later(loop, INFINITY, never, NULL);
    Handle nor_this = loop_call_at(loop, INFINITY, never, NULL);
    CHECK(never_runs != 0 && nor_this != 0);
    loop_call_later(loop, 1e300, stop, NULL);
    run(loop);
    CHECK_DOUBLE(loop_time(loop), 1e300, 0);
    run_turn_of(loop);
    CHECK(loop_cancel(loop, never_runs));
    CHECK(!loop_cancel(loop, never_runs));
    loop_free(loop);
}

TEST(NaN_is_refused)
{
    Loop *loop = new_loop();
    errno = 0;
    CHECK_INT(loop_call_later(loop, NAN, never, NULL), 0);
    CHECK_INT(errno, EINVAL);
    errno = 0;
    CHECK_INT(loop_call_at(loop, NAN, never, NULL), 0);
    CHECK_INT(errno, EINVAL);
    loop_call_later(loop, 0, stop, NULL);
    run(loop);
    loop_free(loop);
}

/* CPython: call_later (base_events) */
TEST(a_timer_waits_while_other_callbacks_run)
{
    Loop *loop = in_virtual_time(new_loop());
    int n = 0;
    CHECK(loop_call_later(loop, 10, never, NULL) != 0);
    for (int i = 0; i < 100; i++) {
        loop_call_soon(loop, count, &n);
        run_turn_of(loop);
    }
    CHECK_INT(n, 100);
    CHECK_DOUBLE(loop_time(loop), 0, 0);
    loop_free(loop);
}

/* ---- Equal times ---- */
enum { MANY = 10000 };

static int next_number;

static void check_number(void *number)
{
    CHECK_INT((intptr_t)number, next_number);
    next_number++;
}

/* L5 */
TEST(ten_thousand_timers_of_one_time_run_in_order_of_creation)
{
    Loop *loop = in_virtual_time(ordered_loop());
    for (intptr_t i = 0; i < MANY; i++)
        CHECK(loop_call_at(loop, 7, check_number, (void *)i) != 0);
    loop_call_at(loop, 7, stop, NULL);
    run(loop);
    CHECK_INT(next_number, MANY);
    CHECK_DOUBLE(loop_time(loop), 7, 0);
    loop_free(loop);
}

/* L5 */
TEST(equal_times_stay_in_order_when_slots_are_used_again)
{
    Loop *loop = in_virtual_time(ordered_loop());
    Handle dropped[100];
    for (int i = 0; i < 100; i++)
        dropped[i] = loop_call_at(loop, 1, never, NULL);
    for (int i = 0; i < 100; i += 2)
        CHECK(loop_cancel(loop, dropped[i]));
    for (int i = 99; i > 0; i -= 2)
        CHECK(loop_cancel(loop, dropped[i]));
    for (intptr_t i = 0; i < 150; i++)
        loop_call_at(loop, 1, check_number, (void *)i);
    loop_call_at(loop, 1, stop, NULL);
    run(loop);
    CHECK_INT(next_number, 150);
    loop_free(loop);
}

/* ---- Cancelling ---- */
static Loop *owner;
static Handle timers[3];

static void cancel_timers(void *wanted)
{
    for (int i = 0; i < 3; i++)
        CHECK_INT(loop_cancel(owner, timers[i]), *(bool *)wanted);
}

TEST(a_timer_that_waits_is_cancelled_once)
{
    Loop *loop = in_virtual_time(new_loop());
    for (int i = 0; i < 3; i++)
        timers[i] = loop_call_later(loop, i, never, NULL);
    loop_call_later(loop, 5, stop, NULL);
    for (int i = 0; i < 3; i++) {
        CHECK(loop_cancel(loop, timers[i]));
        CHECK(!loop_cancel(loop, timers[i]));
    }
    run(loop);
    loop_free(loop);
}

/* L6: they are in the ready queue already, behind what cancels them. */
TEST(a_timer_that_is_due_in_this_turn_is_cancelled_once)
{
    Loop *loop = owner = ordered_loop();
    bool yes = true, no = false;
    for (int i = 0; i < 3; i++)
        timers[i] = loop_call_later(loop, -1, never, NULL);
    loop_call_soon(loop, cancel_timers, &yes);
    loop_call_soon(loop, cancel_timers, &no);
    run_turn_of(loop);
    cancel_timers(&no);
    run_turn_of(loop);
    loop_free(loop);
}

TEST(a_timer_that_runs_or_has_run_cannot_be_cancelled)
{
    Loop *loop = owner = in_virtual_time(new_loop());
    bool no = false;
    for (int i = 0; i < 3; i++)
        timers[i] = loop_call_later(loop, 0, tell, "");
    timers[0] = loop_call_later(loop, 1, cancel_timers, &no);
    loop_call_later(loop, 2, stop, NULL);
    run(loop);
    cancel_timers(&no);
    loop_free(loop);
}

TEST(a_stale_handle_never_names_the_slot_s_next_timer)
{
    Loop *loop = in_virtual_time(new_loop());
    Handle stale[200];
    int n = 0;
    for (int i = 0; i < 200; i++) {
        stale[i] = loop_call_later(loop, 1, never, NULL);
        for (int j = 0; j < i; j++)
            CHECK(stale[j] != stale[i]);
        CHECK(loop_cancel(loop, stale[i]));
    }
    loop_call_later(loop, 1, count, &n);
    for (int i = 0; i < 200; i++)
        CHECK(!loop_cancel(loop, stale[i]));
    loop_call_later(loop, 2, stop, NULL);
    run(loop);
    CHECK_INT(n, 1);
    loop_free(loop);
}

/* L6: CPython only marks it, and wakes for nothing. */
TEST(a_cancelled_timer_does_not_end_the_sleep)
{
    Loop *loop = in_virtual_time(new_loop());
    Handle cancelled = loop_call_later(loop, 5, never, NULL);
    loop_call_later(loop, 10, stop, NULL);
    loop_cancel(loop, cancelled);
    run(loop);
    CHECK_DOUBLE(loop_time(loop), 10, 0);
    loop_free(loop);
}

/* CPython: _run_once_cancelled_event_cleanup.  Here nothing is left to clean:
 * a loop that cancels what it schedules does not grow. */
TEST(a_million_cancelled_timers_take_the_room_of_one)
{
    Loop *loop = new_loop();
    Handle first = loop_call_later(loop, 3000, never, NULL);
    size_t before = 0;
    for (int i = 0; i < 1000000; i++) {
        CHECK(loop_cancel(loop, loop_call_later(loop, 3600, never, NULL)));
        if (i == 1000)
            before = check_memory();
    }
    CHECK(check_memory() <= before);
    CHECK(loop_cancel(loop, first));
    loop_free(loop);
}

/* ---- From inside ---- */
static int ran, wanted_runs;

static void run_and_count(void *arg)
{
    if (++ran == wanted_runs)
        stop(NULL);
}

static void create_500(void *arg)
{
    for (int i = 0; i < 500; i++)
        CHECK(loop_call_later(async_get_running_loop(), i % 7, run_and_count,
                              NULL) != 0);
}

/* The slots move while timers that are due wait behind the one that runs. */
TEST(timers_grow_while_some_are_due)
{
    Loop *loop = in_virtual_time(new_loop());
    for (int i = 0; i < 60; i++)
        loop_call_at(loop, 1, i % 20 == 3 ? create_500 : run_and_count, NULL);
    wanted_runs = 57 + 3 * 500;
    run(loop);
    CHECK_INT(ran, wanted_runs);
    CHECK_DOUBLE(loop_time(loop), 7, 0);
    loop_free(loop);
}

static void tick(void *arg)
{
    tell_time("t");
    if (loop_time(async_get_running_loop()) < 3)
        loop_call_later(async_get_running_loop(), 1, tick, NULL);
    else
        stop(NULL);
}

TEST(a_timer_sets_the_next_one)
{
    Loop *loop = in_virtual_time(new_loop());
    loop_call_later(loop, 1, tick, NULL);
    run(loop);
    CHECK_STR(story, "t@1 t@2 t@3");
    loop_free(loop);
}

static void zero_again(void *counter)
{
    count(counter);
    loop_call_later(async_get_running_loop(), 0, zero_again, counter);
}

/* L2, L4 */
TEST(a_timer_of_zero_that_sets_itself_runs_once_in_each_turn)
{
    Loop *loop = in_virtual_time(new_loop());
    int n = 0;
    loop_call_later(loop, 0, zero_again, &n);
    for (int turn = 1; turn <= 100; turn++) {
        run_turn_of(loop);
        CHECK_INT(n, turn);
    }
    loop_free(loop);
}

/* L7 */
TEST(a_timer_that_is_due_when_the_loop_stops_runs_in_the_next_run)
{
    Loop *loop = in_virtual_time(new_loop());
    int n = 0;
    loop_call_later(loop, 1, stop, NULL);
    loop_call_later(loop, 2, count, &n);
    loop_call_later(loop, 3, stop, NULL);
    run(loop);
    CHECK_INT(n, 0);
    run(loop);
    CHECK_INT(n, 1);
    loop_free(loop);
}

/* ---- Against a model ---- */
/* Random timers and cancellations; the model is a plain array, in which the
 * next one to run is searched. */
enum { STEPS = 6000, MOST = 400 };

typedef struct Planned {
    double when;
    int number;
    Handle handle;
} Planned;

static Planned planned[MOST];
static int planned_count, created, history[MOST], history_count;

static unsigned random_number(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static void note_run(void *number)
{
    history[history_count++] = (intptr_t)number;
}

static void plan_one(Loop *loop, unsigned random)
{
    if (planned_count == MOST)
        return;
    double when = loop_time(loop) - 2 + random % 50;
    Handle handle = loop_call_at(loop, when, note_run,
                                 (void *)(intptr_t)created);
    CHECK(handle != 0);
    planned[planned_count++] = (Planned){ when, created++, handle };
}

static Planned forget_planned(int i)
{
    Planned one = planned[i];
    planned[i] = planned[--planned_count];
    return one;
}

static void cancel_one(Loop *loop, unsigned random)
{
    if (planned_count == 0)
        return;
    Handle handle = forget_planned(random % planned_count).handle;
    CHECK(loop_cancel(loop, handle));
    CHECK(!loop_cancel(loop, handle));
}

static int earliest_planned(void)
{
    int best = 0;
    for (int i = 1; i < planned_count; i++)
        if (planned[i].when < planned[best].when ||
            (planned[i].when == planned[best].when &&
             planned[i].number < planned[best].number))
            best = i;
    return best;
}

static void run_until(Loop *loop, double when)
{
    history_count = 0;
    loop_call_at(loop, when, stop, NULL);
    run(loop);
    CHECK_DOUBLE(loop_time(loop), when, 0);
    for (int i = 0; i < history_count; i++) {
        CHECK(planned_count > 0);
        Planned next = forget_planned(earliest_planned());
        CHECK_INT(history[i], next.number);
        CHECK(next.when <= when);
        CHECK(!loop_cancel(loop, next.handle));
    }
    CHECK(planned_count == 0 || planned[earliest_planned()].when > when);
}

static void check_history(uint64_t seed)
{
    Loop *loop = in_virtual_time(ordered_loop());
    uint64_t state = seed;
    planned_count = created = 0;
    for (int step = 0; step < STEPS; step++) {
        unsigned kind = random_number(&state) % 100;
        unsigned random = random_number(&state);
        printf("\rseed %d, step %d", (int)seed, step);
        if (kind < 60)
            plan_one(loop, random);
        else if (kind < 90)
            cancel_one(loop, random);
        else
            run_until(loop, loop_time(loop) + random % 5);
    }
    loop_free(loop);
}

/* L5, L6 */
TEST_LIMIT(60, a_random_history_agrees_with_a_sorted_list)
{
    for (uint64_t seed = 1; seed <= 5; seed++)
        check_history(seed);
}

/* ---- Slots that are used up ---- */
TEST(a_slot_without_generations_is_not_given_out_again)
{
    Loop *loop = in_virtual_time(new_loop());
    Handle first = loop_call_later(loop, 1, never, NULL);
    CHECK(loop_cancel(loop, first));
    Handle again = loop_call_later(loop, 1, never, NULL);
    CHECK_INT(again & 0xffffff, first & 0xffffff);    /* the same slot */
    CHECK(loop_cancel(loop, again));
    loop->timers.slots[0].generation = (UINT64_C(1) << 39) - 2;
    Handle last = loop_call_later(loop, 1, never, NULL);
    CHECK_INT(last & 0xffffff, first & 0xffffff);
    CHECK(loop_cancel(loop, last));
    Handle other = loop_call_later(loop, 1, never, NULL);
    CHECK(other != first);
    CHECK((other & 0xffffff) != (first & 0xffffff));
    CHECK(!loop_cancel(loop, last));
    CHECK(!loop_cancel(loop, first));
    CHECK(loop_cancel(loop, other));
    CHECK_INT(loop->ready.reserved, 1);
    loop_free(loop);
}
