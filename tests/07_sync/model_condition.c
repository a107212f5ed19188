/* Conditions against a model: who is notified goes on, nobody else does, and
 * each holds the lock again, also he who was cancelled; he passes on what he
 * was told.  One condition with a lock of its own, or two on one lock. */
#include "schedule.h"

#include "../../code/07_sync/condition.h"

enum { SCHEDULES = 3000 };
enum { PLACE, IS_NOTIFIED };    /* PLACE: 1 or 2 in that condition's wait */

static Lock lock;
static Condition conditions[2];
static int condition_count;
static Actor *holder;

static void set_up(int size)
{
    condition_count = 1 + size % 2;
    lock_init(&lock);
    for (int i = 0; i < 2; i++)
        condition_init(&conditions[i], condition_count == 2 ? &lock : NULL);
    holder = NULL;
}

static int which(const Op *op)
{
    return op->n % condition_count;
}

/* ---- The lock ---- */
static bool waits_for_lock(Actor *actor)
{
    return waits(actor) && actor->state[PLACE] == 0;
}

static void hold(Actor *self, int i)
{
    demand(holder == NULL, "two hold the lock");
    demand(condition_locked(&conditions[i]), "the lock is not locked");
    holder = self;
}

static int call_acquire(Actor *self, const Op *op)
{
    return condition_acquire(&conditions[which(op)]);
}

static bool acquire(Actor *self, const Op *op)
{
    if (wait_in(self, op, call_acquire) != 0)
        return false;
    hold(self, which(op));
    check_order(self, waits_for_lock);
    return true;
}

static void release(Actor *self, int i)
{
    demand(holder == self, "another holds the lock");
    holder = NULL;
    demand(condition_release(&conditions[i]) == 0, "it cannot be released");
}

static void hold_op(Actor *self, const Op *op)
{
    if (!acquire(self, op))
        return;
    if (op->n == 0)
        sleep_op(self, op);
    else
        pause_op(self, op);
    release(self, which(op));
}

/* ---- Notifying ---- */
static int wanted_place;

static bool can_be_notified(Actor *actor)
{
    return waits(actor) && actor->state[PLACE] == wanted_place &&
           !actor->state[IS_NOTIFIED];
}

static void notify_model(int i, int n)
{
    Actor *first;
    wanted_place = 1 + i;
    while (n-- > 0 && (first = first_who(can_be_notified)) != NULL)
        first->state[IS_NOTIFIED] = true;
}

static void notify_op(Actor *self, const Op *op)
{
    if (!acquire(self, op))
        return;
    notify_model(which(op), op->n % 3);
    demand(condition_notify(&conditions[which(op)], (size_t)op->n % 3) == 0,
           "who holds the lock cannot notify");
    if (op->n == 0)
        pause_op(self, op);
    release(self, which(op));
}

/* ---- Waiting ---- */
static int call_wait(Actor *self, const Op *op)
{
    int i = which(op);
    holder = NULL;
    self->state[PLACE] = 1 + i;
    self->state[IS_NOTIFIED] = false;
    int err = condition_wait(&conditions[i]);
    self->state[PLACE] = 0;
    hold(self, i);
    demand(err != 0 || self->state[IS_NOTIFIED], "nobody has notified it");
    if (err != 0 && self->state[IS_NOTIFIED])
        notify_model(i, 1);
    return err;
}

static void wait_op(Actor *self, const Op *op)
{
    if (!acquire(self, &(Op){ .n = op->n }))
        return;
    (void)wait_in(self, op, call_wait);
    release(self, which(op));
}

/* ---- The game ---- */
static bool is_stuck(Actor *actor)
{
    return actor->is_waiting &&
           (actor->state[PLACE] == 0 || actor->state[IS_NOTIFIED] ||
            !is_live(actor));
}

static void look(void)
{
    demand(condition_locked(&conditions[0]) == (holder != NULL),
           "nobody holds the lock");
    demand(holder != NULL || first_who(is_stuck) == NULL,
           "the lock is free, and somebody waits for it");
}

static void stay(Actor *self)
{
}

static void let_go(void)
{
    if (condition_locked(&conditions[0]))
        return;
    for (int i = 0; i < condition_count; i++) {
        demand(condition_acquire(&conditions[i]) == 0, "it cannot be locked");
        notify_model(i, ACTORS);
        demand(condition_notify_all(&conditions[i]) == 0, "it cannot notify");
        demand(condition_release(&conditions[i]) == 0, "it cannot be released");
    }
}

static void clean_up(void)
{
}

static const OpKind ops[] = {
    { "wait", wait_op, 14 }, { "notify", notify_op, 9 },
    { "hold", hold_op, 4 }, COMMON_OPS
};

static const Game condition_game = { ops, set_up, look, stay, let_go,
                                     clean_up };

TEST_LIMIT(60, a_condition_is_as_its_model)    /* N1 N3 N5 */
{
    play_schedules(&condition_game, SCHEDULES, false);
}

TEST_LIMIT(60, a_condition_in_shuffled_turns_is_as_its_model)    /* N1 N3 N5 */
{
    play_schedules(&condition_game, SCHEDULES, true);
}
