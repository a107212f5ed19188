/* loop_close() under those who gather, wait and shield: each is reported once,
 * gives up what it has, and the futures live on. */
#include "gathers.h"

/* ---- Reports ---- */
static int fallen;

static void see_fall(Loop *loop, const ErrorContext *context, void *arg)
{
    if (strcmp(context->message, "Task was destroyed but it is pending") == 0)
        fallen++;
}

static Loop *falling_loop(void)
{
    Loop *loop = ordered_loop();
    loop_set_exception_handler(loop, see_fall, NULL);
    fallen = 0;
    return loop;
}

/* ---- Ways to wait ---- */
enum { COUNT = 3 };

static Future *futures[COUNT];
static AsCompleted *from;

static void check_gone(void)
{
    CHECK(!"it goes on");
}

static int fall_in_gather(void *arg, Value *result)
{
    (void)async_gather(futures, COUNT, (Outcome[COUNT]){ { 0, { 0 } } }, 0);
    check_gone();
    return 0;
}

static int fall_in_patient_gather(void *arg, Value *result)
{
    (void)async_gather(futures, COUNT, NULL, RETURN_EXCEPTIONS);
    check_gone();
    return 0;
}

static int await_one(void *future, Value *result)
{
    (void)await(*(Future **)future, NULL);
    (void)async_sleep(1000);
    check_gone();
    return 0;
}

static int fall_in_calls(void *arg, Value *result)
{
    char local[100] = "";
    (void)async_gather_calls(CALLS({ await_one, &futures[0] },
                                   { await_one, &futures[1] },
                                   { sleep_forever, local }), NULL, 0);
    check_gone();
    return 0;
}

static int fall_in_wait(void *arg, Value *result)
{
    (void)async_wait(futures, COUNT, INFINITY, ALL_COMPLETED);
    check_gone();
    return 0;
}

static int fall_in_long_wait(void *arg, Value *result)
{
    (void)async_wait(futures, COUNT, 1000, ALL_COMPLETED);
    check_gone();
    return 0;
}

static SUSPENDS void take_all(double timeout)
{
    Future *done;
    from = async_as_completed(futures, COUNT, timeout);
    CHECK(from != NULL);
    for (int i = 0; i < COUNT; i++)
        (void)as_completed_next(from, &done);
    (void)async_sleep(1000);
    check_gone();
}

static int fall_in_as_completed(void *arg, Value *result)
{
    take_all(INFINITY);
    return 0;
}

static int fall_in_timed_as_completed(void *arg, Value *result)
{
    take_all(1000);
    return 0;
}

static int fall_in_shield(void *arg, Value *result)
{
    (void)async_shield(futures[0], result);
    (void)async_shield(futures[1], result);
    (void)async_sleep(1000);
    check_gone();
    return 0;
}

/* ---- Each, at each stage ---- */
static void complete(int count, int error)
{
    for (int i = 0; i < count; i++)
        CHECK_INT(error != 0 ? future_set_error(futures[i], error, nothing)
                             : future_set_result(futures[i], seven), 0);
}

/* What has happened when the loop closes. */
static void go_to_stage(Loop *loop, Task *task, int stage)
{
    run_turns(loop, stage == 0 ? 0 : 2);
    if (stage == 2)
        complete(1, 0);
    else if (stage == 3)
        complete(COUNT, 0);
    else if (stage == 4)
        complete(1, EPIPE);
    else if (stage == 5)
        CHECK(task_cancel(task));
    else if (stage == 6)
        CHECK(future_cancel(futures[1]));
}

enum { STAGES = 7 };

/* They outlive the loop: whoever has them can go on with them. */
static void use_futures(void)
{
    for (int i = 0; i < COUNT; i++) {
        if (future_done(futures[i]))
            (void)future_error(futures[i]);
        else if (i == 1)
            CHECK(future_cancel(futures[i]));
        else
            CHECK_INT(future_set_result(futures[i], seven), 0);
        CHECK(future_done(futures[i]));
        future_release(futures[i]);
    }
}

static void fall(CoroFn *function, int stage, int later)
{
    Loop *loop = falling_loop();
    from = NULL;
    for (int i = 0; i < COUNT; i++)
        futures[i] = future_new(loop);
    Task *task = new_task(loop, function, NULL);
    go_to_stage(loop, task, stage);
    run_turns(loop, later);
    int pending = (int)async_all_tasks(loop, NULL, 0);
    bool was_done = task_done(task);
    loop_free(loop);
    CHECK_INT(fallen, pending);
    CHECK_INT(task_done(task), was_done);
    task_release(task);
    use_futures();
    as_completed_free(from);
}

static void fall_at_each_stage(CoroFn *function)
{
    for (int stage = 0; stage < STAGES; stage++)
        fall(function, stage, 0);
}

TEST(a_gather_falls_at_each_stage)    /* D2 */
{
    fall_at_each_stage(fall_in_gather);
    fall_at_each_stage(fall_in_patient_gather);
}

TEST(gathered_calls_fall_at_each_stage)    /* D2 */
{
    fall_at_each_stage(fall_in_calls);
}

TEST(a_wait_falls_at_each_stage)    /* D2 A4 */
{
    fall_at_each_stage(fall_in_wait);
    fall_at_each_stage(fall_in_long_wait);
}

TEST(an_as_completed_falls_at_each_stage)    /* D2 */
{
    fall_at_each_stage(fall_in_as_completed);
    fall_at_each_stage(fall_in_timed_as_completed);
}

