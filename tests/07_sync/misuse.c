/* Misuse: outside a task, and behind the tasks of another loop, each wait is
 * E_RUNTIME, and changes nothing. */
#include "waiters.h"

#include <pthread.h>

#include "../../code/07_sync/barrier.h"
#include "../../code/07_sync/event.h"
#include "../../code/07_sync/semaphore.h"

/* ---- Outside a task ---- */
static void wait_outside(void *arg)
{
    Lock lock = { 0 };
    Semaphore semaphore;
    Event event = { 0 };
    Condition condition = { 0 };
    Barrier barrier;
    size_t index = 7;
    semaphore_init(&semaphore, 1);
    CHECK_INT(barrier_init(&barrier, 1), 0);
    CHECK_INT(lock_acquire(&lock), E_RUNTIME);
    CHECK(!lock_locked(&lock));
    CHECK_INT(semaphore_acquire(&semaphore), E_RUNTIME);
    CHECK(!semaphore_locked(&semaphore));
    CHECK_INT(event_wait(&event), E_RUNTIME);
    event_set(&event);
    CHECK_INT(event_wait(&event), E_RUNTIME);
    CHECK_INT(condition_acquire(&condition), E_RUNTIME);
    CHECK_INT(condition_wait(&condition), E_RUNTIME);
    CHECK_INT(condition_notify(&condition, 1), E_RUNTIME);
    CHECK_INT(barrier_wait(&barrier, &index), E_RUNTIME);
    CHECK_INT(index, 7);
    CHECK_INT(barrier_n_waiting(&barrier), 0);
    CHECK_INT(barrier_reset(&barrier), E_RUNTIME);
    CHECK_INT(barrier_abort(&barrier), E_RUNTIME);
    CHECK(!barrier_broken(&barrier));
    tell("refused");
}

TEST(outside_a_task_nobody_waits)
{
    Loop *loop = ordered_loop();
    wait_outside(NULL);
    CHECK(loop_call_soon(loop, wait_outside, NULL) != 0);
    run_turns(loop, 1);
    CHECK_STR(story, "refused refused");
    loop_free(loop);
}

/* ---- What can be done outside ---- */
static Lock lock;
static Semaphore semaphore;
static Event event;
static Condition condition;

static int wait_lock(void *thing)
{
    return lock_acquire(&lock);
}

static int wait_semaphore(void *thing)
{
    return semaphore_acquire(&semaphore);
}

static int wait_event(void *thing)
{
    return event_wait(&event);
}

static int wait_condition(void *thing)
{
    int err = condition_acquire(&condition);
    if (err != 0)
        return err;
    err = condition_wait(&condition);
    CHECK_INT(condition_release(&condition), 0);
    return err;
}

static Wait *const waits[] = { wait_lock, wait_semaphore, wait_event,
                               wait_condition };
enum { WAITS = 4 };

static int take_lock(void *arg, Value *result)
{
    return lock_acquire(&lock);
}

/* One waits for each, in this loop. */
static void wait_for_each(Loop *loop)
{
    lock_init(&lock);
    semaphore_init(&semaphore, 0);
    event_init(&event);
    condition_init(&condition, NULL);
    CHECK_INT(run(loop, take_lock, NULL), 0);
    for (int i = 0; i < WAITS; i++)
        new_one(loop, waits[i], NULL, 0);
    run_turns(loop, 2);
    CHECK_STR(story, "");
}

TEST(releasing_and_setting_need_no_task)
{
    Loop *loop = silent_loop();
    wait_for_each(loop);
    CHECK_INT(lock_release(&lock), 0);
    CHECK_INT(semaphore_release(&semaphore), 0);
    event_set(&event);
    run_turns(loop, 2);
    CHECK_STR(story, "a b c");
    loop_free(loop);
    drop_ones();
}

/* ---- Another loop's tasks ---- */
static int wait_behind(void *arg, Value *result)
{
    for (int i = 0; i < WAITS; i++)
        CHECK_INT(waits[i](NULL), E_RUNTIME);
    CHECK(!condition_locked(&condition));
    CHECK(lock_locked(&lock));
    return 0;
}

static void *run_in_thread(void *arg)
{
    play(wait_behind, NULL);
    return NULL;
}

static void finish(Loop *loop)
{
    CHECK_INT(lock_release(&lock), 0);
    CHECK_INT(semaphore_release(&semaphore), 0);
    event_set(&event);
    run_turns(loop, 2);
    CHECK_STR(story, "a b c");
    loop_free(loop);
    drop_ones();
}

TEST(nobody_waits_behind_the_tasks_of_another_loop)
{
    Loop *loop = silent_loop();
    wait_for_each(loop);
    play(wait_behind, NULL);
    finish(loop);
}

TEST(nor_in_another_thread)
{
    pthread_t thread;
    Loop *loop = silent_loop();
    wait_for_each(loop);
    CHECK_INT(pthread_create(&thread, NULL, run_in_thread, NULL), 0);
    CHECK_INT(pthread_join(thread, NULL), 0);
    finish(loop);
}

static int need_not_wait(void *arg, Value *result)
{
    CHECK_INT(lock_release(&lock), 0);
    CHECK_INT(lock_acquire(&lock), E_RUNTIME);    /* "a" has been woken */
    event_set(&event);
    CHECK_INT(event_wait(&event), 0);             /* there is no need to */
    return 0;
}

TEST(who_need_not_wait_may_be_of_any_loop)
{
    Loop *loop = silent_loop();
    wait_for_each(loop);
    play(need_not_wait, NULL);
    run_turns(loop, 2);
    CHECK_STR(story, "a c");
    loop_free(loop);
    drop_ones();
}
