/* asyncio.to_thread(): a function in a thread, with a copy of our context.  Its
 * file is compiled in here, over an allocator of our own. */
#include "starve.h"

#include "../../code/09_threads/in_executor.c"
#undef malloc
#undef calloc

#include "workers.h"

#include "../../code/06_gather/gather.h"
#include "../../code/06_gather/timeout.h"

/* ---- Results ---- */
static int fail_there(void *arg, Value *result)
{
    result->s = arg;
    return EPIPE;
}

static int get_results(void *arg, Value *result)
{
    Value value = nothing;
    CHECK_INT(async_to_thread(return_seven, NULL, &value), 0);
    CHECK_INT(value.i, 7);
    CHECK_INT(async_to_thread(return_seven, NULL, NULL), 0);
    CHECK_INT(async_to_thread(fail_there, "why", &value), EPIPE);
    CHECK_STR(value.s, "why");
    CHECK_INT(async_to_thread(NULL, NULL, &value), E_VALUE);
    return 0;
}

TEST(it_returns_what_the_function_does)    /* X1 */
{
    play_threads(get_results, NULL);
}

TEST(outside_of_a_task_it_is_an_error)
{
    Value value = nothing;
    CHECK_INT(async_to_thread(return_seven, NULL, &value), E_RUNTIME);
    CHECK_INT(async_to_thread(NULL, NULL, NULL), E_RUNTIME);
}

static int go_there(void *arg, Value *result)
{
    return async_to_thread(return_seven, NULL, result);
}

static int travel_together(void *arg, Value *result)
{
    enum { COUNT = 10 };
    Call calls[COUNT];
    Outcome outcomes[COUNT];
    for (int i = 0; i < COUNT; i++)
        calls[i] = (Call){ go_there, NULL };
    CHECK_INT(async_gather_calls(calls, COUNT, outcomes, 0), 0);
    for (int i = 0; i < COUNT; i++)
        CHECK_INT(outcomes[i].value.i, 7);
    return 0;
}

TEST(many_travel_at_once)
{
    play_threads(travel_together, NULL);
}

/* ---- The context ---- */
static const ContextVar user = { .name = "user" };
static const ContextVar level = { .name = "level", .has_initial = true };

static int change_there(void *arg, Value *result)
{
    Value value = nothing;
    CHECK_INT(contextvar_get(&user, result), 0);
    CHECK_INT(contextvar_get(&level, &value), 0);
    CHECK_INT(value.i, 0);
    CHECK_INT(contextvar_set(&user, (Value){ .i = 100 }), 0);
    CHECK_INT(contextvar_set(&level, (Value){ .i = 100 }), 0);
    CHECK_INT(contextvar_get(&user, &value), 0);
    CHECK_INT(value.i, 100);
    CHECK_PTR(async_current_task(), NULL);
    CHECK_PTR(async_get_running_loop(), NULL);
    return 0;
}

static int compare_contexts(void *arg, Value *result)
{
    Value value = nothing;
    for (int i = 1; i <= 5; i++) {    /* some in the same thread */
        CHECK_INT(contextvar_set(&user, (Value){ .i = i }), 0);
        CHECK_INT(async_to_thread(change_there, NULL, &value), 0);
        CHECK_INT(value.i, i);
        CHECK_INT(contextvar_get(&user, &value), 0);
        CHECK_INT(value.i, i);
        CHECK_INT(contextvar_get(&level, &value), 0);
        CHECK_INT(value.i, 0);
    }
    return 0;
}

TEST(the_thread_has_a_copy_of_our_context)    /* X1 */
{
    play_threads(compare_contexts, NULL);
}

/* Of two who share it, one changes theirs. */
typedef struct Sight {
    Gate here, go;
    Value value;
} Sight;

static int look_later(void *arg, Value *result)
{
    Sight *sight = arg;
    open_gate(&sight->here, 1);
    pass(&sight->go, 1);
    CHECK_INT(contextvar_get(&user, &sight->value), 0);
    return 0;
}

static int look(void *arg, Value *result)
{
    return async_to_thread(look_later, arg, result);
}

static int change_meanwhile(void *arg, Value *result)
{
    Sight *sight = arg;
    CHECK_INT(contextvar_set(&user, (Value){ .i = 1 }), 0);
    Task *task = begin(look, sight);
    pause_turns(1);
    pass(&sight->here, 1);
    CHECK_INT(contextvar_set(&user, (Value){ .i = 2 }), 0);
    open_gate(&sight->go, 1);
    return task_join(task, NULL);
}

TEST(what_we_set_meanwhile_the_thread_does_not_see)    /* X1 */
{
    Sight sight = { new_gate(), new_gate(), nothing };
    play_threads(change_meanwhile, &sight);
    CHECK_INT(sight.value.i, 1);
    free_gate(&sight.here);
    free_gate(&sight.go);
}

static int look_for_user(void *arg, Value *result)
{
    Value value;
    return contextvar_get(&user, &value);
}

