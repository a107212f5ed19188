/* queue_free() and loop_close() with tasks that wait: parked, woken or
 * cancelled, or several of these in one turn. */
#include "queues.h"

/* ---- Freed ---- */
static Queue *full, *empty;

static void set_up(int each)
{
    full = new_queue(1);
    empty = new_queue(0);
    put_now(full, 1);
    let_wait(each, wait_put, full);
    let_wait(each, wait_get, empty);
    let_wait(each, wait_join, full);
}

static void free_both(void)
{
    queue_free(full);
    queue_free(empty);
}

static int free_under_waiters(void *arg, Value *result)
{
    set_up(2);
    free_both();
    end_ones("a? b? e? f? c? d?");
    for (int i = 0; i < 6; i++)
        CHECK_INT(ones[i].err, E_RUNTIME);
    return 0;
}

TEST(whoever_waits_for_a_freed_queue_is_told)
{
    play(free_under_waiters, NULL);
}

static int free_under_woken(void *arg, Value *result)
{
    set_up(2);
    get_now(full, 1);
    put_now(empty, 1);
    CHECK_INT(queue_task_done(full), 0);
    free_both();
    settle("a? c? e f b? d?");    /* the join was over already */
    for (int i = 0; i < 4; i++)
        CHECK_INT(ones[i].err, E_RUNTIME);
    drop_ones();
    return 0;
}

TEST(so_is_who_was_woken_and_has_not_run)
{
    play(free_under_woken, NULL);
}

static int free_after_shutdown(void *arg, Value *result)
{
    for (int immediate = 0; immediate < 2; immediate++) {
        set_up(1);
        queue_shutdown(full, immediate);
        queue_shutdown(empty, immediate);
        free_both();
        end_ones(immediate ? "c a? b?" : "a? b? c?");
    }
    return 0;
}

TEST(it_can_be_freed_as_soon_as_it_is_shut)
{
    play(free_after_shutdown, NULL);
}

/* ---- Freed and cancelled ---- */
/* The queue is gone, and then: it was cancelled, too.  Who was cancelled before
 * that, and not woken, waits for it no longer, and hears of the one thing. */
static int sleep_after(void *queue)
{
    int err = queue_get(queue, NULL);
    if (err == E_CANCELLED)
        return err;
    CHECK_INT(err, E_RUNTIME);
    return async_sleep(5);
}

static int free_and_cancel(void *arg, Value *result)
{
    for (int order = 0; order < 4; order++) {
        Queue *queue = new_queue(0);
        let_wait(2, sleep_after, queue);
        if (order >= 2)
            put_now(queue, 1);    /* wakes "a" */
        for (int i = 0; i < 2 && order % 2 == 0; i++)
            CHECK(task_cancel(ones[i].task));
        queue_free(queue);
        for (int i = 0; i < 2 && order % 2 == 1; i++)
            CHECK(task_cancel(ones[i].task));
        end_ones(order == 2 ? "b! a!" : "a! b!");
        CHECK_DOUBLE(now(), 0, 1e-9);
    }
    return 0;
}

TEST(freed_and_cancelled_in_one_turn_both_are_told)
{
    play(free_and_cancel, NULL);
}

/* ---- Of another loop ---- */
static int wait_behind(void *arg, Value *result)
{
    Value value = seven;
    CHECK_INT(queue_put(full, seven), E_RUNTIME);
    CHECK_INT(queue_get(empty, &value), E_RUNTIME);
    CHECK_INT(queue_join(full), E_RUNTIME);
    CHECK_INT(value.i, 7);
    return 0;
}

static int set_up_three(void *arg, Value *result)
{
    set_up(1);
    return 0;
}

TEST(nobody_waits_behind_the_tasks_of_another_loop)
{
    Loop *loop = silent_loop();
    CHECK_INT(run(loop, set_up_three, NULL), 0);
    play(wait_behind, NULL);
    get_now(full, 1);
    put_now(empty, 2);
    CHECK_INT(queue_task_done(full), 0);
    run_turns(loop, 2);
    CHECK_STR(story, "a b c");
    loop_free(loop);
    drop_ones();
    free_both();
}

/* ---- The loop closes ---- */
enum { PARKED, WOKEN, CANCELLED_YET, BOTH, STATES };

static int use_again(void *arg, Value *result)
{
    let_wait(1, wait_get, empty);
    let_wait(1, wait_put, full);
    let_wait(1, wait_join, full);
    settle("");
    put_now(empty, 5);
    CHECK_INT(queue_get_nowait(full, NULL), 0);
    settle("a b");
    CHECK_INT(queue_get_nowait(full, NULL), 0);
    while (queue_task_done(full) == 0)
        continue;
    end_ones("a b c");
    GOT(5);
    return 0;
}

static void close_under(int state)
{
    Loop *loop = silent_loop();
    CHECK_INT(run(loop, set_up_three, NULL), 0);
    if (state == WOKEN || state == BOTH) {
        get_now(full, 1);
        put_now(empty, 1);
        CHECK_INT(queue_task_done(full), 0);
    }
    for (int i = 0; i < 3 && state >= CANCELLED_YET; i++)
        CHECK(task_cancel(ones[i].task));
    loop_free(loop);
    drop_ones();
    CHECK_INT(queue_qsize(full), state == WOKEN || state == BOTH ? 0 : 1);
    if (queue_empty(full))
        put_now(full, 1);
    (void)queue_get_nowait(empty, NULL);
    play(use_again, NULL);
    free_both();
}

TEST(after_its_loop_closed_a_queue_serves_the_next)
{
    for (int state = 0; state < STATES; state++)
        close_under(state);
}

TEST(it_may_be_freed_before_its_loop_closes)
{
    for (int woken = 0; woken < 2; woken++) {
        Loop *loop = silent_loop();
        CHECK_INT(run(loop, set_up_three, NULL), 0);
        if (woken)
            put_now(empty, 1);
        free_both();
        loop_free(loop);
        drop_ones();
    }
}
