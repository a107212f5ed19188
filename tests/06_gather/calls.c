/* async_gather_calls(): it waits for every child, in every way out, since their
 * arguments lie in the caller's frame. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

/* gather.c over an allocator of our own, which can be out of memory. */
static bool has_no_room;

static void *test_calloc(size_t n, size_t size)
{
    return has_no_room ? NULL : calloc(n, size);
}

#define begin begin_gather
#define calloc(n, size) test_calloc(n, size)
#include "../../code/06_gather/gather.c"
#undef calloc
#undef begin

#include "gathers.h"

/* ---- Results ---- */
static int call_three(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 3, .value = 1 }, { .delay = 1, .value = 2 },
                         { .delay = 2, .value = 3 } };
    Call calls[] = { { work, &workers[0] }, { work, &workers[1] },
                     { work, &workers[2] } };
    Outcome outcomes[3];
    CHECK_INT(async_gather_calls(calls, 3, outcomes, 0), 0);
    CHECK_DOUBLE(now(), 3, 0.001);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(outcomes[i].error, 0);
        CHECK_INT(outcomes[i].value.i, i + 1);
    }
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    return 0;
}

TEST(calls_have_their_results_in_order)    /* G1 */
{
    play(call_three, NULL);
}

static int call_none(void *arg, Value *result)
{
    tell_soon("turn");
    CHECK_INT(async_gather_calls(NULL, 0, NULL, 0), 0);
    CHECK_STR(story, "");
    return 0;
}

TEST(no_call_takes_no_turn)    /* G1 */
{
    play(call_none, NULL);
}

static int tell_call(void *arg, Value *result)
{
    CHECK(async_current_task() != NULL);
    tell(arg);
    pause_turns(1);
    tell(arg);
    return 0;
}

static int call_in_order(void *arg, Value *result)
{
    Call again = { tell_call, "c" };
    CHECK_INT(async_gather_calls(CALLS({ tell_call, "a" }, { tell_call, "b" },
                                       again, again), NULL, 0), 0);
    CHECK_STR(story, "a b c c a b c c");
    return 0;
}

TEST(calls_begin_in_order_each_as_a_task)    /* G1 */
{
    play(call_in_order, NULL);
}

/* ---- Errors ---- */
static Seen seen;

static int call_failing(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 3, .value = 1 },
                         { .delay = 1, .error = EPIPE, .value = 7 },
                         { .delay = 2, .error = EIO } };
    Call calls[] = { { work, &workers[0] }, { work, &workers[1] },
                     { work, &workers[2] } };
    Outcome outcomes[3];
    CHECK_INT(async_gather_calls(calls, 3, outcomes, 0), EPIPE);
    CHECK_DOUBLE(now(), 3, 0.001);
    CHECK_INT(outcomes[0].error, 0);
    CHECK_INT(outcomes[0].value.i, 1);
    CHECK_INT(outcomes[1].error, EPIPE);
    CHECK_INT(outcomes[1].value.i, 7);
    CHECK_INT(outcomes[2].error, EIO);
    CHECK_INT(async_gather_calls(calls, 3, outcomes, RETURN_EXCEPTIONS), 0);
    CHECK_DOUBLE(now(), 6, 0.001);
    CHECK_INT(outcomes[2].error, EIO);
    CHECK_INT(async_gather_calls(calls, 3, NULL, 0), EPIPE);
    pause_turns(1);    /* nothing is delivered */
    return 0;
}

TEST(an_error_returns_after_the_last_end)    /* G2 G3 */
{
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, call_failing, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

static int cancel_yourself(void *arg, Value *result)
{
    return E_CANCELLED;
}

static int call_cancelled_child(void *arg, Value *result)
{
    Worker worker = { .delay = 2, .value = 1 };
    Outcome outcomes[2];
    CHECK_INT(async_gather_calls(CALLS({ cancel_yourself, NULL },
                                       { work, &worker }), outcomes, 0),
              E_CANCELLED);
    CHECK_DOUBLE(now(), 2, 0.001);
    CHECK_INT(task_cancelling(async_current_task()), 0);
    CHECK_INT(outcomes[0].error, E_CANCELLED);
    CHECK_INT(outcomes[1].error, 0);
    pause_turns(1);    /* nobody has cancelled us */
    return 0;
}

TEST(a_cancelled_call_counts_as_an_error)    /* G5 */
{
    play(call_cancelled_child, NULL);
}

/* ---- Who calls is cancelled ---- */
typedef struct Calling {
    Worker *workers;      /* two; copied to its frame */
    Outcome outcomes[2];
    int flags;
    int wanted;
    bool is_delivered;    /* at the next suspension */
} Calling;

/* The arguments are gone when it returns: ASan and valgrind would tell. */
static SUSPENDS int call_two(Calling *calling)
{
    Worker workers[2] = { calling->workers[0], calling->workers[1] };
    return async_gather_calls(CALLS({ work, &workers[0] },
                                    { work, &workers[1] }),
                              calling->outcomes, calling->flags);
}

static int call(void *arg, Value *result)
{
    Calling *calling = arg;
    int err = call_two(calling);
    CHECK_INT(err, calling->wanted);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 2);
    CHECK_INT(async_sleep(0), calling->is_delivered ? E_CANCELLED : 0);
    pause_turns(1);    /* and only once */
    return err;
}

