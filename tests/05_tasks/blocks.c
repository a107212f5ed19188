/* Blocks: what a task has entered, it leaves; or it is reported, and the block
 * undoes what it did: once, whatever becomes of the task. */
#include "tasks.h"

#include "../../code/05_tasks/task_inside.h"

/* ---- Blocks of our own ---- */
typedef struct Room {
    Block block;    /* first */
    const char *name;
} Room;

/* By then the task is out of it, and it may be freed. */
static void leave_room(Block *block)
{
    for (Block *at = block->task->blocks; at != NULL; at = at->outer)
        CHECK(at != block);
    tell(((Room *)block)->name);
    free(block);
}

static const BlockKind room = { "A room was left open", leave_room };

/* A frame may be one that has returned: it is not looked into. */
static Block *enter_room(const char *name, const void *frame)
{
    Room *new = malloc(sizeof *new);
    CHECK(new != NULL);
    *new = (Room){ { .kind = &room, .frame = frame }, name };
    task_enter(&new->block);
    CHECK_PTR(new->block.task, async_current_task());
    return &new->block;
}

static void exit_room(Block *block)
{
    task_exit(block);
    free(block);
}

/* So deep that what suspends later does not reach it. */
static void enter_and_return(const char *name)
{
    char deep[1 << 13] = "";
    (void)enter_room(name, deep);
}

static void (*volatile leave_open)(const char *name) = enter_and_return;

/* Where the addresses of locals lie elsewhere, nobody can tell. */
static bool are_frames_visible(void)
{
    char here = 0;
    TaskRecord *task = (TaskRecord *)async_current_task();
    const char *low = task->coro->stack.low;
    return &here >= low && &here < low + task->coro->stack.size;
}

/* ---- In and out ---- */
static int come_and_go(void *arg, Value *result)
{
    char here = 0;
    TaskRecord *self = (TaskRecord *)async_current_task();
    Block *outer = enter_room("outer", &here);
    Block *inner = enter_room("inner", &here);
    CHECK_PTR(self->blocks, inner);
    CHECK_PTR(inner->outer, outer);
    pause_turns(1);
    rest(1);
    exit_room(inner);
    CHECK_PTR(self->blocks, outer);
    pause_turns(1);
    exit_room(outer);
    CHECK_PTR(self->blocks, NULL);
    return 0;
}

TEST(what_is_entered_and_left_is_no_news)
{
    Seen seen;
    for (int debug = 0; debug < 2; debug++) {
        Loop *loop = watched_loop(&seen);
        loop_set_debug(loop, debug);
        CHECK_INT(run(loop, come_and_go, NULL), 0);
        loop_free(loop);
        CHECK_INT(seen.count, 0);
    }
    CHECK_STR(story, "");
}

static int go_in_any_order(void *arg, Value *result)
{
    static const char orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                      { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    TaskRecord *self = (TaskRecord *)async_current_task();
    Block *blocks[3];
    for (int i = 0; i < 6; i++) {
        for (int k = 0; k < 3; k++)
            blocks[k] = enter_room("room", NULL);
        for (int k = 0; k < 3; k++) {
            exit_room(blocks[(int)orders[i][k]]);
            pause_turns(1);
        }
        CHECK_PTR(self->blocks, NULL);
    }
    return 0;
}

TEST(the_order_of_leaving_does_not_matter)
{
    play(go_in_any_order, NULL);
    CHECK_STR(story, "");
}

/* ---- Left open ---- */
static int leave_three_open(void *arg, Value *result)
{
    Block *block;
    (void)enter_room("one", NULL);
    block = enter_room("left", NULL);
    (void)enter_room("two", NULL);
    exit_room(block);
    pause_turns(1);
    (void)enter_room("three", NULL);
    CHECK_STR(story, "");
    *result = seven;
    return *(int *)arg;
}

static void tell_report(Loop *loop, const ErrorContext *context, void *task)
{
    CHECK_STR(context->message, "A room was left open");
    CHECK_INT(context->error, E_RUNTIME);
    CHECK_PTR(context->future, *(Task **)task);
    CHECK(!task_done(context->future));
    tell("report");
}

TEST(at_the_end_of_the_task_each_is_reported_and_dropped)
{
    int errors[] = { 0, EPIPE, E_CANCELLED };
    for (int i = 0; i < 3; i++) {
        Loop *loop = ordered_loop();
        Task *task = new_task(loop, leave_three_open, &errors[i]);
        loop_set_exception_handler(loop, tell_report, &task);
        story[0] = '\0';
        CHECK_INT(loop_run_until_complete(loop, task, NULL), errors[i]);
        CHECK_STR(story, "report three report two report one");
        Value value = nothing;
        CHECK_INT(task_result(task, &value), errors[i]);
        CHECK_INT(value.i, errors[i] == E_CANCELLED ? 0 : 7);
        task_release(task);
        loop_free(loop);
        CHECK_STR(story, "report three report two report one");
    }
}

static int leave_one_open(void *name, Value *result)
{
    leave_open(name);
    tell("end");
    return 0;
}

static int leave_open_in_others(void *arg, Value *result)
{
    TaskOptions eager = { .eager_start = true };
    Block *ours = enter_room("ours", NULL);
    Task *task = async_create_task_with(leave_one_open, "theirs", &eager);
    CHECK_STR(story, "end theirs");    /* it is over already */
    CHECK_INT(task_join(task, NULL), 0);
    CHECK_INT(task_join(begin(leave_one_open, "also"), NULL), 0);
    CHECK_STR(story, "end theirs end also");
    exit_room(ours);
    return 0;
}

TEST(each_task_has_its_own)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, leave_open_in_others, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 2);
    CHECK_STR(story, "end theirs end also");
}

