/* What a generator has entered and not left when it yields: the task that asked
 * may end before it is left. */
#include "generators.h"

#include "../../code/06_gather/timeout.h"
#include "../../code/12_iteration/with.h"

/* ---- An exit stack ---- */
static SUSPENDS int leave(void *arg, int error)
{
    async_sleep(1);
    tell(error_name(error));
    return error;
}

static int hold_stack(void *arg, Value *result)
{
    AsyncExitStack *stack = async_exit_stack_enter();
    CHECK(stack != NULL);
    CHECK_INT(async_exit_stack_push(stack, leave, NULL), 0);
    int err = async_yield(number(1), NULL);
    if (err == 0)
        err = async_yield(number(2), NULL);
    return async_exit_stack_exit(stack, err);
}

static int ask_in_tasks(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(hold_stack, NULL);
    for (int i = 1; i <= 2; i++) {
        Value value = nothing;
        CHECK_INT(task_join(begin(ask, generator), &value), 0);
        CHECK_INT(value.i, i);
    }
    if (arg != NULL)
        CHECK_INT(async_generator_aclose(generator), 0);
    async_generator_free(generator);
    rest(2);
    check_story("GeneratorExit");
    return 0;
}

TEST(an_exit_stack_outlives_the_task_that_asked)
{
    for (int is_closed = 0; is_closed < 2; is_closed++) {
        Seen seen;
        Loop *loop = watched_loop(&seen);
        CHECK_INT(run(loop, ask_in_tasks, is_closed ? loop : NULL), 0);
        loop_free(loop);
        CHECK_INT(seen.count, 0);
    }
}

/* ---- A timeout ---- */
static int hold_timeout(void *arg, Value *result)
{
    Timeout timeout;
    CHECK_INT(timeout_enter(&timeout, 100), 0);
    int err = timeout_exit(&timeout, async_yield(number(1), NULL));
    tell(error_name(err));
    return err;
}

static int ask_and_end(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(hold_timeout, NULL);
    CHECK_INT(task_join(begin(ask, generator), NULL), 0);
    rest(1);
    async_generator_free(generator);
    rest(2);
    check_story("GeneratorExit");
    CHECK_DOUBLE(now(), 3, 0);
    return 0;
}

TEST(a_timeout_whose_task_has_ended_hands_the_error_on)
{
    Seen seen;    /* that it was left open may be reported */
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, ask_and_end, NULL), 0);
    loop_free(loop);
}

/* ---- A lock ---- */
static Lock lock;

static SUSPENDS int yield_locked(Value entered, void *arg)
{
    return async_yield(number(1), NULL);
}

static int hold_lock(void *arg, Value *result)
{
    return async_with(lock_manager(&lock), yield_locked, NULL);
}

static int ask_for_lock(void *arg, Value *result)
{
    AsyncGenerator *generator = new_generator(hold_lock, NULL);
    CHECK_INT(task_join(begin(ask, generator), NULL), 0);
    CHECK(lock_locked(&lock));
    async_generator_free(generator);
    CHECK_INT(lock_acquire(&lock), 0);    /* when it was closed */
    return lock_release(&lock);
}

TEST(a_lock_is_held_until_it_is_closed)
{
    lock_init(&lock);
    play(ask_for_lock, NULL);
}
