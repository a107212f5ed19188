/* loop_close() with tasks that wait: parked, woken or cancelled.  What they
 * waited for outlives the loop, and serves the next one. */
#include "waiters.h"

#include "../../code/07_sync/condition.h"
#include "../../code/07_sync/event.h"
#include "../../code/07_sync/semaphore.h"

/* ---- Each kind ---- */
static Lock lock;
static Semaphore semaphore;
static Event event;
static Condition condition;

static int wait_lock(void *thing)
{
    return lock_acquire(&lock);
}

static void wake_lock(void)
{
    CHECK_INT(lock_release(&lock), 0);
}

static void use_lock(void)
{
    CHECK(!lock_locked(&lock));
    CHECK_INT(lock_acquire(&lock), 0);
    let_wait(2, wait_lock, NULL);
    wake_lock();
    settle("a");
    wake_lock();
    end_ones("a b");
    wake_lock();
}

static int wait_semaphore(void *thing)
{
    return semaphore_acquire(&semaphore);
}

static void wake_semaphore(void)
{
    CHECK_INT(semaphore_release(&semaphore), 0);
}

static void use_semaphore(void)
{
    CHECK(!semaphore_locked(&semaphore));
    CHECK_INT(semaphore_acquire(&semaphore), 0);
    CHECK(semaphore_locked(&semaphore));
    let_wait(2, wait_semaphore, NULL);
    wake_semaphore();
    settle("a");
    wake_semaphore();
    end_ones("a b");
    wake_semaphore();
    CHECK_INT(semaphore_release(&semaphore), E_VALUE);
}

static int wait_event(void *thing)
{
    return event_wait(&event);
}

static void wake_event(void)
{
    event_set(&event);
}

static void use_event(void)
{
    event_clear(&event);
    let_wait(2, wait_event, NULL);
    wake_event();
    end_ones("a b");
}

static int wait_condition(void *thing)
{
    CHECK_INT(condition_acquire(&condition), 0);
    int err = condition_wait(&condition);
    CHECK_INT(condition_release(&condition), 0);
    return err;
}

static int notify_two(void *arg, Value *result)
{
    CHECK_INT(condition_acquire(&condition), 0);
    CHECK_INT(condition_notify(&condition, 2), 0);
    return condition_release(&condition);
}

/* It needs a task of its own, which has a turn. */
static void use_condition(void)
{
    CHECK(!condition_locked(&condition));
    let_wait(2, wait_condition, NULL);
    CHECK_INT(notify_two(NULL, NULL), 0);
    end_ones("a b");
}

static void wake_condition(void)
{
}

enum { KINDS = 4, WAITERS = 3 };
enum { PARKED, WOKEN, CANCELLED_YET, WOKEN_AND_CANCELLED, STATES };

static const struct {
    Wait *wait;
    void (*wake)(void);
    void (*use)(void);
} kinds[KINDS] = {
    { wait_lock, wake_lock, use_lock },
    { wait_semaphore, wake_semaphore, use_semaphore },
    { wait_event, wake_event, use_event },
    { wait_condition, wake_condition, use_condition },
};

static int take_all(void *arg, Value *result)
{
    CHECK_INT(lock_acquire(&lock), 0);
    return semaphore_acquire(&semaphore);
}

static int use(void *arg, Value *result)
{
    kinds[*(int *)arg].use();
    return 0;
}

static void set_up(void)
{
    lock_init(&lock);
    bounded_semaphore_init(&semaphore, 1);
    event_init(&event);
    condition_init(&condition, NULL);
}

/* Three wait in a loop; the state is that of the first when it closes. */
static void close_in(int kind, int state)
{
    Loop *loop = silent_loop();
    set_up();
    CHECK_INT(run(loop, take_all, NULL), 0);
    for (int i = 0; i < WAITERS; i++)
        new_one(loop, kinds[kind].wait, NULL, 0);
    run_turns(loop, 2);
    if (kind == 3 && state != PARKED && state != CANCELLED_YET)
        CHECK_INT(run(loop, notify_two, NULL), 0);
    else if (state == WOKEN || state == WOKEN_AND_CANCELLED)
        kinds[kind].wake();
    if (state == CANCELLED_YET || state == WOKEN_AND_CANCELLED)
        (void)task_cancel(ones[0].task);
    loop_free(loop);
    drop_ones();
    if (kind < 2 && state != WOKEN && state != WOKEN_AND_CANCELLED)
        kinds[kind].wake();
    play(use, &kind);
}

TEST(what_they_waited_for_serves_the_next_loop)
{
    for (int kind = 0; kind < KINDS; kind++)
        for (int state = 0; state < STATES; state++)
            close_in(kind, state);
}

/* ---- Which end first ---- */
static int own_a_semaphore(void *arg, Value *result)
{
    Semaphore own;
    semaphore_init(&own, 0);
    for (int i = 0; i < WAITERS; i++)
        new_one(async_get_running_loop(), *(Wait **)arg, &own, 0);
    pause_turns(1);
    CHECK_INT(semaphore_release(&own), 0);
    return async_sleep(INFINITY);
}

static int wait_own(void *thing)
{
    return semaphore_acquire(thing);
}

/* Its owner is older than those who wait, and falls before them. */
TEST(it_may_lie_on_the_stack_of_a_task)
{
    Wait *wait = wait_own;
    Loop *loop = silent_loop();
    task_release(new_task(loop, own_a_semaphore, &wait));
    run_turns(loop, 2);
    loop_free(loop);
    drop_ones();
}

/* ---- Two loops, one after the other ---- */
TEST(two_loops_can_use_them_in_turn)
{
    Loop *first = silent_loop(), *second = silent_loop();
    set_up();
    CHECK_INT(run(first, take_all, NULL), 0);
    new_one(second, wait_lock, NULL, 0);
    new_one(second, wait_semaphore, NULL, 0);
    run_turns(second, 2);
    wake_lock();
    wake_semaphore();
    run_turns(second, 2);
    CHECK_STR(story, "a b");
    drop_ones();
    loop_free(first);
    loop_free(second);
    CHECK(lock_locked(&lock));
}