static int look_after_another(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    Executor *executor = new_pool(1);
    loop_set_default_executor(loop, executor);
    CHECK_INT(contextvar_set(&user, seven), 0);
    CHECK_INT(async_to_thread(look_for_user, NULL, NULL), 0);
    Future *future = loop_run_in_executor(loop, NULL, look_for_user, NULL);
    CHECK_INT(task_join(future, NULL), E_LOOKUP);    /* a thread's own */
    executor_free(executor);
    return 0;
}

TEST(run_in_executor_has_no_context)
{
    play_threads(look_after_another, NULL);
}

/* ---- Cancelling ---- */
static int stay_away(void *arg, Value *result)
{
    Value value = seven;
    int err = async_to_thread(stay_there, arg, &value);
    CHECK_INT(err, E_CANCELLED);
    CHECK_PTR(value.p, NULL);
    return err;
}

static int cancel_traveller(void *arg, Value *result)
{
    Stay *stay = arg;
    Task *task = begin(stay_away, stay);
    pause_turns(1);
    pass(&stay->begun, 1);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    open_gate(&stay->go, 1);    /* it stays until then */
    return 0;
}

TEST(cancelled_we_go_on_and_the_function_too)    /* L15 */
{
    Stay stay;
    stay_begin(&stay);
    play_threads(cancel_traveller, &stay);
    CHECK_INT(stay.runs, 1);
    stay_end(&stay);
}

static int cancel_before(void *arg, Value *result)
{
    Stay *stay = arg;
    Loop *loop = async_get_running_loop();
    Executor *executor = new_pool(1);
    loop_set_default_executor(loop, executor);
    Future *first = loop_run_in_executor(loop, NULL, stay_there, stay);
    pass(&stay->begun, 1);
    Task *task = begin(stay_away, stay);
    pause_turns(1);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    open_gate(&stay->go, 2);
    CHECK_INT(task_join(first, NULL), 0);
    executor_free(executor);
    CHECK_INT(stay->runs, 1);
    return 0;
}

TEST(cancelled_in_time_it_never_begins)    /* L15 */
{
    Stay stay;
    stay_begin(&stay);
    play_threads(cancel_before, &stay);
    stay_end(&stay);
}

static int time_out(void *arg, Value *result)
{
    Stay *stay = arg;
    Timeout timeout;
    timeout_enter(&timeout, 0.01);
    int err = timeout_exit(&timeout, async_to_thread(stay_there, stay, NULL));
    CHECK_INT(err, E_TIMEOUT);
    open_gate(&stay->go, 1);
    return 0;
}

TEST(a_timeout_ends_the_waiting)    /* L15 M1 */
{
    Stay stay;
    stay_begin(&stay);
    play_real(time_out, &stay);
    stay_end(&stay);
}

/* ---- Without memory ---- */
static int count_in_context(void *arg, Value *result)
{
    Value value;
    CHECK_INT(contextvar_get(&user, &value), 0);
    return count_run(arg, result);
}

static int travel_without_memory(void *arg, Value *result)
{
    atomic_int runs;
    atomic_init(&runs, 0);
    CHECK_INT(contextvar_set(&user, seven), 0);
    int n = 0, err = ENOMEM;
    for (; err == ENOMEM; n++) {
        CHECK_INT(runs, 0);
        allowed = n;
        err = async_to_thread(count_in_context, &runs, NULL);
        allowed = -1;
    }
    CHECK_INT(err, 0);
    CHECK_INT(runs, 1);
    CHECK(n >= 3);    /* the trip, the loop's threads; and then none fails */
    return 0;
}

TEST(without_memory_nobody_travels)
{
    play_threads(travel_without_memory, NULL);
}

TEST(without_memory_no_default_executor_is_set)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    Executor *executor = new_pool(1);
    allowed = 0;
    loop_set_default_executor(loop, executor);
    allowed = -1;
    CHECK_INT(seen.count, 1);
    loop_free(loop);
    ConcurrentFuture *future = submit(executor, return_seven, NULL);
    CHECK_INT(result_of(future, NULL), 0);
    executor_free(executor);
}

/* ---- The end of a loop ---- */
TEST(who_never_began_leaves_nothing)
{
    Loop *loop = ordered_loop();
    Executor *executor = new_pool(1);
    loop_set_default_executor(loop, executor);
    Stay stay;
    stay_begin(&stay);
    ConcurrentFuture *first = submit(executor, stay_there, &stay);
    pass(&stay.begun, 1);
    Seen seen = { 0 };
    loop_set_exception_handler(loop, see, &seen);
    task_release(new_task(loop, stay_away, &stay));
    run_turns(loop, 1);
    loop_free(loop);
    CHECK_INT(seen.count, 1);    /* a task that was pending */
    CHECK_INT(executor_shutdown(executor, false, true), 0);
    open_gate(&stay.go, 2);
    CHECK_INT(executor_shutdown(executor, true, false), 0);
    CHECK_INT(result_of(first, NULL), 0);
    CHECK_INT(stay.runs, 1);
    executor_free(executor);
    stay_end(&stay);
}
