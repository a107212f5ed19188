/* WEFT_SHUFFLE: each turn in another order, the same for the same seed. */
#include "loops.h"

enum { N = 100 };

static int order[N], order_count, runs[2 * N];

static Loop *shuffled_loop(unsigned seed)
{
    static char setting[40];
    snprintf(setting, sizeof setting, "WEFT_SHUFFLE=%u", seed);
    set_environment(setting);
    return new_loop();
}

static void note(void *number)
{
    order[order_count++] = (intptr_t)number;
}

/* The order in which a turn of N callbacks runs, in `order`. */
static void note_order(unsigned seed)
{
    Loop *loop = shuffled_loop(seed);
    order_count = 0;
    for (intptr_t i = 0; i < N; i++)
        loop_call_soon(loop, note, (void *)i);
    run_turn_of(loop);
    CHECK_INT(order_count, N);
    loop_free(loop);
}

static bool is_sorted(void)
{
    for (int i = 0; i < N; i++)
        if (order[i] != i)
            return false;
    return true;
}

/* ---- The order ---- */
TEST(a_seed_changes_the_order)
{
    for (unsigned seed = 1; seed <= 20; seed++) {
        note_order(seed);
        CHECK(!is_sorted());
    }
}

TEST(the_same_seed_gives_the_same_order)
{
    for (unsigned seed = 1; seed <= 20; seed++) {
        int first[N];
        note_order(seed);
        memcpy(first, order, sizeof first);
        note_order(seed);
        CHECK(memcmp(first, order, sizeof first) == 0);
    }
}

TEST(another_seed_gives_another_order)
{
    int first[N];
    note_order(1);
    memcpy(first, order, sizeof first);
    for (unsigned seed = 2; seed <= 20; seed++) {
        note_order(seed);
        CHECK(memcmp(first, order, sizeof first) != 0);
    }
}

TEST(each_turn_has_its_own_order)
{
    Loop *loop = shuffled_loop(3);
    int first[N];
    for (int turn = 0; turn < 2; turn++) {
        order_count = 0;
        for (intptr_t i = 0; i < N; i++)
            loop_call_soon(loop, note, (void *)i);
        run_turn_of(loop);
        CHECK(turn == 0 || memcmp(first, order, sizeof first) != 0);
        memcpy(first, order, sizeof first);
    }
    loop_free(loop);
}

TEST(each_place_is_reached_from_each)
{
    bool seen[5][5] = { { false } };
    Loop *loop = shuffled_loop(11);
    for (int turn = 0; turn < 2000; turn++) {
        order_count = 0;
        for (intptr_t i = 0; i < 5; i++)
            loop_call_soon(loop, note, (void *)i);
        run_turn_of(loop);
        for (int i = 0; i < 5; i++)
            seen[i][order[i]] = true;
    }
    for (int i = 0; i < 25; i++)
        CHECK(seen[i / 5][i % 5]);
    loop_free(loop);
}

TEST(without_a_seed_nothing_is_shuffled)
{
    char *settings[] = { "WEFT_SHUFFLE=0", "WEFT_SHUFFLE=", "WEFT_SHUFFLE=no",
                         "OTHER=7" };
    for (int i = 0; i < 4; i++) {
        set_environment(settings[i]);
        Loop *loop = new_loop();
        order_count = 0;
        for (intptr_t n = 0; n < N; n++)
            loop_call_soon(loop, note, (void *)n);
        run_turn_of(loop);
        CHECK(is_sorted());
        loop_free(loop);
    }
}

/* ---- What stays ---- */
/* L1 */
TEST(everything_runs_exactly_once)
{
    for (unsigned seed = 1; seed <= 20; seed++) {
        bool seen[N] = { false };
        note_order(seed);
        for (int i = 0; i < N; i++) {
            CHECK(!seen[order[i]]);
            seen[order[i]] = true;
        }
    }
}

static void schedule_another(void *number)
{
    note(number);
    loop_call_soon(async_get_running_loop(), count, &runs[(intptr_t)number]);
}

/* L2 */
TEST(a_shuffled_turn_is_a_snapshot_too)
{
    Loop *loop = shuffled_loop(5);
    for (intptr_t i = 0; i < N; i++)
        loop_call_soon(loop, schedule_another, (void *)i);
    run_turn_of(loop);
    CHECK_INT(order_count, N);
    for (int i = 0; i < N; i++)
        CHECK_INT(runs[i], 0);
    run_turn_of(loop);
    for (int i = 0; i < N; i++)
        CHECK_INT(runs[i], 1);
    loop_free(loop);
}

TEST(timers_of_different_times_keep_their_order)
{
    Loop *loop = in_virtual_time(shuffled_loop(6));
    for (intptr_t i = N - 1; i >= 0; i--)
        loop_call_at(loop, i, note, (void *)i);
    loop_call_at(loop, N, stop, NULL);
    run(loop);
    CHECK_INT(order_count, N);
    CHECK(is_sorted());
    loop_free(loop);
}

