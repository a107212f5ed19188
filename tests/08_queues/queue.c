/* Queue: a put waits while it is full, a get while it is empty; nothing is lost
 * whoever is cancelled. */
#include "queues.h"

/* ---- At once ---- */
static void use_nowait(void *arg)
{
    Queue *queue = new_queue(2);
    Value value = { .i = -1 };
    CHECK(queue_empty(queue) && !queue_full(queue));
    CHECK_INT(queue_get_nowait(queue, &value), E_QUEUE_EMPTY);
    CHECK_INT(value.i, -1);
    put_numbers(queue, 1, 2);
    CHECK(!queue_empty(queue) && queue_full(queue));
    CHECK_INT(queue_qsize(queue), 2);
    CHECK_INT(queue_put_nowait(queue, seven), E_QUEUE_FULL);
    CHECK_INT(queue_qsize(queue), 2);
    get_now(queue, 1);
    CHECK_INT(queue_get_nowait(queue, NULL), 0);    /* dropped */
    CHECK(queue_empty(queue));
    queue_free(queue);
    tell("done");
}

TEST(at_once_or_not_at_all)    /* Q2 */
{
    Loop *loop = ordered_loop();
    use_nowait(NULL);    /* no loop has to run */
    CHECK(loop_call_soon(loop, use_nowait, NULL) != 0);
    run_turns(loop, 1);
    CHECK_STR(story, "done done");
    loop_free(loop);
    queue_free(NULL);
}

static int do_not_wait(void *arg, Value *result)
{
    Queue *queue = new_queue(0);
    Value value;
    tell_soon("turn");
    for (int i = 0; i < 100; i++)
        CHECK_INT(queue_put(queue, number(i)), 0);
    CHECK(!queue_full(queue));
    CHECK_INT(queue_get(queue, NULL), 0);
    for (int i = 1; i < 100; i++) {
        CHECK_INT(queue_get(queue, &value), 0);
        CHECK_INT(value.i, i);
    }
    CHECK_STR(story, "");
    pause_turns(1);
    queue_free(queue);
    return 0;
}

TEST(who_need_not_wait_does_not)    /* Q1 */
{
    play(do_not_wait, NULL);
}

TEST(outside_a_task_nobody_waits)
{
    Queue *queue = new_queue(1);
    Value value = seven;
    CHECK_INT(queue_put(queue, seven), E_RUNTIME);
    CHECK_INT(queue_get(queue, &value), E_RUNTIME);
    CHECK_INT(queue_join(queue), E_RUNTIME);
    CHECK_INT(value.i, 7);
    CHECK_INT(queue_qsize(queue), 0);
    put_now(queue, 1);
    CHECK_INT(queue_get(queue, &value), E_RUNTIME);
    CHECK_INT(queue_join(queue), E_RUNTIME);
    CHECK_INT(queue_qsize(queue), 1);
    queue_free(queue);
}

/* ---- Waiting ---- */
static int put_into_full(void *arg, Value *result)
{
    Queue *queue = new_queue(2);
    next_number = 1;
    let_wait(5, wait_put, queue);
    settle("a b");
    CHECK_INT(queue_qsize(queue), 2);
    get_now(queue, 1);
    settle("a b c");
    CHECK_INT(queue_qsize(queue), 2);
    get_now(queue, 2);
    get_now(queue, 3);
    end_ones("a b c d e");
    get_now(queue, 4);
    get_now(queue, 5);
    queue_free(queue);
    return 0;
}

TEST(a_put_waits_while_it_is_full)    /* Q1 */
{
    play(put_into_full, NULL);
}

static int get_in_turn(void *arg, Value *result)
{
    Queue *queue = new_queue(0);
    let_wait(4, wait_get, queue);
    put_now(queue, 1);
    settle("a");
    put_numbers(queue, 2, 4);
    end_ones("a b c d");
    GOT(1, 2, 3, 4);
    queue_free(queue);
    return 0;
}

TEST(those_who_get_are_served_in_their_order)    /* Q4 */
{
    play(get_in_turn, NULL);
}

/* ---- Cancelled ---- */
static int cancel_waiting(void *arg, Value *result)
{
    Queue *queue = new_queue(1);
    let_wait(3, wait_get, queue);
    CHECK(task_cancel(ones[1].task));
    put_now(queue, 1);
    settle("b! a");
    put_now(queue, 2);
    end_ones("b! a c");
    GOT(1, 2);
    put_now(queue, 3);
    next_number = 4;
    let_wait(3, wait_put, queue);
    CHECK(task_cancel(ones[0].task));
    get_now(queue, 3);
    settle("a! b");
    get_now(queue, 5);    /* "a" has put nothing */
    end_ones("a! b c");
    get_now(queue, 6);
    queue_free(queue);
    return 0;
}

