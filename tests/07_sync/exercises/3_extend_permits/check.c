/* Time is virtual. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/07_sync/exercises/3_extend_permits/permits.h"

enum { TOTAL = 5, NEVER = -1 };

static Loop *loop;
static Permits *permits;

/* ---- Around each test ---- */
static void set_up(void)
{
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    permits = permits_new(TOTAL);
    CHECK(loop != NULL && permits != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
}

static void run_until(double when)
{
    CHECK(loop_call_at(loop, when, loop_stop_callback, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
}

/* ---- Who asks ---- */
typedef struct Visitor {
    size_t n;
    double comes, stays;
    Task *task;
    double got, ended;
    int err;
} Visitor;

static int use(void *arg, Value *result)
{
    Visitor *guest = arg;
    CHECK_INT(async_sleep(guest->comes), 0);
    guest->err = permits_acquire(permits, guest->n);
    guest->ended = loop_time(loop);
    if (guest->err != 0)
        return 0;
    guest->got = loop_time(loop);
    CHECK_INT(async_sleep(guest->stays), 0);
    return permits_release(permits, guest->n);
}

static Visitor guest(size_t n, double comes, double stays)
{
    return (Visitor){ .n = n, .comes = comes, .stays = stays, .got = NEVER,
                    .err = NEVER };
}

static void start(Visitor guests[], int n)
{
    set_up();
    for (int i = 0; i < n; i++) {
        guests[i].task = loop_create_task(loop, use, &guests[i]);
        CHECK(guests[i].task != NULL);
    }
}

static void cancel_at(Visitor *of, double when)
{
    CHECK(loop_call_at(loop, when, future_cancel_callback, of->task) != 0);
}

static void finish(Visitor guests[], int n)
{
    run_until(100);
    for (int i = 0; i < n; i++) {
        CHECK(task_done(guests[i].task));
        CHECK_INT(task_error(guests[i].task), 0);
        task_release(guests[i].task);
    }
    CHECK_INT(permits_value(permits), TOTAL);
    permits_free(permits);
    CHECK_INT(loop->users, 1);
    loop_free(loop);
}

static void check_got(Visitor *of, double when)
{
    CHECK_INT(of->err, 0);
    CHECK_DOUBLE(of->got, when, 0.01);
}

static void check_gave_up(Visitor *of, double when)
{
    CHECK_INT(of->err, E_CANCELLED);
    CHECK_DOUBLE(of->ended, when, 0.01);
}

/* ---- In one turn ---- */
/* Takes all there are, then does these things without a pause. */
typedef struct Moment {
    double when;
    Visitor *cancelled_before, *cancelled_after;    /* giving it all back */
    bool asks_again;
    double got;
} Moment;

static int act(void *arg, Value *result)
{
    Moment *moment = arg;
    CHECK_INT(permits_acquire(permits, TOTAL), 0);
    CHECK_INT(async_sleep(moment->when), 0);
    if (moment->cancelled_before != NULL)
        task_cancel(moment->cancelled_before->task);
    CHECK_INT(permits_release(permits, TOTAL), 0);
    if (moment->cancelled_after != NULL)
        task_cancel(moment->cancelled_after->task);
    if (!moment->asks_again)
        return 0;
    CHECK_INT(permits_acquire(permits, 1), 0);
    moment->got = loop_time(loop);
    return permits_release(permits, 1);
}

static Task *start_moment(Moment *moment)
{
    Task *task = loop_create_task(loop, act, moment);
    CHECK(task != NULL);
    return task;
}

/* ---- Without a suspension ---- */
static void set_true(void *flag)
{
    *(bool *)flag = true;
}

static int take_all(void *arg, Value *result)
{
    CHECK(loop_call_soon(loop, set_true, arg) != 0);
    CHECK_INT(permits_acquire(permits, 2), 0);
    CHECK_INT(permits_acquire(permits, TOTAL - 2), 0);
    CHECK(!*(bool *)arg);
    CHECK_INT(permits_value(permits), 0);
    return permits_release(permits, TOTAL);
}

/* ---- The tests ---- */
TEST_FOR(1, who_finds_enough_takes_it_at_once)
{
    HINT("nobody waits, and there are enough: no suspension");
    Visitor guests[] = { guest(3, 0, 4), guest(2, 0, 4), guest(1, 1, 1),
                       guest(5, 10, 1) };
    start(guests, 4);
    CHECK_INT(permits_value(permits), TOTAL);
    run_until(0.5);
    CHECK_INT(permits_value(permits), 0);
    finish(guests, 4);
    check_got(&guests[0], 0);
    check_got(&guests[1], 0);
    check_got(&guests[2], 4);
    check_got(&guests[3], 10);

    bool has_turned = false;
    Visitor taker = guest(0, 0, 0);
    start(&taker, 0);
    taker.task = loop_create_task(loop, take_all, &has_turned);
    finish(&taker, 1);
    CHECK(has_turned);
}

TEST_FOR(1, what_is_given_back_serves_as_many_as_it_can)
{
    HINT("look at the head of the list again, until it does not fit");
    Visitor guests[] = { guest(4, 0, 5), guest(1, 0, 3), guest(2, 1, 2),
                       guest(2, 1.1, 3), guest(2, 1.2, 1), guest(1, 1.3, 1) };
    start(guests, 6);
    run_until(4);
    CHECK_INT(permits_value(permits), 1);    /* too few for the next */
    run_until(6);
    CHECK_INT(permits_value(permits), 1);
    finish(guests, 6);
    check_got(&guests[2], 5);
    check_got(&guests[3], 5);
    check_got(&guests[4], 7);
    check_got(&guests[5], 7);
}

TEST_FOR(1, nobody_is_overtaken)
{
    HINT("who comes when somebody waits, waits behind him");
    Visitor guests[] = { guest(3, 0, 5), guest(4, 1, 3), guest(1, 2, 1),
                       guest(1, 3, 1) };
    start(guests, 4);
    run_until(4);
    CHECK_INT(permits_value(permits), 2);
    finish(guests, 4);
    check_got(&guests[1], 5);
    check_got(&guests[2], 5);
    check_got(&guests[3], 6);
}

TEST_FOR(1, who_gives_up_lets_those_behind_go_on)
{
    HINT("it may have been the one at the head, who did not fit");
    Visitor guests[] = { guest(3, 0, 9), guest(4, 1, 3), guest(1, 2, 1),
                       guest(1, 2.5, 1), guest(3, 3, 1) };
    start(guests, 5);
    cancel_at(&guests[1], 5);
    finish(guests, 5);
    check_gave_up(&guests[1], 5);
    check_got(&guests[2], 5);
    check_got(&guests[3], 5);
    check_got(&guests[4], 9);

    Visitor others[] = { guest(4, 0, 9), guest(2, 1, 1), guest(3, 2, 1),
                       guest(1, 3, 1) };
    start(others, 4);    /* not at the head: nothing changes for others */
    cancel_at(&others[2], 5);
    finish(others, 4);
    check_gave_up(&others[2], 5);
    check_got(&others[1], 9);
    check_got(&others[3], 9);
}

TEST_FOR(1, woken_and_cancelled_in_one_turn_loses_no_permit)
{
    HINT("who was handed some, and does not want them, gives them back");
    for (int before = 0; before < 2; before++) {
        Visitor guests[] = { guest(4, 1, 3), guest(3, 2, 2), guest(3, 3, 1) };
        Moment moment = { .when = 5 };
        start(guests, 3);
        if (before)
            moment.cancelled_before = &guests[0];
        else
            moment.cancelled_after = &guests[0];
        task_release(start_moment(&moment));
        finish(guests, 3);
        check_gave_up(&guests[0], 5);
        check_got(&guests[1], 5);
        check_got(&guests[2], 7);
    }
}

TEST_FOR(1, what_was_handed_over_nobody_takes)
{
    HINT("take the permits away from what is free before you wake");
    Visitor guests[] = { guest(5, 1, 3) };
    Moment moment = { .when = 5, .asks_again = true };
    start(guests, 1);
    task_release(start_moment(&moment));
    finish(guests, 1);
    check_got(&guests[0], 5);
    CHECK_DOUBLE(moment.got, 8, 0.01);

    Visitor refused[] = { guest(0, 0, 0), guest(TOTAL + 1, 0, 0) };
    start(refused, 2);
    CHECK_INT(permits_acquire(permits, 1), E_RUNTIME);
    CHECK_INT(permits_release(permits, 1), E_VALUE);
    finish(refused, 2);
    CHECK_INT(refused[0].err, E_VALUE);
    CHECK_INT(refused[1].err, E_VALUE);
}