/* Cancels it at these times; 0: never. */
static double call_and_cancel(Calling *calling, double first, double second)
{
    double start = now();
    Task *task = begin(call, calling);
    rest(first);
    CHECK(!task_done(task));
    CHECK(task_cancel_with(task, "first"));
    if (second > 0) {
        rest(second - first);
        CHECK(!task_done(task));
        CHECK(task_cancel_with(task, "second"));
    }
    (void)await(task, NULL);
    task_release(task);
    return now() - start;
}

static int cancel_calls(void *arg, Value *result)
{
    Worker workers[] = {
        { .delay = 9, .cancelled = E_CANCELLED, .cleanup = 1, .name = "a" },
        { .delay = 9, .cancelled = E_CANCELLED, .cleanup = 3, .name = "b" }
    };
    for (int flags = 0; flags <= RETURN_EXCEPTIONS; flags++) {
        Calling calling = { .workers = workers, .flags = flags,
                            .wanted = E_CANCELLED };
        story[0] = '\0';
        CHECK_DOUBLE(call_and_cancel(&calling, 1, 0), 4, 0.001);
        CHECK_STR(story, "a b");
        CHECK_INT(calling.outcomes[0].error, E_CANCELLED);
        CHECK_INT(calling.outcomes[1].error, E_CANCELLED);
    }
    return 0;
}

TEST(a_cancellation_returns_after_the_last_end)    /* G4 */
{
    play(cancel_calls, NULL);
}

static int cancel_swallowing(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 9, .value = 1, .cleanup = 2 },
                         { .delay = 9, .value = 2, .cleanup = 1 } };
    for (int flags = 0; flags <= RETURN_EXCEPTIONS; flags++) {
        Calling calling = { .workers = workers, .flags = flags,
                            .wanted = E_CANCELLED };
        CHECK_DOUBLE(call_and_cancel(&calling, 1, 0), 3, 0.001);
        CHECK_INT(calling.outcomes[0].error, 0);
        CHECK_INT(calling.outcomes[0].value.i, 1);
        CHECK_INT(calling.outcomes[1].value.i, 2);
    }
    return 0;
}

TEST(calls_that_swallow_a_cancellation_do_not_take_it_back)    /* G4 */
{
    play(cancel_swallowing, NULL);
}

static int cancel_failing(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 9, .cancelled = E_CANCELLED, .cleanup = 2 },
                         { .delay = 9, .cancelled = EPIPE, .cleanup = 1 } };
    Calling calling = { .workers = workers, .wanted = EPIPE };
    CHECK_DOUBLE(call_and_cancel(&calling, 1, 0), 3, 0.001);
    CHECK_INT(calling.outcomes[0].error, E_CANCELLED);
    CHECK_INT(calling.outcomes[1].error, EPIPE);
    calling = (Calling){ .workers = workers, .wanted = E_CANCELLED,
                         .flags = RETURN_EXCEPTIONS };
    CHECK_DOUBLE(call_and_cancel(&calling, 1, 0), 3, 0.001);
    CHECK_INT(calling.outcomes[1].error, EPIPE);
    return 0;
}

TEST(a_call_that_fails_while_it_is_cancelled_is_the_first_error)    /* G4 */
{
    play(cancel_failing, NULL);
}

