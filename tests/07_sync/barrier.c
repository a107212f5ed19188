/* Barrier: nobody goes on until all have come; who is cancelled leaves, and the
 * others wait on. */
#include "waiters.h"

#include "../../code/07_sync/barrier.h"

/* ---- Helpers ---- */
static Barrier barrier;
static size_t indices[64];
static int index_count;

static int wait_barrier(void *thing)
{
    size_t index = 99;
    int err = barrier_wait(thing, &index);
    if (err == 0)
        indices[index_count++] = index;
    return err;
}

static void come(int count)
{
    let_wait(count, wait_barrier, &barrier);
}

static void begin_with(size_t parties)
{
    CHECK_INT(barrier_init(&barrier, parties), 0);
    CHECK_INT(barrier_parties(&barrier), parties);
    CHECK_INT(barrier_n_waiting(&barrier), 0);
    CHECK(!barrier_broken(&barrier));
    index_count = 0;
}

static void cancel(int i)
{
    CHECK(task_cancel(ones[i].task));
}

/* ---- Passing ---- */
static int pass_rounds(void *arg, Value *result)
{
    begin_with(3);
    for (int i = 0; i < 4; i++) {
        come(2);
        CHECK_INT(barrier_n_waiting(&barrier), 2);
        settle("");
        come(1);
        end_ones("c a b");
        CHECK_INT(barrier_n_waiting(&barrier), 0);
    }
    static const size_t wanted[] = { 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1 };
    CHECK_INT(index_count, 12);
    for (int i = 0; i < 12; i++)
        CHECK_INT(indices[i], wanted[i]);
    return 0;
}

TEST(all_go_on_when_all_have_come)    /* B1 */
{
    play(pass_rounds, NULL);
}

static int pass_alone(void *arg, Value *result)
{
    begin_with(1);
    tell_soon("turn");
    for (int i = 0; i < 3; i++) {
        size_t index = 99;
        CHECK_INT(barrier_wait(&barrier, &index), 0);
        CHECK_INT(index, 0);
        CHECK_INT(barrier_wait(&barrier, NULL), 0);
    }
    CHECK_STR(story, "");
    pause_turns(1);
    return 0;
}

TEST(a_party_of_one_does_not_wait)    /* B1 */
{
    play(pass_alone, NULL);
}

TEST(a_party_of_none_is_no_party)
{
    CHECK_INT(barrier_init(&barrier, 0), E_VALUE);
}

/* Five at once, two at a time: those too many wait for the next round. */
static int pass_five(void *arg, Value *result)
{
    begin_with(2);
    come(5);
    CHECK_INT(barrier_n_waiting(&barrier), 0);    /* it drains */
    settle("b a d c");
    CHECK_INT(barrier_n_waiting(&barrier), 1);
    come(1);
    end_ones("b a d c f e");
    return 0;
}

TEST(the_next_wait_until_the_last_have_gone)    /* B1 */
{
    play(pass_five, NULL);
}

static int count_draining(void *arg, Value *result)
{
    begin_with(2);
    come(1);
    CHECK_INT(barrier_n_waiting(&barrier), 1);
    CHECK_INT(barrier_wait(&barrier, NULL), 0);
    CHECK_INT(barrier_n_waiting(&barrier), 0);    /* "a" is still inside */
    CHECK_STR(story, "");
    end_ones("a");
    return 0;
}

TEST(while_it_drains_nobody_waits)    /* B1 B4 */
{
    play(count_draining, NULL);
}

/* ---- Aborted ---- */
static int abort_it(void *arg, Value *result)
{
    begin_with(3);
    come(2);
    CHECK_INT(barrier_abort(&barrier), 0);
    CHECK(barrier_broken(&barrier));
    come(1);
    end_ones("a? b? c?");
    for (int i = 0; i < 3; i++) {
        CHECK_INT(ones[i].err, E_BROKEN_BARRIER);
        CHECK_INT(barrier_wait(&barrier, NULL), E_BROKEN_BARRIER);
    }
    CHECK_INT(barrier_n_waiting(&barrier), 0);
    CHECK_INT(barrier_reset(&barrier), 0);
    CHECK(!barrier_broken(&barrier));
    come(3);
    end_ones("c a b");
    return 0;
}

TEST(aborted_it_stays_broken_until_it_is_reset)    /* B2 B3 */
{
    play(abort_it, NULL);
}