/* ---- Cancelling ---- */
static Handle handles[2 * N];

TEST(a_handle_is_good_before_the_shuffled_turn)
{
    Loop *loop = shuffled_loop(8);
    for (int i = 0; i < N; i++)
        handles[i] = loop_call_soon(loop, count, &runs[i]);
    for (int i = 0; i < N; i += 2)
        CHECK(loop_cancel(loop, handles[i]));
    run_turn_of(loop);
    for (int i = 0; i < N; i++) {
        CHECK_INT(runs[i], i % 2);
        CHECK(!loop_cancel(loop, handles[i]));
    }
    loop_free(loop);
}

static void run_and_cancel_partner(void *number)
{
    Loop *loop = async_get_running_loop();
    int i = (intptr_t)number;
    runs[i]++;
    CHECK(!loop_cancel(loop, handles[i]));
    CHECK_INT(runs[i ^ 1], 0);
    CHECK(loop_cancel(loop, handles[i ^ 1]));
    CHECK(!loop_cancel(loop, handles[i ^ 1]));
}

/* L6 */
TEST(a_callback_cancels_another_of_its_shuffled_turn)
{
    for (unsigned seed = 1; seed <= 20; seed++) {
        Loop *loop = shuffled_loop(seed);
        int firsts = 0;
        memset(runs, 0, sizeof runs);
        for (int round = 0; round < 3; round++) {    /* other places */
            memset(runs, 0, sizeof runs);
            for (intptr_t i = 0; i < N; i++)
                handles[i] = loop_call_soon(loop, run_and_cancel_partner,
                                            (void *)i);
            run_turn_of(loop);
            for (int i = 0; i < N; i += 2) {
                CHECK_INT(runs[i] + runs[i + 1], 1);
                firsts += runs[i];
            }
        }
        CHECK(firsts > 0 && firsts < 3 * N / 2);
        loop_free(loop);
    }
}

/* L6 */
TEST(a_timer_that_is_due_is_cancelled_in_its_shuffled_turn)
{
    for (unsigned seed = 1; seed <= 20; seed++) {
        Loop *loop = in_virtual_time(shuffled_loop(seed));
        memset(runs, 0, sizeof runs);
        for (intptr_t i = 0; i < N; i++)
            handles[i] = loop_call_at(loop, 1, run_and_cancel_partner,
                                      (void *)i);
        loop_call_at(loop, 2, stop, NULL);
        run(loop);
        for (int i = 0; i < N; i += 2)
            CHECK_INT(runs[i] + runs[i + 1], 1);
        loop_free(loop);
    }
}

/* ---- Growing ---- */
static void grow_and_cancel(void *number)
{
    Loop *loop = async_get_running_loop();
    int i = (intptr_t)number;
    runs[i]++;
    for (int n = 0; n < 20; n++) {
        Handle dropped = loop_call_soon(loop, never, NULL);
        CHECK(loop_cancel(loop, dropped));
    }
    handles[N + i] = loop_call_soon(loop, count, &runs[N + i]);
    CHECK(handles[N + i] != 0);
    CHECK_INT(loop_cancel(loop, handles[i ^ 1]), runs[i ^ 1] == 0);
}

TEST(the_queue_grows_in_a_shuffled_turn)
{
    for (unsigned seed = 1; seed <= 20; seed++) {
        Loop *loop = shuffled_loop(seed);
        memset(runs, 0, sizeof runs);
        for (int i = 0; i < (int)seed; i++)
            loop_call_soon(loop, tell, "");
        run_turn_of(loop);
        for (intptr_t i = 0; i < 40; i++)    /* in a ring of 64 */
            handles[i] = loop_call_soon(loop, grow_and_cancel, (void *)i);
        run_turn_of(loop);
        run_turn_of(loop);
        for (int i = 0; i < 40; i += 2) {
            CHECK_INT(runs[i] + runs[i + 1], 1);
            CHECK_INT(runs[N + i], runs[i]);
            CHECK_INT(runs[N + i + 1], runs[i + 1]);
        }
        story[0] = '\0';
        loop_free(loop);
    }
}

/* ---- Descriptors ---- */
static Pair pairs[20];

static void remove_partner(void *number)
{
    int i = (intptr_t)number;
    runs[i]++;
    CHECK(loop_remove_reader(async_get_running_loop(), pairs[i ^ 1].a));
}

/* L13 */
TEST(a_reader_removes_another_of_its_shuffled_turn)
{
    for (unsigned seed = 1; seed <= 5; seed++) {
        Loop *loop = shuffled_loop(seed);
        memset(runs, 0, sizeof runs);
        for (intptr_t i = 0; i < 20; i++) {
            pairs[i] = ready_pair();
            loop_add_reader(loop, pairs[i].a, remove_partner, (void *)i);
        }
        run_turn_of(loop);
        for (int i = 0; i < 20; i += 2)
            CHECK_INT(runs[i] + runs[i + 1], 1);
        loop_free(loop);
        for (int i = 0; i < 20; i++)
            pair_close(pairs[i]);
    }
}