static int cancel_after_error(void *arg, Value *result)
{
    Worker workers[] = {
        { .delay = 1, .error = EPIPE },
        { .delay = 9, .cancelled = E_CANCELLED, .cleanup = 1, .name = "b" }
    };
    Calling calling = { .workers = workers, .wanted = EPIPE,
                        .is_delivered = true };
    CHECK_DOUBLE(call_and_cancel(&calling, 2, 0), 3, 0.001);
    CHECK_STR(story, "b");
    CHECK_INT(calling.outcomes[0].error, EPIPE);
    CHECK_INT(calling.outcomes[1].error, E_CANCELLED);
    return 0;
}

TEST(a_cancellation_after_an_error_is_delivered_at_the_next_suspension)
{
    play(cancel_after_error, NULL);
}

static int cancel_after_cancelled_child(void *arg, Value *result)
{
    Worker workers[] = {
        { .delay = 1, .error = E_CANCELLED },
        { .delay = 9, .cancelled = E_CANCELLED, .cleanup = 1, .name = "b" }
    };
    Calling calling = { .workers = workers, .wanted = E_CANCELLED };
    CHECK_DOUBLE(call_and_cancel(&calling, 2, 0), 3, 0.001);
    CHECK_STR(story, "b");
    return 0;
}

TEST(a_cancellation_after_a_cancelled_child_is_the_same_one)
{
    play(cancel_after_cancelled_child, NULL);
}

static int cancel_interrupts(void *arg, Value *result)
{
    Worker workers[] = {
        { .delay = 9, .cancelled = E_CANCELLED, .cleanup = 5, .name = "a" },
        { .delay = 9, .cancelled = E_CANCELLED, .cleanup = 6, .name = "b" }
    };
    Calling calling = { .workers = workers, .wanted = E_CANCELLED };
    CHECK_DOUBLE(call_and_cancel(&calling, 1, 2), 2, 0.001);
    CHECK_STR(story, "a b interrupted interrupted");
    return 0;
}

TEST(a_second_cancellation_interrupts_their_cleanup)    /* T11 */
{
    play(cancel_interrupts, NULL);
}

/* ---- Between the last end and waking ---- */
typedef struct Last {
    Task *caller;
    int error;       /* what the child ends with */
    int flags;
} Last;

static void cancel_caller(Future *future, void *last)
{
    CHECK(task_cancel(((Last *)last)->caller));
}

/* Its caller knows of its end when it is cancelled, and has not yet run. */
static int end_last(void *arg, Value *result)
{
    Last *last = arg;
    (void)async_sleep(9);
    CHECK_INT(future_add_done_callback(async_current_task(), cancel_caller,
                                       last), 0);
    *result = seven;
    return last->error;
}

static int call_last(void *arg, Value *result)
{
    Last *last = arg;
    Outcome outcome;
    int err = async_gather_calls(CALLS({ end_last, last }), &outcome,
                                 last->flags);
    CHECK_INT(outcome.error, last->error);
    CHECK_INT(outcome.value.i, last->error == E_CANCELLED ? 0 : 7);
    result->i = async_sleep(0);
    return err;
}

/* What it returns, and what its next suspension does. */
static void check_last(Last last, bool is_cancelled_before, int wanted,
                       int delivered)
{
    last.caller = begin(call_last, &last);
    pause_turns(2);
    if (is_cancelled_before)
        CHECK(task_cancel(last.caller));
    Value value = nothing;
    CHECK_INT(await(last.caller, &value), wanted);
    if (wanted != E_CANCELLED)
        CHECK_INT(value.i, delivered);
    task_release(last.caller);
}

static int cancel_at_the_end(void *arg, Value *result)
{
    for (int flags = 0; flags <= RETURN_EXCEPTIONS; flags++)
        check_last((Last){ .flags = flags }, false, E_CANCELLED, 0);
    check_last((Last){ .error = EPIPE }, false, EPIPE, E_CANCELLED);
    check_last((Last){ .error = EPIPE, .flags = RETURN_EXCEPTIONS }, false,
               E_CANCELLED, 0);
    return 0;
}

TEST(cancelled_after_the_last_end_an_error_goes_first)    /* T8 */
{
    play(cancel_at_the_end, NULL);
}

static int cancel_again_at_the_end(void *arg, Value *result)
{
    for (int flags = 0; flags <= RETURN_EXCEPTIONS; flags++) {
        check_last((Last){ .flags = flags }, true, E_CANCELLED, 0);
        check_last((Last){ .flags = flags, .error = E_CANCELLED }, true,
                   E_CANCELLED, 0);
        check_last((Last){ .flags = flags, .error = EPIPE }, true,
                   flags == 0 ? EPIPE : E_CANCELLED, E_CANCELLED);
    }
    return 0;
}

