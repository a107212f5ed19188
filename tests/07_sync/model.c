/* Lock, semaphores and event against models: random schedules of tasks that
 * wait, with and without a limit, are cancelled, give back, and look whether
 * all is as it must be.  What fails is shrunk and printed. */
#include "schedule.h"

#include "../../code/07_sync/event.h"
#include "../../code/07_sync/lock.h"
#include "../../code/07_sync/semaphore.h"

enum { SCHEDULES = 3000 };

/* ---- A lock ---- */
/* Never two holders; strictly in order; and it is not free while one waits. */
static Lock lock;
static Actor *holder;

static void set_up_lock(int size)
{
    lock_init(&lock);
    holder = NULL;
}

static int call_lock(Actor *self, const Op *op)
{
    return lock_acquire(&lock);
}

static void acquire_lock(Actor *self, const Op *op)
{
    if (holder == self || wait_in(self, op, call_lock) != 0)
        return;
    demand(holder == NULL, "two hold the lock");
    demand(lock_locked(&lock), "the lock is held, and not locked");
    check_order(self, waits);
    holder = self;
}

static void release_lock(Actor *self, const Op *op)
{
    if (holder != self)
        return;
    holder = NULL;
    demand(lock_release(&lock) == 0, "who holds the lock cannot release it");
    demand(lock_release(&lock) == E_RUNTIME, "a free lock was released");
}

static void leave_lock(Actor *self)
{
    release_lock(self, NULL);
}

static void look_at_lock(void)
{
    look_at_cancelled();
    demand(lock_locked(&lock) == (holder != NULL), "nobody holds the lock");
    demand(holder != NULL || first_who(waits) == NULL,
           "somebody waits for a free lock");
}

static void nobody_to_let_go(void)
{
}

static const OpKind lock_ops[] = {
    { "acquire", acquire_lock, 9 }, { "release", release_lock, 6 }, COMMON_OPS
};

static const Game lock_game = { lock_ops, set_up_lock, look_at_lock,
                                leave_lock, nobody_to_let_go,
                                nobody_to_let_go };

TEST_LIMIT(60, a_lock_is_as_its_model)    /* K1-K4 */
{
    play_schedules(&lock_game, SCHEDULES, false);
}

TEST_LIMIT(60, a_lock_in_shuffled_turns_is_as_its_model)    /* K1-K4 */
{
    play_schedules(&lock_game, SCHEDULES, true);
}

/* ---- A semaphore ---- */
/* Each permit has one holder or is free; and none is free while one waits. */
enum { HELD };

static Semaphore semaphore;
static bool is_bounded;
static long long permits, held;

static void set_up_semaphore(int size)
{
    is_bounded = false;
    semaphore_init(&semaphore, (size_t)size);
    permits = size;
    held = 0;
}

static void set_up_bounded(int size)
{
    is_bounded = true;
    permits = 1 + size % 3;
    bounded_semaphore_init(&semaphore, (size_t)permits);
    held = 0;
}

static int call_semaphore(Actor *self, const Op *op)
{
    return semaphore_acquire(&semaphore);
}

static void acquire_permit(Actor *self, const Op *op)
{
    if (self->state[HELD] > 0 || wait_in(self, op, call_semaphore) != 0)
        return;
    demand(held < permits, "a permit has two holders");
    if (!is_shuffled)
        check_order(self, waits);
    self->state[HELD]++;
    held++;
}

static void release_permit(Actor *self, const Op *op)
{
    if (self->state[HELD] == 0)
        return;
    self->state[HELD]--;
    held--;
    demand(semaphore_release(&semaphore) == 0, "a permit is not taken back");
}

static void add_permit(void)
{
    permits++;
    demand(semaphore_release(&semaphore) == 0, "a permit is refused");
}

/* He may have a permit already, though he was cancelled. */
static bool is_inside(Actor *actor)
{
    return actor->is_waiting;
}

/* One more than there were: the bounded one refuses it. */
static void release_more(Actor *self, const Op *op)
{
    if (!is_bounded && op->n == 0)
        add_permit();
    if (is_bounded && held == 0 && first_who(is_inside) == NULL)
        demand(semaphore_release(&semaphore) == E_VALUE,
               "more permits than its bound");
}