TEST(who_is_cancelled_takes_and_leaves_nothing)    /* Q5 */
{
    play(cancel_waiting, NULL);
}

static int cancel_woken(void *arg, Value *result)
{
    Queue *queue = new_queue(1);
    let_wait(2, wait_get, queue);
    put_now(queue, 1);
    CHECK(task_cancel(ones[0].task));
    end_ones("a! b");
    GOT(1);
    put_now(queue, 1);
    next_number = 2;
    let_wait(2, wait_put, queue);
    get_now(queue, 1);
    CHECK(task_cancel(ones[0].task));
    end_ones("a! b");
    get_now(queue, 3);
    queue_free(queue);
    return 0;
}

TEST(who_was_woken_and_cancelled_wakes_the_next)    /* Q6 */
{
    play(cancel_woken, NULL);
}

static int cancel_all_woken(void *arg, Value *result)
{
    Queue *queue = new_queue(2);
    let_wait(2, wait_get, queue);
    put_numbers(queue, 1, 2);
    CHECK(task_cancel(ones[0].task));
    CHECK(task_cancel(ones[1].task));
    end_ones("a! b!");
    CHECK_INT(queue_qsize(queue), 2);
    get_now(queue, 1);
    let_wait(1, wait_get, queue);
    end_ones("a");
    GOT(2);
    queue_free(queue);
    return 0;
}

TEST(what_nobody_took_is_still_there)    /* Q5 */
{
    play(cancel_all_woken, NULL);
}

/* ---- Stolen ---- */
static int steal_value(void *arg, Value *result)
{
    Queue *queue = new_queue(0);
    let_wait(3, wait_get, queue);
    put_now(queue, 1);    /* wakes "a" */
    get_now(queue, 1);
    settle("");
    put_numbers(queue, 2, 3);
    settle("b c");        /* "a" stands behind them now */
    put_now(queue, 4);
    end_ones("b c a");
    GOT(2, 3, 4);
    queue_free(queue);
    return 0;
}

TEST(a_value_is_nobodys_until_it_is_taken)    /* Q8 */
{
    play(steal_value, NULL);
}

static int steal_room(void *arg, Value *result)
{
    Queue *queue = new_queue(1);
    put_now(queue, 1);
    next_number = 2;
    let_wait(2, wait_put, queue);
    get_now(queue, 1);    /* wakes "a" */
    put_now(queue, 9);
    settle("");
    get_now(queue, 9);
    settle("b");
    get_now(queue, 3);
    end_ones("b a");
    get_now(queue, 2);
    queue_free(queue);
    return 0;
}

TEST(and_so_is_room)    /* Q8 */
{
    play(steal_room, NULL);
}

/* ---- With a limit ---- */
static void put_callback(void *queue)
{
    put_now(queue, 1);
}

/* The value comes in the turn in which the time of "a" is over. */
static int limit_waits(void *arg, Value *result)
{
    Queue *queue = new_queue(1);
    CHECK(loop_call_at(async_get_running_loop(), 1, put_callback, queue) != 0);
    let_wait_for(1, wait_get, queue);
    let_wait_for(2, wait_get, queue);
    rest(1);
    end_ones("a~ b");
    GOT(1);
    put_now(queue, 1);
    let_wait_for(1, wait_put, queue);
    let_wait_for(1, wait_join, queue);
    rest(2);
    end_ones("a~ b~");
    CHECK_INT(queue_qsize(queue), 1);
    get_now(queue, 1);
    CHECK(queue_empty(queue));
    queue_free(queue);
    return 0;
}

TEST(its_waits_can_have_limits)    /* Q5 Q6 */
{
    play(limit_waits, NULL);
}

/* ---- Work that is done ---- */
static int join_it(void *arg, Value *result)
{
    Queue *queue = new_queue(0);
    CHECK_INT(queue_join(queue), 0);
    CHECK_INT(queue_task_done(queue), E_VALUE);
    put_numbers(queue, 1, 2);
    let_wait(2, wait_join, queue);
    get_now(queue, 1);
    get_now(queue, 2);
    settle("");    /* what counts is that they are done */
    CHECK_INT(queue_task_done(queue), 0);
    settle("");
    CHECK_INT(queue_task_done(queue), 0);
    put_now(queue, 3);    /* too late for those who have been woken */
    end_ones("a b");
    let_wait(1, wait_join, queue);
    settle("");
    CHECK_INT(queue_task_done(queue), 0);    /* also before it is got */
    end_ones("a");
    CHECK_INT(queue_task_done(queue), E_VALUE);
    CHECK_INT(queue_qsize(queue), 1);
    queue_free(queue);
    return 0;
}

TEST(a_join_waits_until_all_is_done)    /* Q3 */
{
    play(join_it, NULL);
}
