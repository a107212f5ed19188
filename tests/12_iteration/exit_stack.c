/* Exit stacks: exits in the reverse order, each with what the one before made
 * of the error. */
#include "generators.h"

#include "../../code/12_iteration/with.h"

/* ---- Exits ---- */
enum { SAME = -1 };

typedef struct Exit {
    const char *name;
    int wanted;      /* what it must be given */
    int returned;    /* SAME */
    double delay;
} Exit;

static SUSPENDS int leave(void *arg, int error)
{
    Exit *one = arg;
    tell(one->name);
    CHECK_INT(error, one->wanted);
    int err = one->delay > 0 ? async_sleep(one->delay) : 0;
    if (err != 0)
        return err;
    return one->returned == SAME ? error : one->returned;
}

static AsyncExitStack *enter_stack(void)
{
    AsyncExitStack *stack = async_exit_stack_enter();
    CHECK(stack != NULL);
    return stack;
}

static void push(AsyncExitStack *stack, Exit *one)
{
    CHECK_INT(async_exit_stack_push(stack, leave, one), 0);
}

/* ---- Order ---- */
static int leave_three(void *arg, Value *result)
{
    Exit exits[] = { { "a", EPIPE, SAME, 1 }, { "b", EPIPE, SAME, 0 },
                     { "c", EPIPE, SAME, 1 } };
    AsyncExitStack *stack = enter_stack();
    for (int i = 0; i < 3; i++)
        push(stack, &exits[i]);
    check_story("");
    CHECK_INT(async_exit_stack_exit(stack, EPIPE), EPIPE);
    check_story("c b a");
    CHECK_DOUBLE(now(), 2, 0);
    return 0;
}

TEST(last_in_first_out)
{
    play(leave_three, NULL);
}

static int leave_nothing(void *arg, Value *result)
{
    CHECK_INT(async_exit_stack_exit(enter_stack(), 0), 0);
    CHECK_INT(async_exit_stack_exit(enter_stack(), EPIPE), EPIPE);
    return 0;
}

TEST(an_empty_one_hands_the_error_on)
{
    play(leave_nothing, NULL);
}

static int leave_with_changes(void *arg, Value *result)
{
    Exit exits[] = { { "last", E_SECOND, SAME, 0 },
                     { "fails", 0, E_SECOND, 0 },
                     { "suppresses", E_FIRST, 0, 0 },
                     { "replaces", EPIPE, E_FIRST, 0 } };
    AsyncExitStack *stack = enter_stack();
    for (int i = 0; i < 4; i++)
        push(stack, &exits[i]);
    CHECK_INT(async_exit_stack_exit(stack, EPIPE), E_SECOND);
    check_story("replaces suppresses fails last");
    return 0;
}

TEST(each_sees_what_the_one_before_returned)
{
    play(leave_with_changes, NULL);
}

static int counted;

static int count_down(void *arg, int error)
{
    CHECK_INT(*(int *)arg, --counted);
    return error + 1;
}

static int leave_hundred(void *arg, Value *result)
{
    int numbers[100];
    AsyncExitStack *stack = enter_stack();
    for (counted = 0; counted < 100; counted++) {
        numbers[counted] = counted;
        CHECK_INT(async_exit_stack_push(stack, count_down, &numbers[counted]),
                  0);
    }
    CHECK_INT(async_exit_stack_exit(stack, E_USER), E_USER + 100);
    CHECK_INT(counted, 0);
    return 0;
}

TEST(a_hundred_are_left_in_order)
{
    play(leave_hundred, NULL);
}

/* ---- Entering ---- */
typedef struct Door {
    Exit exit;        /* first */
    int error;        /* of its enter */
    double delay;
} Door;

static SUSPENDS int enter(void *self, Value *entered)
{
    Door *door = self;
    int err = door->delay > 0 ? async_sleep(door->delay) : 0;
    *entered = (Value){ .p = door };
    return err != 0 ? err : door->error;
}

static AsyncContextManager through(Door *door)
{
    return (AsyncContextManager){ enter, leave, door };
}

static int enter_some(void *arg, Value *result)
{
    Door doors[4];
    AsyncExitStack *stack = enter_stack();
    for (int i = 0; i < 4; i++) {
        static const char *const names[] = { "a", "b", "c", "d" };
        doors[i] = (Door){ { names[i], E_FIRST, SAME, 0 },
                           i == 2 ? EPIPE : 0, 1 };
        Value entered = nothing;
        CHECK_INT(async_exit_stack_enter_context(stack, through(&doors[i]),
                                                 i == 3 ? NULL : &entered),
                  doors[i].error);
        if (i < 2)
            CHECK_PTR(entered.p, &doors[i]);
    }
    CHECK_DOUBLE(now(), 4, 0);
    CHECK_INT(async_exit_stack_exit(stack, E_FIRST), E_FIRST);
    check_story("d b a");
    return 0;
}

TEST(what_could_not_be_entered_is_not_left)
{
    play(enter_some, NULL);
}

static AsyncExitStack *shared;
static Exit pushed = { "pushed", 0, SAME, 0 };

static int push_many(void *arg, Value *result)
{
    for (int i = 0; i < 20; i++)
        push(shared, &pushed);
    return 0;
}