static void leave_semaphore(Actor *self)
{
    release_permit(self, NULL);
}

static void look_at_semaphore(void)
{
    Actor *first = first_who(waits);
    look_at_cancelled();
    demand(first == NULL || held == permits, "a permit is free, and one waits");
    demand(semaphore_locked(&semaphore) == (held == permits),
           "semaphore_locked() is wrong");
}

static const OpKind semaphore_ops[] = {
    { "acquire", acquire_permit, 10 }, { "release", release_permit, 6 },
    { "release one more", release_more, 3 }, COMMON_OPS
};

static const Game semaphore_game = { semaphore_ops, set_up_semaphore,
                                     look_at_semaphore, leave_semaphore,
                                     add_permit, nobody_to_let_go };

static const Game bounded_game = { semaphore_ops, set_up_bounded,
                                   look_at_semaphore, leave_semaphore,
                                   nobody_to_let_go, nobody_to_let_go };

TEST_LIMIT(60, a_semaphore_is_as_its_model)    /* S1 S3 S4 */
{
    play_schedules(&semaphore_game, SCHEDULES, false);
}

TEST_LIMIT(60, a_semaphore_in_shuffled_turns_is_as_its_model)    /* S3 S4 */
{
    play_schedules(&semaphore_game, SCHEDULES, true);
}

TEST_LIMIT(60, a_bounded_semaphore_is_as_its_model)    /* S1-S4 */
{
    play_schedules(&bounded_game, SCHEDULES, false);
}

TEST_LIMIT(60, a_bounded_semaphore_in_shuffled_turns_is_as_its_model)
{
    play_schedules(&bounded_game, SCHEDULES, true);
}

/* ---- An event ---- */
/* Who waited when it was set goes on, in the order of coming; nobody else. */
enum { IS_WOKEN };

static Event event;

static void set_up_event(int size)
{
    event_init(&event);
}

static bool is_woken(Actor *actor)
{
    return waits(actor) && actor->state[IS_WOKEN];
}

static int call_event(Actor *self, const Op *op)
{
    bool was_set = event_is_set(&event);
    self->state[IS_WOKEN] = false;
    int err = event_wait(&event);
    if (err != 0)
        return err;
    demand(was_set || self->state[IS_WOKEN], "it went on without the event");
    if (!was_set && !is_shuffled)
        check_order(self, is_woken);
    return 0;
}

static void wait_for_event(Actor *self, const Op *op)
{
    (void)wait_in(self, op, call_event);
}

static void set_event(void)
{
    for (Actor *actor = actors; actor < actors + ACTORS; actor++)
        actor->state[IS_WOKEN] |= waits(actor);
    event_set(&event);
}

static void set_op(Actor *self, const Op *op)
{
    set_event();
}

static void clear_op(Actor *self, const Op *op)
{
    event_clear(&event);
}

static void set_and_clear(Actor *self, const Op *op)
{
    set_event();
    event_clear(&event);
}

static void stay(Actor *self)
{
}

static void look_at_event(void)
{
    look_at_cancelled();
    demand(first_who(is_woken) == NULL, "it was set, and somebody waits");
    demand(!event_is_set(&event) || first_who(waits) == NULL,
           "it is set, and somebody waits");
}

static const OpKind event_ops[] = {
    { "wait", wait_for_event, 12 }, { "set", set_op, 3 },
    { "clear", clear_op, 4 }, { "set and clear", set_and_clear, 3 }, COMMON_OPS
};

static const Game event_game = { event_ops, set_up_event, look_at_event, stay,
                                 set_event, nobody_to_let_go };

TEST_LIMIT(60, an_event_is_as_its_model)    /* E1 E2 */
{
    play_schedules(&event_game, SCHEDULES, false);
}

TEST_LIMIT(60, an_event_in_shuffled_turns_is_as_its_model)    /* E2 */
{
    play_schedules(&event_game, SCHEDULES, true);
}