TEST(a_shield_falls_at_each_stage)    /* D2 H1 */
{
    fall_at_each_stage(fall_in_shield);
}

/* One turn later somebody knows of it, and has not yet run. */
TEST(each_falls_between_the_news_and_waking)    /* D2 T8 */
{
    fall(fall_in_gather, 3, 1);
    fall(fall_in_gather, 4, 1);
    fall(fall_in_gather, 6, 1);
    fall(fall_in_wait, 3, 1);
    fall(fall_in_long_wait, 3, 1);
    fall(fall_in_as_completed, 2, 1);
    fall(fall_in_as_completed, 3, 1);
    fall(fall_in_timed_as_completed, 3, 1);
    fall(fall_in_shield, 2, 1);
    fall(fall_in_calls, 2, 1);
    fall(fall_in_calls, 6, 1);
}

/* ---- Without the one that made it ---- */
static int take_two(void *arg, Value *result)
{
    Future *done;
    (void)as_completed_next(from, &done);
    check_gone();
    return 0;
}

static int free_it(void *arg, Value *result)
{
    as_completed_free(from);
    return 0;
}

static int make_it(void *timeout, Value *result)
{
    from = async_as_completed(futures, COUNT, *(double *)timeout);
    CHECK(from != NULL);
    return 0;
}

/* Freed while two wait in it, of whom one was served; then the loop closes. */
TEST(customers_of_one_that_was_freed_fall)    /* D2 */
{
    double timeouts[] = { INFINITY, 1000 };
    for (int i = 0; i < 2; i++) {
        Loop *loop = falling_loop();
        for (int j = 0; j < COUNT; j++)
            futures[j] = future_new(loop);
        CHECK_INT(run(loop, make_it, &timeouts[i]), 0);
        task_release(new_task(loop, take_two, NULL));
        task_release(new_task(loop, take_two, NULL));
        run_turns(loop, 1);
        complete(1, 0);
        task_release(new_task(loop, free_it, NULL));
        run_turns(loop, 1);
        CHECK_INT(async_all_tasks(loop, NULL, 0), 2);
        loop_free(loop);
        CHECK_INT(fallen, 2);
        use_futures();
    }
}

TEST(one_that_nobody_asks_outlives_its_loop)    /* D2 */
{
    double timeouts[] = { INFINITY, 1000 };
    for (int i = 0; i < 4; i++) {
        Loop *loop = falling_loop();
        for (int j = 0; j < COUNT; j++)
            futures[j] = future_new(loop);
        complete(i % 2, 0);
        CHECK_INT(run(loop, make_it, &timeouts[i / 2]), 0);
        loop_free(loop);
        use_futures();
        Future *done = futures[0];
        CHECK_INT(as_completed_next(from, &done), E_RUNTIME);
        CHECK_PTR(done, NULL);
        as_completed_free(from);
        CHECK_INT(fallen, 0);
    }
}

/* ---- Each other ---- */
static Task *pair[2];

static int gather_other(void *arg, Value *result)
{
    (void)async_gather((Task **)arg, 1, NULL, 0);
    check_gone();
    return 0;
}

static int await_other(void *arg, Value *result)
{
    (void)await(*(Task **)arg, NULL);
    check_gone();
    return 0;
}

TEST(a_circle_falls)    /* D2 */
{
    for (int i = 0; i < 4; i++) {
        Loop *loop = falling_loop();
        pair[0] = new_task(loop, i & 1 ? gather_other : await_other, &pair[1]);
        pair[1] = new_task(loop, i & 2 ? gather_other : await_other, &pair[0]);
        run_turns(loop, 2);
        loop_free(loop);
        CHECK_INT(fallen, 2);
        release_all(pair, 2);
    }
}

static int call_calls(void *arg, Value *result)
{
    int depth = *(int *)arg - 1;
    if (depth == 0)
        return async_sleep(INFINITY);
    (void)async_gather_calls(CALLS({ call_calls, &depth },
                                   { call_calls, &depth }), NULL, 0);
    check_gone();
    return 0;
}

TEST(a_tree_of_calls_falls)    /* D2 */
{
    Loop *loop = falling_loop();
    int depth = 4;
    task_release(new_task(loop, call_calls, &depth));
    run_turns(loop, 5);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 15);
    loop_free(loop);
    CHECK_INT(fallen, 15);
}

/* ---- What the handler may do ---- */
static void cancel_others(Loop *loop, const ErrorContext *context, void *tasks)
{
    fallen++;
    for (int i = 0; i < 4; i++)
        (void)task_cancel(((Task **)tasks)[i]);
    for (int i = 0; i < COUNT; i++)
        (void)future_cancel(futures[i]);
}

TEST(the_handler_may_cancel_all)    /* D2 */
{
    CoroFn *functions[] = { fall_in_gather, fall_in_calls, fall_in_wait,
                            fall_in_shield };
    for (int first = 0; first < 4; first++) {
        Loop *loop = falling_loop();
        Task *tasks[4];
        for (int i = 0; i < COUNT; i++)
            futures[i] = future_new(loop);
        for (int i = 0; i < 4; i++)
            tasks[i] = new_task(loop, functions[(first + i) % 4], NULL);
        loop_set_exception_handler(loop, cancel_others, tasks);
        run_turns(loop, 2);
        int pending = (int)async_all_tasks(loop, NULL, 0);
        loop_free(loop);
        CHECK_INT(fallen, pending);
        release_all(tasks, 4);
        use_futures();
    }
}