static int push_meanwhile(void *arg, Value *result)
{
    shared = enter_stack();
    Door door = { { "door", 0, SAME, 0 }, 0, 1 };
    Task *task = begin(push_many, NULL);
    CHECK_INT(async_exit_stack_enter_context(shared, through(&door), NULL), 0);
    CHECK_INT(task_join(task, NULL), 0);
    CHECK_INT(async_exit_stack_exit(shared, 0), 0);
    CHECK_INT(strncmp(story, "door pushed", 11), 0);
    CHECK_INT(strlen(story), 4 + 20 * 7);
    return 0;
}

TEST(others_may_push_while_one_enters)
{
    play(push_meanwhile, NULL);
}

static int enter_and_fail(void *arg, Value *result)
{
    Door door = { { "a", E_CANCELLED, SAME, 0 }, 0, 0 };
    Door slow = { { "never", 0, SAME, 0 }, 0, 9 };
    AsyncExitStack *stack = enter_stack();
    CHECK_INT(async_exit_stack_enter_context(stack, through(&door), NULL), 0);
    int err = async_exit_stack_enter_context(stack, through(&slow), NULL);
    return async_exit_stack_exit(stack, err);
}

static int cancel_entering(void *arg, Value *result)
{
    Task *task = begin(enter_and_fail, NULL);
    rest(1);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    check_story("a");
    CHECK_DOUBLE(now(), 1, 0);
    return 0;
}

TEST(cancelled_while_one_enters_the_others_are_left)    /* AC1 */
{
    play(cancel_entering, NULL);
}

/* ---- During the exit ---- */
static SUSPENDS int push_two(void *stack, int error)
{
    static Exit first = { "first", EPIPE, SAME, 0 };
    static Exit second = { "second", EPIPE, SAME, 0 };
    push(stack, &first);
    push(stack, &second);
    rest(1);
    return error;
}

static int push_during_exit(void *arg, Value *result)
{
    Exit outer = { "outer", EPIPE, SAME, 0 };
    AsyncExitStack *stack = enter_stack();
    push(stack, &outer);
    CHECK_INT(async_exit_stack_push(stack, push_two, stack), 0);
    CHECK_INT(async_exit_stack_exit(stack, EPIPE), EPIPE);
    check_story("second first outer");
    return 0;
}

TEST(what_an_exit_pushes_is_left_next)
{
    play(push_during_exit, NULL);
}

static int leave_slowly(void *arg, Value *result)
{
    Exit exits[] = { { "a", E_CANCELLED, SAME, 0 }, { "b", 0, SAME, 9 } };
    AsyncExitStack *stack = enter_stack();
    push(stack, &exits[0]);
    push(stack, &exits[1]);
    return async_exit_stack_exit(stack, 0);
}

static int cancel_leaving(void *arg, Value *result)
{
    Task *task = begin(leave_slowly, NULL);
    rest(1);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    check_story("b a");
    return 0;
}

TEST(cancelled_in_one_exit_the_others_are_called)
{
    play(cancel_leaving, NULL);
}

/* ---- Left open ---- */
static int forget_to_leave(void *arg, Value *result)
{
    static Exit never = { "never", 0, SAME, 0 };
    push(enter_stack(), &never);
    pause_turns(2);
    return 0;
}

TEST(left_open_it_is_reported_and_its_exits_are_not_called)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, forget_to_leave, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 1);
    CHECK_STR(seen.last.message, "An AsyncExitStack was left open");
    CHECK_INT(seen.last.error, E_RUNTIME);
    check_story("");
}

static int stay_in(void *arg, Value *result)
{
    static Exit never = { "never", 0, SAME, 0 };
    AsyncExitStack *stack = enter_stack();
    push(stack, &never);
    (void)async_sleep(1000);
    return async_exit_stack_exit(stack, 0);
}

TEST(closed_with_its_loop_it_is_freed)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    task_release(new_task(loop, stay_in, NULL));
    run_turns(loop, 2);
    loop_free(loop);
    CHECK_INT(seen.count, 1);
    CHECK_STR(seen.last.message, "Task was destroyed but it is pending");
    check_story("");
}

/* ---- Misuse ---- */
static int push_nothing(void *arg, Value *result)
{
    Door door = { { "never", 0, SAME, 0 }, 0, 1 };
    AsyncExitStack *stack = enter_stack();
    AsyncContextManager no_exit = { enter, NULL, &door };
    AsyncContextManager no_enter = { NULL, leave, &door };
    CHECK_INT(async_exit_stack_push(stack, NULL, NULL), E_VALUE);
    CHECK_INT(async_exit_stack_enter_context(stack, no_exit, NULL), E_VALUE);
    CHECK_INT(async_exit_stack_enter_context(stack, no_enter, NULL), E_VALUE);
    CHECK_DOUBLE(now(), 0, 0);    /* nothing was entered */
    CHECK_INT(async_exit_stack_exit(stack, 0), 0);
    return 0;
}

TEST(a_missing_function_is_refused)
{
    play(push_nothing, NULL);
    check_story("");
}

TEST(outside_a_task_it_serves_what_does_not_wait)
{
    Exit exits[] = { { "a", E_FIRST, SAME, 0 }, { "b", EPIPE, E_FIRST, 0 } };
    AsyncExitStack *stack = enter_stack();
    push(stack, &exits[0]);
    push(stack, &exits[1]);
    CHECK_INT(async_exit_stack_exit(stack, EPIPE), E_FIRST);
    check_story("b a");
}

TEST(debug_mode_has_no_complaint)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    loop_set_debug(loop, true);
    CHECK_INT(run(loop, enter_some, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}