/* ---- In debug mode ---- */
static int suspend_somehow(int way)
{
    if (way < 2)
        return async_sleep(way);
    Future *future = new_future();
    CHECK(loop_call_later(async_get_running_loop(), 1, future_cancel_callback,
                          future) != 0);
    CHECK_INT(await(future, NULL), E_CANCELLED);
    future_release(future);
    return 0;
}

static int suspend_afterwards(void *arg, Value *result)
{
    Seen *seen = arg;
    char here = 0;
    bool debug = loop_get_debug(async_get_running_loop());
    if (!are_frames_visible())
        SKIP("the locals of the tasks are not on their stacks");
    for (int way = 0; way < 3; way++) {
        Block *block = enter_room("alive", &here);
        leave_open("first");
        leave_open("second");
        Block *inner = enter_room("inner", &here);
        story[0] = '\0';
        tell_soon("turn");
        CHECK_INT(suspend_somehow(way), 0);
        CHECK_STR(story, debug ? "second first turn" : "turn");
        CHECK_INT(suspend_somehow(way), 0);
        CHECK_INT(seen->count, debug ? 2 * (way + 1) : 0);
        exit_room(inner);
        exit_room(block);
    }
    return 0;
}

TEST(debug_mode_sees_it_at_the_next_suspension)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    loop_set_debug(loop, true);
    CHECK_INT(run(loop, suspend_afterwards, &seen), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 6);
    CHECK_STR(seen.last.message, "A room was left open");
}

TEST(else_it_is_seen_at_the_end)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, suspend_afterwards, &seen), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 6);
}

/* A coroutine inside the task has another stack: nobody can tell what of it is
 * gone. */
static int stay_in_coroutine(void *arg, Value *result)
{
    char here = 0;
    Block *block = enter_room("coroutine's", &here);
    pause_turns(1);
    (void)coro_yield(nothing);
    pause_turns(1);
    exit_room(block);
    return 0;
}

static int go_through_coroutine(void *arg, Value *result)
{
    char here = 0;
    Block *block = enter_room("task's", &here);
    Coro *coro = coro_new(stay_in_coroutine, NULL, 0);
    CHECK(coro_resume(coro, nothing, NULL));
    pause_turns(1);
    CHECK(!coro_resume(coro, nothing, NULL));
    coro_free(coro);
    pause_turns(1);
    exit_room(block);
    return 0;
}

TEST(a_coroutine_in_the_task_is_not_taken_for_one_that_returned)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    loop_set_debug(loop, true);
    CHECK_INT(run(loop, go_through_coroutine, NULL), 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
    CHECK_STR(story, "");
}

/* ---- When the loop closes ---- */
static int stay_for_ever(void *arg, Value *result)
{
    char here = 0;
    (void)enter_room("one", NULL);
    (void)enter_room("two", &here);
    (void)async_sleep(*(double *)arg);
    CHECK(!"it goes on");
    return 0;
}

TEST(the_end_of_its_loop_is_not_its_fault)    /* D2 */
{
    double delays[] = { 0, 1000 };
    for (int i = 0; i < 2; i++) {
        Seen seen;
        Loop *loop = watched_loop(&seen);
        story[0] = '\0';
        task_release(new_task(loop, stay_for_ever, &delays[i]));
        task_release(new_task(loop, stay_for_ever, &delays[i]));
        run_turns(loop, 1);
        CHECK_STR(story, "");
        loop_free(loop);
        CHECK_STR(story, "two one two one");
        CHECK_INT(seen.count, 2);
        CHECK_STR(seen.last.message, "Task was destroyed but it is pending");
    }
}
