/* The task that closes a generator which was freed: it may be cancelled before
 * it begins, or in the cleanup. */
#include "generators.h"

/* ---- Freed ---- */
static Numbers careful = { .count = 3, .name = "in", .cleanup = 1,
                           .ends = KEEP };

static void free_waiting(Numbers *numbers)
{
    AsyncGenerator *generator = new_count(numbers);
    CHECK_INT(next_of(generator), 1);
    async_generator_free(generator);
    check_story("");
}

/* ---- Cancelled ---- */
static int cancel_closer(void *arg, Value *result)
{
    int turns = *(int *)arg;
    Task *tasks[2];
    free_waiting(&careful);
    pause_turns(turns);
    CHECK_INT(async_all_tasks(NULL, tasks, 2), 2);
    CHECK(task_cancel(tasks[tasks[0] == async_current_task()]));
    pause_turns(4);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    return 0;
}

TEST(a_closer_that_was_cancelled_leaks_nothing)
{
    Seen seen;
    for (int turns = 0; turns < 2; turns++) {
        Loop *loop = watched_loop(&seen);
        CHECK_INT(run(loop, cancel_closer, &turns), 0);
        loop_free(loop);
        CHECK_INT(seen.count, 0);
        if (turns == 1)
            check_story("in interrupted out");
        story[0] = '\0';
    }
}

static int cancel_closer_first(void *arg, Value *result)
{
    Task *tasks[2];
    free_waiting(&careful);
    CHECK_INT(async_all_tasks(NULL, tasks, 2), 2);
    CHECK(task_cancel(tasks[tasks[0] == async_current_task()]));
    pause_turns(3);
    check_story("");
    CHECK_INT(loop_shutdown_asyncgens(async_get_running_loop()), 0);
    check_story("in out");
    return 0;
}

TEST(one_whose_closer_never_began_is_closed_with_all_others)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, cancel_closer_first, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

/* Its cleanup is cancelled, and says so. */
static int sleep_at_the_end(void *arg, Value *result)
{
    (void)async_yield(number(1), NULL);
    return async_sleep(9);
}

static int cancel_its_cleanup(void *arg, Value *result)
{
    Task *tasks[2];
    AsyncGenerator *generator = new_generator(sleep_at_the_end, NULL);
    CHECK_INT(next_of(generator), 1);
    async_generator_free(generator);
    CHECK_INT(async_all_tasks(NULL, tasks, 2), 2);
    Task *closer = tasks[tasks[0] == async_current_task()];
    future_retain(closer);
    pause_turns(1);
    CHECK(task_cancel(closer));
    CHECK_INT(task_join(closer, NULL), E_CANCELLED);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    return 0;
}

TEST(a_closer_that_was_cancelled_ends_so)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, cancel_its_cleanup, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}
