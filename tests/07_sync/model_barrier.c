/* A barrier against a model: nobody passes before all have come, no more pass
 * than there are parties, and nobody is left standing before or behind it,
 * whoever is cancelled, and whenever it is reset or aborted. */
#include "schedule.h"

#include "../../code/07_sync/barrier.h"

enum { SCHEDULES = 3000 };

static Barrier barrier;
static size_t parties;
static unsigned trips;        /* how often all had come */
static size_t passed;         /* since then */
static unsigned breaks;       /* how often it was reset or aborted */
static bool is_broken;
static bool is_disturbed;     /* since the last trip, by any of these */

static void set_up(int size)
{
    parties = 1 + (size_t)size;
    demand(barrier_init(&barrier, parties) == 0, "it cannot be made");
    trips = breaks = 0;
    passed = 0;
    is_broken = is_disturbed = false;
}

/* ---- Passing ---- */
static void trip(void)
{
    demand(trips == 0 || is_disturbed || passed == parties,
           "somebody has not passed yet");
    demand(!is_broken, "it was passed while broken");
    trips++;
    passed = 0;
    is_disturbed = false;
}

static int call_wait(Actor *self, const Op *op)
{
    size_t index = parties;
    unsigned trips_before = trips, breaks_before = breaks;
    bool was_broken = is_broken;
    int err = barrier_wait(&barrier, &index);
    is_disturbed |= err != 0;
    demand(err != E_BROKEN_BARRIER || was_broken || breaks > breaks_before,
           "nobody has broken it");
    if (err != 0)
        return err;
    demand(index < parties, "its index is too high");
    if (index == parties - 1)
        trip();
    demand(trips > trips_before, "it passed before all had come");
    passed++;
    demand(passed <= parties, "more have passed than there are parties");
    return 0;
}

static void wait_op(Actor *self, const Op *op)
{
    (void)wait_in(self, op, call_wait);
}

/* ---- Breaking ---- */
static void reset_op(Actor *self, const Op *op)
{
    breaks++;
    is_disturbed = true;
    is_broken = false;
    demand(barrier_reset(&barrier) == 0, "it cannot be reset");
    demand(!barrier_broken(&barrier), "it is broken though reset");
}

static void abort_it(void)
{
    breaks++;
    is_disturbed = is_broken = true;
    demand(barrier_abort(&barrier) == 0, "it cannot be aborted");
    demand(barrier_broken(&barrier), "it was aborted and is not broken");
}

static void abort_op(Actor *self, const Op *op)
{
    abort_it();
}

/* ---- The game ---- */
static void look(void)
{
    size_t waiting = 0;
    look_at_cancelled();
    for (Actor *actor = actors; actor < actors + ACTORS; actor++)
        waiting += actor->is_waiting;
    demand(barrier_broken(&barrier) == is_broken, "barrier_broken() is wrong");
    demand(barrier_n_waiting(&barrier) == (is_broken ? 0 : waiting),
           "somebody stands before it");
    demand(!is_broken || waiting == 0, "it is broken, and somebody waits");
    demand(waiting < parties, "all have come, and do not go on");
}

static void stay(Actor *self)
{
}

static void clean_up(void)
{
}

static const OpKind ops[] = {
    { "wait", wait_op, 18 }, { "reset", reset_op, 2 },
    { "abort", abort_op, 1 }, COMMON_OPS
};

static const OpKind calm_ops[] = {
    { "wait", wait_op, 20 }, { "reset", reset_op, 0 }, COMMON_OPS
};

static const Game barrier_game = { ops, set_up, look, stay, abort_it,
                                   clean_up };
static const Game calm_game = { calm_ops, set_up, look, stay, abort_it,
                                clean_up };

TEST_LIMIT(60, a_barrier_is_as_its_model)    /* B1-B4 */
{
    play_schedules(&calm_game, SCHEDULES, false);
    play_schedules(&barrier_game, SCHEDULES, false);
}

TEST_LIMIT(60, a_barrier_in_shuffled_turns_is_as_its_model)    /* B1-B4 */
{
    play_schedules(&calm_game, SCHEDULES, true);
    play_schedules(&barrier_game, SCHEDULES, true);
}