TEST(cancelled_before_and_after_the_last_end_it_is_cancelled)    /* T8 T11 */
{
    play(cancel_again_at_the_end, NULL);
}

/* ---- Before it has begun ---- */
static int call_while_cancelled(void *arg, Value *result)
{
    CHECK(task_cancel_with(async_current_task(), "myself"));
    Outcome outcomes[2];
    CHECK_INT(async_gather_calls(CALLS({ tell_word, "a" }, { tell_word, "b" }),
                                 outcomes, 0), E_CANCELLED);
    CHECK_STR(story, "");
    CHECK_INT(outcomes[0].error, E_CANCELLED);
    CHECK_INT(outcomes[1].error, E_CANCELLED);
    pause_turns(1);
    return 0;
}

TEST(a_request_from_before_lets_no_call_begin)    /* T3 T6 */
{
    play(call_while_cancelled, NULL);
}

static int call_without_room(void *arg, Value *result)
{
    Outcome outcome = { .error = 1 };
    has_no_room = true;
    tell_soon("turn");
    CHECK_INT(async_gather_calls(CALLS({ tell_word, "a" }), &outcome, 0),
              ENOMEM);
    CHECK_INT(async_gather_calls(NULL, 0, NULL, 0), 0);
    has_no_room = false;
    CHECK_STR(story, "");
    CHECK_INT(outcome.error, 1);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    return 0;
}

TEST(without_memory_for_the_tasks_no_call_begins)
{
    play(call_without_room, NULL);
}

/* ---- Taken back ---- */
static int uncancel_calls(void *arg, Value *result)
{
    Worker workers[] = { { .delay = 1, .error = EPIPE }, { .delay = 3 } };
    CHECK(loop_call_later(async_get_running_loop(), 2, future_cancel_callback,
                          async_current_task()) != 0);
    workers[1].cancelled = E_CANCELLED;
    CHECK_INT(async_gather_calls(CALLS({ work, &workers[0] },
                                       { work, &workers[1] }), NULL, 0), EPIPE);
    CHECK_DOUBLE(now(), 2, 0.001);
    CHECK_INT(task_uncancel(async_current_task()), 0);
    pause_turns(1);    /* it was taken back */
    return 0;
}

TEST(a_late_cancellation_can_be_taken_back)    /* T9 */
{
    play(uncancel_calls, NULL);
}

/* ---- Many ---- */
enum { MANY = 1000, DEEP = 6 };

static int call_many(void *arg, Value *result)
{
    Call *calls = calloc(MANY, sizeof *calls);
    Outcome *outcomes = calloc(MANY, sizeof *outcomes);
    CHECK(calls != NULL && outcomes != NULL);
    Worker worker = { .delay = 1, .value = 3 };
    for (int i = 0; i < MANY; i++)
        calls[i] = (Call){ work, &worker };
    CHECK_INT(async_gather_calls(calls, MANY, outcomes, 0), 0);
    CHECK_DOUBLE(now(), 1, 0.001);
    for (int i = 0; i < MANY; i++)
        CHECK_INT(outcomes[i].value.i, 3);
    free(calls);
    free(outcomes);
    return 0;
}

TEST(a_thousand_calls_sleep_at_once)
{
    play(call_many, NULL);
}

/* A tree, three at each fork, whose leaves sleep. */
static int branch(void *arg, Value *result)
{
    int depth = *(int *)arg - 1;
    if (depth == 0)
        return async_sleep(1);
    Outcome outcomes[3];
    int err = async_gather_calls(CALLS({ branch, &depth }, { branch, &depth },
                                       { branch, &depth }), outcomes, 0);
    for (int i = 0; i < 3; i++)
        CHECK_INT(outcomes[i].error, err);
    return err;
}

static int grow_trees(void *arg, Value *result)
{
    int depth = DEEP;
    CHECK_INT(branch(&depth, result), 0);
    CHECK_DOUBLE(now(), 1, 0.001);
    Task *tree = begin(branch, &depth);
    rest(0.5);
    CHECK(async_all_tasks(NULL, NULL, 0) > 300);
    CHECK(task_cancel(tree));
    CHECK_INT(task_join(tree, NULL), E_CANCELLED);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    CHECK_DOUBLE(now(), 1.5, 0.001);
    return 0;
}

TEST(a_tree_of_calls_ends_from_the_leaves_up)
{
    play(grow_trees, NULL);
}
