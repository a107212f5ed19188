/* Misuse of gather, wait, as_completed and shield: each has its code, and
 * nothing was waited for.  And what others see of who waits. */
#include "gathers.h"

#include "../../code/05_tasks/task_inside.h"

/* ---- Outside a task ---- */
static void check_outside(Future *future, AsCompleted *from)
{
    Future *done = future;
    Value value = seven;
    Outcome outcome = { .error = 1 };
    CHECK_INT(async_gather(&future, 1, &outcome, 0), E_RUNTIME);
    CHECK_INT(async_gather(NULL, 0, NULL, 0), E_RUNTIME);
    CHECK_INT(async_gather_calls(CALLS({ tell_word, "body" }), &outcome, 0),
              E_RUNTIME);
    CHECK_INT(async_gather_calls(NULL, 0, NULL, 0), E_RUNTIME);
    CHECK_INT(async_wait(&future, 1, 0, ALL_COMPLETED), E_RUNTIME);
    CHECK_INT(async_shield(future, &value), E_RUNTIME);
    CHECK_INT(as_completed_next(from, &done), E_RUNTIME);
    CHECK_INT(value.i, 7);
    CHECK_INT(outcome.error, 1);
    CHECK_PTR(done, NULL);
}

static void misuse_in_callback(void *future)
{
    AsCompleted *from = async_as_completed((Future *[]){ future }, 1, INFINITY);
    CHECK(from != NULL);
    check_outside(future, from);
    as_completed_free(from);
    tell("called");
}

TEST(outside_a_task_none_of_them_waits)
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    CHECK(loop_call_soon(loop, misuse_in_callback, future) != 0);
    run_turns(loop, 2);
    CHECK_STR(story, "called");
    errno = 0;
    CHECK_PTR(async_as_completed(&future, 1, INFINITY), NULL);
    CHECK_INT(errno, EINVAL);
    errno = 0;
    CHECK_PTR(async_as_completed(NULL, 0, INFINITY), NULL);
    CHECK_INT(errno, EINVAL);
    CHECK(!future_done(future));
    future_release(future);
    loop_free(loop);
}

/* ---- Futures that cannot be awaited ---- */
/* At either end of the array; nothing happens to the good one. */
static void check_refused(Future *bad, int error, bool is_for_next)
{
    Future *good = new_future();
    for (int i = 0; i < 2; i++) {
        Future *futures[] = { i == 0 ? bad : good, i == 0 ? good : bad };
        Outcome outcomes[2] = { { .error = 1 }, { .error = 1 } };
        CHECK_INT(async_gather(futures, 2, outcomes, 0), error);
        CHECK_INT(async_gather(futures, 2, outcomes, RETURN_EXCEPTIONS), error);
        CHECK_INT(outcomes[0].error, 1);
        CHECK_INT(async_wait(futures, 2, 0, FIRST_COMPLETED), error);
        errno = 0;
        if (is_for_next)
            continue;
        CHECK_PTR(async_as_completed(futures, 2, INFINITY), NULL);
        CHECK_INT(errno, EINVAL);
    }
    Value value = seven;
    CHECK_INT(async_shield(bad, &value), error);
    CHECK_INT(value.i, 7);
    future_release(good);
}

static int wait_for_nobody(void *arg, Value *result)
{
    tell_soon("turn");
    check_refused(NULL, E_VALUE, false);
    CHECK_STR(story, "");
    return 0;
}

TEST(there_must_be_a_future)
{
    play(wait_for_nobody, NULL);
}

static int wait_for_yourself(void *arg, Value *result)
{
    tell_soon("turn");
    check_refused(async_current_task(), E_RUNTIME, true);
    CHECK_STR(story, "");
    return 0;
}

TEST(nobody_waits_for_himself)    /* T14 */
{
    play(wait_for_yourself, NULL);
}

static int wait_elsewhere(void *other, Value *result)
{
    Future *future = future_new(other);
    tell_soon("turn");
    check_refused(future, E_RUNTIME, false);
    CHECK_INT(future_set_result(future, seven), 0);
    check_refused(future, E_RUNTIME, false);
    CHECK_STR(story, "");
    future_release(future);
    return 0;
}

TEST(nobody_waits_for_another_loops)    /* T14 */
{
    Loop *other = ordered_loop();
    play(wait_elsewhere, other);
    loop_free(other);
}

static int wait_for_freed(void *arg, Value *result)
{
    Future *future = new_future();
    future_release(future);
    check_refused(future, E_RUNTIME, false);
    return 0;
}

TEST(in_debug_mode_nobody_waits_for_a_freed_one)
{
    Loop *loop = ordered_loop();
    Seen seen = { 0 };
    loop_set_debug(loop, true);
    loop_set_exception_handler(loop, see, &seen);
    CHECK_INT(run(loop, wait_for_freed, NULL), 0);
    CHECK(seen.count >= 5);
    CHECK_STR(seen.last.message, "A future was used after it was freed");
    loop_free(loop);
}

/* ---- Values ---- */
static int wait_wrongly(void *arg, Value *result)
{
    Future *future = new_future();
    tell_soon("turn");
    CHECK_INT(async_wait(NULL, 0, 1, ALL_COMPLETED), E_VALUE);
    CHECK_INT(async_wait(&future, 1, NAN, ALL_COMPLETED), E_VALUE);
    CHECK_INT(async_wait(&future, 1, 1, (enum ReturnWhen)3), E_VALUE);
    CHECK_INT(async_wait(&future, 1, 1, (enum ReturnWhen)-1), E_VALUE);
    errno = 0;
    CHECK_PTR(async_as_completed(&future, 1, NAN), NULL);
    CHECK_INT(errno, EINVAL);
    CHECK_STR(story, "");
    future_release(future);
    return 0;
}

