/* queue_shutdown(): from then on nothing goes in; what is in it comes out yet,
 * or is dropped at once. */
#include "queues.h"

/* ---- Afterwards ---- */
static int use_shut(void *arg, Value *result)
{
    Queue *queue = new_queue(3);
    Value value = { .i = -1 };
    put_numbers(queue, 1, 3);
    queue_shutdown(queue, false);
    CHECK_INT(queue_put_nowait(queue, seven), E_QUEUE_SHUTDOWN);
    CHECK_INT(queue_put(queue, seven), E_QUEUE_SHUTDOWN);    /* though full */
    get_now(queue, 1);
    CHECK_INT(queue_put(queue, seven), E_QUEUE_SHUTDOWN);
    CHECK_INT(queue_get(queue, &value), 0);
    CHECK_INT(value.i, 2);
    get_now(queue, 3);
    CHECK_INT(queue_get_nowait(queue, &value), E_QUEUE_SHUTDOWN);
    CHECK_INT(queue_get(queue, &value), E_QUEUE_SHUTDOWN);
    CHECK_INT(value.i, 2);
    queue_shutdown(queue, false);
    queue_free(queue);
    return 0;
}

TEST(what_is_in_it_comes_out_and_nothing_goes_in)    /* Q9 */
{
    play(use_shut, NULL);
}

static int use_dropped(void *arg, Value *result)
{
    Queue *queue = new_queue(3);
    put_numbers(queue, 1, 3);
    queue_shutdown(queue, true);
    CHECK_INT(queue_qsize(queue), 0);
    CHECK(queue_empty(queue) && !queue_full(queue));
    CHECK_INT(queue_get_nowait(queue, NULL), E_QUEUE_SHUTDOWN);
    CHECK_INT(queue_get(queue, NULL), E_QUEUE_SHUTDOWN);
    CHECK_INT(queue_join(queue), 0);
    CHECK_INT(queue_task_done(queue), E_VALUE);
    queue_shutdown(queue, true);
    queue_free(queue);
    return 0;
}

TEST(immediately_it_drops_what_is_in_it)    /* Q9 */
{
    play(use_dropped, NULL);
}

/* ---- Those who wait ---- */
static int shut_under_getters(void *arg, Value *result)
{
    for (int immediate = 0; immediate < 2; immediate++) {
        Queue *queue = new_queue(0);
        let_wait(3, wait_get, queue);
        CHECK(task_cancel(ones[1].task));
        queue_shutdown(queue, immediate);
        end_ones("b! a? c?");
        CHECK_INT(ones[0].err, E_QUEUE_SHUTDOWN);
        CHECK_INT(ones[2].err, E_QUEUE_SHUTDOWN);
        queue_free(queue);
    }
    return 0;
}

TEST(those_who_get_are_sent_away)    /* Q9 */
{
    play(shut_under_getters, NULL);
}

static int shut_under_putters(void *arg, Value *result)
{
    for (int immediate = 0; immediate < 2; immediate++) {
        Queue *queue = new_queue(1);
        put_now(queue, 1);
        let_wait(3, wait_put, queue);
        queue_shutdown(queue, immediate);
        CHECK_INT(queue_qsize(queue), immediate ? 0 : 1);
        end_ones("a? b? c?");
        for (int i = 0; i < 3; i++)
            CHECK_INT(ones[i].err, E_QUEUE_SHUTDOWN);
        CHECK_INT(queue_qsize(queue), immediate ? 0 : 1);
        queue_free(queue);
    }
    return 0;
}

TEST(those_who_put_are_sent_away)    /* Q9 */
{
    play(shut_under_putters, NULL);
}

/* Woken for a value, and shut before it runs: it is there, or it is not. */
static int shut_under_woken(void *arg, Value *result)
{
    for (int immediate = 0; immediate < 2; immediate++) {
        Queue *queue = new_queue(0);
        let_wait(2, wait_get, queue);
        put_now(queue, 1);
        queue_shutdown(queue, immediate);
        end_ones(immediate ? "a? b?" : "a b?");
        CHECK_INT(got_count, !immediate);
        got_count = 0;
        queue_free(queue);
    }
    return 0;
}

TEST(a_woken_get_takes_what_is_left)    /* Q9 */
{
    play(shut_under_woken, NULL);
}

static int shut_under_woken_putter(void *arg, Value *result)
{
    Queue *queue = new_queue(1);
    put_now(queue, 1);
    let_wait(2, wait_put, queue);
    get_now(queue, 1);    /* wakes "a" */
    queue_shutdown(queue, false);
    end_ones("a? b?");
    CHECK(queue_empty(queue));
    queue_free(queue);
    return 0;
}

TEST(a_woken_put_is_too_late)    /* Q9 */
{
    play(shut_under_woken_putter, NULL);
}

/* ---- Those who join ---- */
static int shut_under_joiners(void *arg, Value *result)
{
    Queue *queue = new_queue(0);
    put_numbers(queue, 1, 3);
    let_wait(2, wait_join, queue);
    get_now(queue, 1);
    queue_shutdown(queue, false);
    settle("");
    queue_shutdown(queue, true);    /* 2 and 3 count as done, 1 does not */
    settle("");
    CHECK_INT(queue_task_done(queue), 0);
    end_ones("a b");
    CHECK_INT(queue_task_done(queue), E_VALUE);
    queue_free(queue);
    return 0;
}

TEST(what_was_dropped_counts_as_done)    /* Q9 Q3 */
{
    play(shut_under_joiners, NULL);
}

static int drop_all_at_once(void *arg, Value *result)
{
    Queue *queue = new_queue(0);
    put_numbers(queue, 1, 3);
    CHECK_INT(queue_task_done(queue), 0);
    CHECK_INT(queue_task_done(queue), 0);
    let_wait(2, wait_join, queue);
    queue_shutdown(queue, true);    /* more are dropped than are left to do */
    end_ones("a b");
    CHECK_INT(queue_task_done(queue), E_VALUE);
    queue_free(queue);
    return 0;
}

TEST(and_never_more_than_is_left_to_do)    /* Q9 Q3 */
{
    play(drop_all_at_once, NULL);
}

static int drain_then_join(void *arg, Value *result)
{
    Queue *queue = new_queue(0);
    put_numbers(queue, 1, 2);
    queue_shutdown(queue, false);
    let_wait(1, wait_join, queue);
    for (int i = 1; i <= 2; i++) {
        settle("");
        get_now(queue, i);
        CHECK_INT(queue_task_done(queue), 0);
    }
    end_ones("a");
    queue_free(queue);
    return 0;
}

TEST(a_drained_one_can_be_joined)    /* Q9 Q3 */
{
    play(drain_then_join, NULL);
}
