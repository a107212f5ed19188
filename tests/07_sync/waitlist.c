/* The list below all of them: waiting needs no memory, and those who look are
 * told what a task waits for. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

static bool is_starving;
static int asked;

static void *test_malloc(size_t size)
{
    asked++;
    return is_starving ? NULL : malloc(size);
}

/* The ready queue is what could grow when somebody is woken. */
#define malloc(size) test_malloc(size)
#include "../../code/02_callbacks/ready.c"
#undef malloc

#include "waiters.h"

#include "../../code/07_sync/barrier.h"
#include "../../code/07_sync/event.h"
#include "../../code/07_sync/semaphore.h"
#include "../../code/07_sync/waitlist_inside.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

/* ---- One of each ---- */
typedef struct Things {
    Lock lock;
    Semaphore semaphore;
    Event event;
    Condition condition;
    Barrier barrier;
} Things;

static Things things;

static int wait_lock(void *thing)
{
    return lock_acquire(thing);
}

static int wait_semaphore(void *thing)
{
    return semaphore_acquire(thing);
}

static int wait_event(void *thing)
{
    return event_wait(thing);
}

static int wait_condition(void *thing)
{
    CHECK_INT(condition_acquire(thing), 0);
    int err = condition_wait(thing);
    CHECK_INT(condition_release(thing), 0);
    return err;
}

static int wait_barrier(void *thing)
{
    return barrier_wait(thing, NULL);
}

enum { KINDS = 5 };

static const struct {
    Wait *wait;
    void *thing;
    const char *what;
} kinds[KINDS] = {
    { wait_lock, &things.lock, "a Lock" },
    { wait_semaphore, &things.semaphore, "a Semaphore" },
    { wait_event, &things.event, "an Event" },
    { wait_condition, &things.condition, "a Condition" },
    { wait_barrier, &things.barrier, "a Condition" },
};

static void set_up(void)
{
    things = (Things){ .event.set = false };
    semaphore_init(&things.semaphore, 0);
    CHECK_INT(lock_acquire(&things.lock), 0);
    CHECK_INT(barrier_init(&things.barrier, 100), 0);
}

/* Wakes all, one after the other where that takes several calls. */
static void wake_all(int count)
{
    event_set(&things.event);
    CHECK_INT(condition_acquire(&things.condition), 0);
    CHECK_INT(condition_notify_all(&things.condition), 0);
    CHECK_INT(condition_release(&things.condition), 0);
    CHECK_INT(barrier_abort(&things.barrier), 0);
    for (int i = 0; i < count; i++) {
        CHECK_INT(semaphore_release(&things.semaphore), 0);
        CHECK_INT(lock_release(&things.lock), 0);
        pause_turns(2);
    }
}

/* ---- What they say ---- */
static int print_each(void *arg, Value *result)
{
    set_up();
    for (int i = 0; i < KINDS; i++) {
        Text text;
        char wanted[80];
        let_wait(1, kinds[i].wait, kinds[i].thing);
        task_set_name(ones[i].task, "one");
        task_print_stack(ones[i].task, text_begin(&text));
        snprintf(wanted, sizeof wanted, "one (waiting) in %s\n",
                 kinds[i].what);
        CHECK_STR(text_end(&text), wanted);
    }
    wake_all(1);
    pause_turns(5);
    drop_ones();
    return 0;
}

TEST(who_looks_is_told_what_a_task_waits_for)
{
    play(print_each, NULL);
}

/* ---- Memory ---- */
#ifdef __GLIBC__
static size_t used(void)
{
    return mallinfo2().uordblks;
}
#else
static size_t used(void)
{
    return 0;
}
#endif

/* 20 tasks, of which each waits, is cancelled or woken; nobody allocates. */
static int wait_without_memory(void *arg, Value *result)
{
    set_up();
    for (int i = 0; i < 20; i++)
        new_one(async_get_running_loop(), kinds[i % KINDS].wait,
                kinds[i % KINDS].thing, 0);
    size_t before = used();
    is_starving = true;
    asked = 0;
    pause_turns(3);
    CHECK(used() == before);
    for (int i = 0; i < 7; i++)
        CHECK(task_cancel(ones[i].task));
    pause_turns(3);
    wake_all(3);
    pause_turns(5);
    CHECK_INT(asked, 0);
    is_starving = false;
    for (int i = 0; i < 20; i++)
        CHECK(task_done(ones[i].task));
    drop_ones();
    return 0;
}

TEST(waiting_waking_and_cancelling_need_no_memory)
{
    play(wait_without_memory, NULL);
}

/* ---- Many ---- */
enum { MANY = 2000 };

static int acquire(void *semaphore, Value *result)
{
    return semaphore_acquire(semaphore);
}

/* Every third is cancelled; the others go on, in their order. */
static int cancel_a_third(void *arg, Value *result)
{
    Semaphore semaphore;
    Task *tasks[MANY];
    semaphore_init(&semaphore, 0);
    for (int i = 0; i < MANY; i++)
        tasks[i] = begin(acquire, &semaphore);
    pause_turns(1);
    for (int i = 0; i < MANY; i += 3)
        CHECK(task_cancel(tasks[i]));
    for (int i = 0; i < MANY; i++) {
        if (i % 3 == 0)
            continue;
        CHECK_INT(semaphore_release(&semaphore), 0);
        if (i % 2 == 0)
            pause_turns(1);
    }
    pause_turns(2);
    for (int i = 0; i < MANY; i++)
        CHECK_INT(task_join(tasks[i], NULL), i % 3 == 0 ? E_CANCELLED : 0);
    CHECK(semaphore_locked(&semaphore));
    return 0;
}

TEST(many_wait_in_one_list)
{
    play(cancel_a_third, NULL);
}