static int abort_draining(void *arg, Value *result)
{
    begin_with(2);
    come(1);
    CHECK_INT(barrier_wait(&barrier, NULL), 0);
    CHECK_INT(barrier_abort(&barrier), 0);    /* before "a" has gone on */
    end_ones("a?");
    CHECK(barrier_broken(&barrier));
    CHECK_INT(barrier_reset(&barrier), 0);
    come(2);
    end_ones("b a");
    return 0;
}

TEST(aborted_while_it_drains_it_breaks_for_the_rest)    /* B2 */
{
    play(abort_draining, NULL);
}

/* ---- Reset ---- */
static int reset_it(void *arg, Value *result)
{
    begin_with(3);
    CHECK_INT(barrier_reset(&barrier), 0);    /* of nobody: nothing */
    come(2);
    CHECK_INT(barrier_reset(&barrier), 0);
    CHECK(!barrier_broken(&barrier));
    CHECK_INT(barrier_n_waiting(&barrier), 0);
    come(1);    /* before they have gone, and yet it waits */
    settle("a? b?");
    CHECK_INT(ones[0].err, E_BROKEN_BARRIER);
    CHECK_INT(ones[1].err, E_BROKEN_BARRIER);
    CHECK_INT(barrier_n_waiting(&barrier), 1);
    come(2);
    end_ones("a? b? e c d");
    return 0;
}

TEST(reset_sends_away_who_waits_and_it_is_as_new)    /* B3 */
{
    play(reset_it, NULL);
}

static int reset_draining(void *arg, Value *result)
{
    begin_with(3);
    come(2);
    CHECK_INT(barrier_wait(&barrier, NULL), 0);
    CHECK_INT(barrier_reset(&barrier), 0);
    CHECK_INT(barrier_reset(&barrier), 0);
    end_ones("a? b?");
    come(3);
    end_ones("c a b");
    return 0;
}

TEST(reset_while_it_drains_ends_that_round)    /* B3 */
{
    play(reset_draining, NULL);
}

/* ---- Cancelled ---- */
static int cancel_filling(void *arg, Value *result)
{
    begin_with(3);
    come(2);
    cancel(0);
    settle("a!");
    CHECK(!barrier_broken(&barrier));
    CHECK_INT(barrier_n_waiting(&barrier), 1);
    come(1);
    settle("a!");
    come(1);
    end_ones("a! d b c");
    come(1);
    cancel(0);
    end_ones("a!");
    CHECK_INT(barrier_n_waiting(&barrier), 0);
    come(3);
    end_ones("c a b");
    return 0;
}

TEST(who_is_cancelled_leaves_and_breaks_nothing)    /* B4 */
{
    play(cancel_filling, NULL);
}

static int cancel_draining(void *arg, Value *result)
{
    begin_with(3);
    come(2);
    CHECK_INT(barrier_wait(&barrier, NULL), 0);
    cancel(0);
    end_ones("a! b");
    come(2);
    CHECK_INT(barrier_wait(&barrier, NULL), 0);
    cancel(0);
    cancel(1);
    come(3);    /* before these two have gone */
    end_ones("a! b! e c d");
    return 0;
}

TEST(cancelled_while_it_drains_it_lets_the_next_in)    /* B4 */
{
    play(cancel_draining, NULL);
}

static int cancel_before_it(void *arg, Value *result)
{
    begin_with(2);
    come(1);
    CHECK_INT(barrier_wait(&barrier, NULL), 0);
    Task *task = begin(wait_and_tell, &(One){ .wait = wait_barrier,
                                              .thing = &barrier,
                                              .name = "x" });
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    end_ones("a");
    come(2);
    end_ones("b a");
    return 0;
}

TEST(cancelled_before_it_came_in_it_was_never_there)    /* B4 */
{
    play(cancel_before_it, NULL);
}

static int cancel_the_reset(void *arg, Value *result)
{
    begin_with(3);
    come(2);
    CHECK_INT(barrier_reset(&barrier), 0);
    cancel(1);
    end_ones("a? b!");
    come(3);
    end_ones("c a b");
    return 0;
}

TEST(cancelled_after_a_reset_it_leaves_too)    /* B3 B4 */
{
    play(cancel_the_reset, NULL);
}

/* ---- With a limit ---- */
static int limit_waits(void *arg, Value *result)
{
    begin_with(2);
    let_wait_for(1, wait_barrier, &barrier);
    rest(2);
    settle("a~");
    CHECK_INT(barrier_n_waiting(&barrier), 0);
    let_wait_for(1, wait_barrier, &barrier);
    come(1);
    end_ones("a~ c b");
    CHECK_INT(barrier_n_waiting(&barrier), 0);
    return 0;
}

TEST(its_waits_can_have_limits)    /* B4 */
{
    play(limit_waits, NULL);
}
