/* Time is virtual. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/08_queues/exercises/3_extend_hub/hub.h"

enum { VALUES = 32 };

static Loop *loop;
static Hub *hub;

/* ---- Around each test ---- */
static void set_up(void)
{
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    hub = hub_new();
    CHECK(loop != NULL && hub != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
}

static void tear_down(void)
{
    hub_free(hub);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
    CHECK_INT(loop->users, 1);
    loop_free(loop);
}

static void run_until(double when)
{
    CHECK(loop_call_at(loop, when, loop_stop_callback, loop) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
}

static void publish(int first, int last, size_t listeners)
{
    for (int i = first; i <= last; i++)
        CHECK_INT(hub_publish(hub, (Value){ .i = i }), listeners);
}

/* ---- Ears ---- */
/* One that listens, and needs `pause` seconds for each value. */
typedef struct Ear {
    double pause;
    Listener *listener;
    Task *task;
    int got[VALUES], n;
    int err;          /* the last one */
    double ended;
} Ear;

static int hear(void *arg, Value *result)
{
    Ear *ear = arg;
    Value value;
    while ((ear->err = listener_next(ear->listener, &value)) == 0) {
        CHECK(ear->n < VALUES);
        ear->got[ear->n++] = (int)value.i;
        CHECK_INT(async_sleep(ear->pause), 0);
    }
    ear->ended = loop_time(loop);
    return 0;
}

static void resume(Ear *ear)
{
    ear->task = loop_create_task(loop, hear, ear);
    CHECK(ear->task != NULL);
}

static void start(Ear *ear, size_t room, double pause)
{
    *ear = (Ear){ .pause = pause, .listener = hub_listen(hub, room) };
    CHECK(ear->listener != NULL);
    resume(ear);
}

/* It has heard these values, in order, and then that. */
static void check_heard(Ear *ear, int first, int last, int err)
{
    CHECK(task_done(ear->task));
    CHECK_INT(task_error(ear->task), 0);
    task_release(ear->task);
    CHECK_INT(ear->n, last - first + 1);
    for (int i = 0; i < ear->n; i++)
        CHECK_INT(ear->got[i], first + i);
    CHECK_INT(ear->err, err);
}

static void leave(Ear *ear)
{
    listener_leave(ear->listener);
}

/* ---- The tests ---- */
TEST_FOR(1, all_who_listen_get_all_values)
{
    HINT("a queue for each of them, and a list of them all");
    Ear ears[3];
    set_up();
    CHECK_INT(hub_publish(hub, (Value){ .i = 0 }), 0);
    start(&ears[0], 10, 0);
    start(&ears[1], 10, 0.5);
    CHECK_INT(hub_count(hub), 2);
    run_until(1);
    publish(1, 5, 2);
    start(&ears[2], 10, 0);    /* from now on */
    publish(6, 8, 3);
    run_until(10);
    CHECK_INT(hub_count(hub), 3);
    hub_close(hub);
    run_until(20);
    check_heard(&ears[0], 1, 8, E_QUEUE_SHUTDOWN);
    check_heard(&ears[1], 1, 8, E_QUEUE_SHUTDOWN);
    check_heard(&ears[2], 6, 8, E_QUEUE_SHUTDOWN);
    for (int i = 0; i < 3; i++)
        leave(&ears[i]);
    tear_down();
}

TEST_FOR(1, who_cannot_keep_up_is_dropped)
{
    HINT("and nobody else: the walk along the list goes on");
    Ear ears[4];
    set_up();
    start(&ears[0], 10, 0);
    start(&ears[1], 3, 100);
    start(&ears[2], 3, 100);
    start(&ears[3], 10, 0);
    run_until(1);
    publish(1, 1, 4);
    run_until(2);    /* the slow ones have taken the first */
    publish(2, 4, 4);
    CHECK_INT(hub_count(hub), 4);
    publish(5, 5, 2);
    CHECK_INT(hub_count(hub), 2);
    publish(6, 9, 2);
    run_until(3);
    hub_close(hub);
    run_until(1000);
    check_heard(&ears[0], 1, 9, E_QUEUE_SHUTDOWN);
    check_heard(&ears[3], 1, 9, E_QUEUE_SHUTDOWN);
    CHECK_DOUBLE(ears[0].ended, 3, 0.01);
    for (int i = 1; i < 3; i++) {
        check_heard(&ears[i], 1, 4, E_QUEUE_FULL);
        CHECK_DOUBLE(ears[i].ended, 401, 0.01);
    }
    for (int i = 0; i < 4; i++)
        leave(&ears[i]);
    tear_down();
}

TEST_FOR(1, what_was_there_still_arrives)
{
    HINT("shut its queue, and keep what is in it; then say which end it was");
    Ear ears[2];
    set_up();
    start(&ears[0], 2, 0);
    publish(1, 2, 1);
    publish(3, 3, 0);    /* nobody has begun to listen: dropped at once */
    start(&ears[1], 4, 2);
    publish(4, 7, 1);
    hub_close(hub);
    hub_close(hub);
    CHECK_INT(hub_publish(hub, (Value){ .i = 8 }), 0);
    CHECK_INT(hub_count(hub), 0);
    run_until(100);
    check_heard(&ears[0], 1, 2, E_QUEUE_FULL);
    check_heard(&ears[1], 4, 7, E_QUEUE_SHUTDOWN);
    CHECK_DOUBLE(ears[1].ended, 8, 0.01);
    resume(&ears[0]);    /* asked again it says the same */
    ears[0].n = 0;
    run_until(101);
    check_heard(&ears[0], 1, 0, E_QUEUE_FULL);
    leave(&ears[0]);
    leave(&ears[1]);
    tear_down();
}

TEST_FOR(1, the_end_wakes_those_who_wait)
{
    HINT("a close reaches them in listener_next()");
    for (int is_freed = 0; is_freed < 2; is_freed++) {
        Ear ears[2];
        set_up();
        start(&ears[0], 1, 0);
        start(&ears[1], 1, 0);
        run_until(5);
        CHECK(!task_done(ears[0].task));
        if (is_freed)
            hub_free(hub);    /* they leave when it is gone */
        else
            hub_close(hub);
        run_until(6);
        for (int i = 0; i < 2; i++) {
            check_heard(&ears[i], 1, 0, E_QUEUE_SHUTDOWN);
            CHECK_DOUBLE(ears[i].ended, 5, 0.01);
            leave(&ears[i]);
        }
        if (is_freed)
            hub = NULL;
        tear_down();
    }
}

TEST_FOR(1, who_leaves_gets_no_more)
{
    HINT("take it out of the list, wherever it stands, before you free it");
    Ear ears[3];
    set_up();
    for (int i = 0; i < 3; i++)
        start(&ears[i], 10, 0);
    run_until(1);
    publish(1, 2, 3);
    for (int i = 0; i < 3; i++) {
        int at = (i + 1) % 3;    /* from the middle, the end, the beginning */
        run_until(i + 2);
        task_cancel(ears[at].task);
        run_until(i + 2.5);
        check_heard(&ears[at], 1, 2 + i, E_CANCELLED);
        leave(&ears[at]);
        CHECK_INT(hub_count(hub), 2 - i);
        publish(3 + i, 3 + i, (size_t)(2 - i));
    }
    listener_leave(NULL);
    hub_free(NULL);
    tear_down();
}

TEST_FOR(1, who_is_cancelled_can_go_on_listening)
{
    HINT("queue_get() loses nothing; and what is refused is not in the list");
    Ear ear;
    set_up();
    start(&ear, 10, 0);
    run_until(1);
    publish(1, 2, 1);
    task_cancel(ear.task);    /* in the turn in which it is woken */
    run_until(2);
    CHECK_INT(ear.err, E_CANCELLED);
    task_release(ear.task);
    resume(&ear);
    run_until(3);
    CHECK_PTR(hub_listen(hub, 0), NULL);
    CHECK_INT(errno, EINVAL);
    CHECK_INT(hub_count(hub), 1);
    hub_close(hub);
    CHECK_PTR(hub_listen(hub, 3), NULL);
    CHECK_INT(errno, ECANCELED);
    run_until(4);
    check_heard(&ear, 1, 2, E_QUEUE_SHUTDOWN);
    leave(&ear);
    tear_down();
}
