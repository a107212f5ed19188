/* Time is virtual. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/07_sync/exercises/2_build_rwlock/rwlock.h"

#include <math.h>

enum { NEVER = -1 };

static Loop *loop;
static RWLock lock;
static int readers, writers;

/* ---- Around each test ---- */
static void set_up(void)
{
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    lock = (RWLock){ .readers = 0 };
    readers = writers = 0;
}

static void run_until(double when)
{
    CHECK(loop_call_at(loop, when, loop_stop_callback, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
}

/* ---- Visits ---- */
typedef struct Visit {
    double comes, stays;
    bool writes;
    Task *task;
    double got, ended;
    int taken, given;    /* what the functions returned */
} Visit;

static int stay(Visit *visit)
{
    visit->got = loop_time(loop);
    *(visit->writes ? &writers : &readers) += 1;
    CHECK(writers == 0 || writers + readers == 1);
    CHECK_INT(async_sleep(visit->stays), 0);
    *(visit->writes ? &writers : &readers) -= 1;
    return visit->writes ? rwlock_write_done(&lock) : rwlock_read_done(&lock);
}

static int come(void *arg, Value *result)
{
    Visit *visit = arg;
    CHECK_INT(async_sleep(visit->comes), 0);
    visit->taken = visit->writes ? rwlock_write(&lock) : rwlock_read(&lock);
    if (visit->taken == 0)
        visit->given = stay(visit);
    visit->ended = loop_time(loop);
    return 0;
}

static Visit visit(bool writes, double comes, double stays)
{
    return (Visit){ .writes = writes, .comes = comes, .stays = stays,
                    .got = NEVER, .ended = NEVER, .taken = NEVER,
                    .given = NEVER };
}

static Visit reader(double comes, double stays)
{
    return visit(false, comes, stays);
}

static Visit writer(double comes, double stays)
{
    return visit(true, comes, stays);
}

/* ---- A day with visits ---- */
static void start(Visit visits[], int n)
{
    set_up();
    for (int i = 0; i < n; i++) {
        visits[i].task = loop_create_task(loop, come, &visits[i]);
        CHECK(visits[i].task != NULL);
    }
}

static void cancel_at(Visit *of, double when)
{
    CHECK(loop_call_at(loop, when, future_cancel_callback, of->task) != 0);
}

static void check_got(Visit *of, double when)
{
    CHECK_INT(of->taken, 0);
    CHECK_DOUBLE(of->got, when, 0.01);
}

static void check_one_got(Visit visits[], int n, double when)
{
    int those = 0;
    for (int i = 0; i < n; i++)
        those += visits[i].taken == 0 && fabs(visits[i].got - when) < 0.01;
    CHECK_INT(those, 1);
}

static void finish(Visit visits[], int n)
{
    run_until(100);
    for (int i = 0; i < n; i++) {
        CHECK(task_done(visits[i].task));
        CHECK_INT(task_error(visits[i].task), 0);
        if (visits[i].taken == 0)
            CHECK_INT(visits[i].given, 0);
        task_release(visits[i].task);
    }
    CHECK_INT(loop->users, 1);
    loop_free(loop);
}

/* Has the condition's lock, so that nobody else comes in. */
static int stand_in_the_door(void *until, Value *result)
{
    CHECK_INT(async_sleep(0.5), 0);
    CHECK_INT(condition_acquire(&lock.changed), 0);
    CHECK_INT(async_sleep(*(double *)until - 0.5), 0);
    return condition_release(&lock.changed);
}

static int give_back_nothing(void *arg, Value *result)
{
    CHECK_INT(rwlock_read_done(&lock), E_RUNTIME);
    CHECK_INT(rwlock_write_done(&lock), E_RUNTIME);
    CHECK_INT(rwlock_read(&lock), 0);
    CHECK_INT(rwlock_write_done(&lock), E_RUNTIME);
    CHECK_INT(rwlock_read_done(&lock), 0);
    CHECK_INT(rwlock_write(&lock), 0);
    CHECK_INT(rwlock_read_done(&lock), E_RUNTIME);
    return rwlock_write_done(&lock);
}

/* ---- Given back twice at a time ---- */
static int given[2];    /* what the functions returned */

/* Nobody is in the way when it is taken; then somebody is in the door. */
static int take_for_others(void *writes, Value *result)
{
    return *(bool *)writes ? rwlock_write(&lock) : rwlock_read(&lock);
}

static int give_back(bool writes)
{
    CHECK_INT(async_sleep(1), 0);
    return writes ? rwlock_write_done(&lock) : rwlock_read_done(&lock);
}

static int give_back_first(void *writes, Value *result)
{
    given[0] = give_back(*(bool *)writes);
    return 0;
}

static int give_back_second(void *writes, Value *result)
{
    given[1] = give_back(*(bool *)writes);
    return 0;
}

/* ---- The tests ---- */
TEST_FOR(1, readers_read_together)
{
    HINT("a reader waits for writers, and for nobody else");
    Visit visits[] = { reader(0, 3), reader(1, 3), reader(2, 3),
                       writer(10, 1), reader(10.5, 1), reader(10.6, 1) };
    start(visits, 6);
    finish(visits, 6);
    for (int i = 0; i < 3; i++)
        check_got(&visits[i], i);
    check_got(&visits[4], 11);    /* both of them */
    check_got(&visits[5], 11);
}

TEST_FOR(1, a_writer_is_alone)
{
    HINT("who is woken looks again whether it may go on");
    Visit visits[] = { reader(0, 2), reader(0, 4), writer(1, 2), writer(1.5, 2),
                       writer(1.6, 2) };
    start(visits, 5);
    finish(visits, 5);
    for (int i = 0; i < 3; i++)
        check_one_got(visits, 5, 4 + 2 * i);    /* in any order */

    Task *task;
    set_up();
    CHECK_INT(rwlock_read(&lock), E_RUNTIME);
    CHECK_INT(rwlock_write(&lock), E_RUNTIME);
    task = loop_create_task(loop, give_back_nothing, NULL);
    CHECK(task != NULL);
    finish(&(Visit){ .task = task, .taken = NEVER }, 1);
}

TEST_FOR(1, readers_stand_back_for_a_writer_that_waits)
{
    HINT("count the writers that wait");
    Visit visits[] = { reader(0, 2), writer(1, 1), reader(1.2, 2),
                       reader(1.4, 2), writer(3.5, 1), reader(4, 1) };
    start(visits, 6);
    finish(visits, 6);
    check_got(&visits[1], 2);
    check_got(&visits[2], 3);
    check_got(&visits[3], 3);
    check_got(&visits[4], 5);
    check_got(&visits[5], 6);
}

TEST_FOR(1, who_gives_up_keeps_nobody_back)
{
    HINT("the readers that stood back for it have to be notified");
    Visit visits[] = { reader(0, 5), writer(1, 1), reader(1.5, 1),
                       reader(3, 1) };
    start(visits, 4);
    cancel_at(&visits[1], 2);
    finish(visits, 4);
    CHECK_INT(visits[1].taken, E_CANCELLED);
    CHECK_DOUBLE(visits[1].ended, 2, 0.01);
    check_got(&visits[2], 2);
    check_got(&visits[3], 3);

    Visit others[] = { writer(0, 5), reader(1, 1), writer(2, 1) };
    start(others, 3);
    cancel_at(&others[1], 3);
    finish(others, 3);
    CHECK_INT(others[1].taken, E_CANCELLED);
    check_got(&others[2], 5);
}

TEST_FOR(1, it_is_given_back_whatever_happens)
{
    HINT("try again until you hold the condition's lock, then say E_CANCELLED");
    for (int writes = 0; writes < 2; writes++) {
        Visit visits[] = { visit(writes, 0, 1), writer(0.2, 1) };
        double until = 3;
        start(visits, 2);
        Task *door = loop_create_task(loop, stand_in_the_door, &until);
        CHECK(door != NULL);
        cancel_at(&visits[0], 1.5);
        cancel_at(&visits[0], 2);
        run_until(50);
        CHECK_INT(visits[0].given, E_CANCELLED);
        CHECK_DOUBLE(visits[0].ended, 3, 0.01);
        check_got(&visits[1], 3);
        CHECK_INT(task_error(door), 0);
        task_release(door);
        visits[0].given = 0;
        finish(visits, 2);
    }
}

TEST_FOR(1, it_is_given_back_once)
{
    HINT("what was true before a suspension may be false behind it: ask there");
    for (int writes = 0; writes < 2; writes++) {
        Visit visits[] = { writer(4, 2), reader(5, 1) };
        bool is_writer = writes;
        double until = 3;
        start(visits, 2);
        Task *tasks[] = { loop_create_task(loop, take_for_others, &is_writer),
                          loop_create_task(loop, stand_in_the_door, &until),
                          loop_create_task(loop, give_back_first, &is_writer),
                          loop_create_task(loop, give_back_second,
                                           &is_writer) };
        run_until(3.5);
        for (int i = 0; i < 4; i++) {
            CHECK_INT(task_error(tasks[i]), 0);
            task_release(tasks[i]);
        }
        CHECK(given[0] == 0 || given[1] == 0);
        CHECK(given[0] == E_RUNTIME || given[1] == E_RUNTIME);
        finish(visits, 2);
        check_got(&visits[0], 4);
        check_got(&visits[1], 6);
    }
}