TEST(none_no_mode_and_no_number_are_refused)    /* A4 */
{
    play(wait_wrongly, NULL);
}

static int call_nothing(void *arg, Value *result)
{
    CHECK_INT(async_gather_calls(CALLS({ tell_word, "first" }, { NULL, NULL },
                                       { tell_word, "last" }), NULL, 0),
              E_VALUE);
    pause_turns(2);
    CHECK_STR(story, "");
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    return 0;
}

TEST(if_one_call_has_no_function_none_begins)
{
    play(call_nothing, NULL);
}

static int take_elsewhere(void *from, Value *result)
{
    Future *done = (Future *)from;
    CHECK_INT(as_completed_next(from, &done), E_RUNTIME);
    CHECK_PTR(done, NULL);
    return 0;
}

static AsCompleted *made;

static void make_one(void *future)
{
    made = async_as_completed((Future *[]){ future }, 1, INFINITY);
    CHECK(made != NULL);
}

TEST(a_task_of_another_loop_cannot_take)
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    CHECK(loop_call_soon(loop, make_one, future) != 0);
    run_turns(loop, 1);
    play(take_elsewhere, made);
    CHECK_INT(future_set_result(future, seven), 0);
    run_turns(loop, 1);
    play(take_elsewhere, made);
    as_completed_free(made);
    future_release(future);
    loop_free(loop);
}

/* ---- Who looks at who waits ---- */
typedef struct Look {
    CoroFn *function;
    const char *what;
    size_t count;
} Look;

static Future *looked[2];

static int look_gather(void *arg, Value *result)
{
    return async_gather(looked, 2, NULL, 0);
}

static int look_wait(void *arg, Value *result)
{
    return async_wait(looked, 2, 1, ALL_COMPLETED);
}

static int look_shield(void *arg, Value *result)
{
    return async_shield(looked[0], NULL);
}

static int look_as_completed(void *arg, Value *result)
{
    Future *done;
    AsCompleted *from = async_as_completed(looked, 2, 1);
    CHECK(from != NULL);
    int err = as_completed_next(from, &done);
    as_completed_free(from);
    return err;
}

static const Look looks[] = {
    { look_gather, "gather", 2 }, { look_wait, "wait", 2 },
    { look_shield, "shield", 1 }, { look_as_completed, "as_completed", 2 }
};

static void look_at(const Look *look)
{
    char wanted[80];
    Text text;
    Task *task = begin(look->function, NULL);
    task_set_name(task, "one");
    pause_turns(1);
    Parked *parked = task_record(task)->parked;
    CHECK(parked != NULL);
    CHECK_STR(parked->kind->what, look->what);
    for (size_t i = 0; i < look->count; i++)
        CHECK_PTR(parked->kind->awaited(parked, i), looked[i]);
    for (size_t i = look->count; i < 4; i++)
        CHECK_PTR(parked->kind->awaited(parked, i), NULL);
    snprintf(wanted, sizeof wanted, "one (waiting) in %s\n", look->what);
    task_print_stack(task, text_begin(&text));
    CHECK_STR(text_end(&text), wanted);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
}

static int look_at_all(void *arg, Value *result)
{
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        new_futures(looked, 2);
        look_at(&looks[i]);
        release_all(looked, 2);
    }
    return 0;
}

TEST(what_a_task_waits_for_can_be_seen)
{
    play(look_at_all, NULL);
}

static int take_next(void *from, Value *result)
{
    Future *done;
    return as_completed_next(from, &done);
}

static int look_at_freed(void *arg, Value *result)
{
    new_futures(looked, 1);
    AsCompleted *from = async_as_completed(looked, 1, INFINITY);
    CHECK(from != NULL);
    Task *task = begin(take_next, from);
    pause_turns(1);
    as_completed_free(from);
    Parked *parked = task_record(task)->parked;
    CHECK_PTR(parked->kind->awaited(parked, 0), NULL);
    CHECK_INT(task_join(task, NULL), E_RUNTIME);
    release_all(looked, 1);
    return 0;
}

TEST(who_waits_in_one_that_was_freed_waits_for_nothing)
{
    play(look_at_freed, NULL);
}

static int call_to_look(void *arg, Value *result)
{
    return async_gather_calls(CALLS({ sleep_forever, NULL },
                                    { sleep_forever, NULL }), NULL, 0);
}

static int look_at_calls(void *arg, Value *result)
{
    Task *tasks[4], *task = begin(call_to_look, NULL);
    pause_turns(1);
    CHECK_INT(async_all_tasks(NULL, tasks, 4), 4);
    Parked *parked = task_record(task)->parked;
    CHECK_STR(parked->kind->what, "gather");
    CHECK_PTR(parked->kind->awaited(parked, 0), tasks[2]);
    CHECK_PTR(parked->kind->awaited(parked, 1), tasks[3]);
    CHECK_PTR(parked->kind->awaited(parked, 2), NULL);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    return 0;
}

TEST(the_tasks_of_calls_can_be_seen)
{
    play(look_at_calls, NULL);
}
