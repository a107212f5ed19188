/* The tree of tasks: who awaits whom, and on what.  Outside of debug mode there
 * is no "for ... s", so that a tree is the same each time. */
#include "../../code/06_gather/gather.h"
#include "../../code/06_gather/taskgroup.h"
#include "../../code/06_gather/wait.h"
#include "../../code/06_gather/timeout.h"
#include "../../code/07_sync/event.h"
#include "runtime.h"

/* ---- What is printed ---- */
static void check_tree(Loop *loop, const char *wanted)
{
    Text text;
    async_print_tasks(loop, text_begin(&text));
    CHECK_STR(text_end(&text), wanted);
}

static Task *begin_as(const char *name, CoroFn *function, void *arg)
{
    TaskOptions options = { .name = name };
    Task *task = async_create_task_with(function, arg, &options);
    CHECK(task != NULL);
    return task;
}

static void call_myself(const char *name)
{
    task_set_name(async_current_task(), name);
}

static void end_all(Task *tasks[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        task_cancel(tasks[i]);
    for (size_t i = 0; i < n; i++)
        task_join(tasks[i], NULL);
}

/* ---- One task each ---- */
static void print_states(void)
{
    call_myself("me");
    Future *future = new_future();
    Task *tasks[] = { begin_as("a sleeper", sleep_forever, NULL),
                      begin_as("a waiter", wait_for, future),
                      begin_as("new", sleep_forever, NULL) };
    check_tree(NULL, "me: running\na sleeper: ready\na waiter: ready\n"
                     "new: ready\n");
    pause_turns(1);
    check_tree(async_get_running_loop(),
               "me: running\na sleeper: in sleep\na waiter: awaits Future\n"
               "new: in sleep\n");
    end_all(tasks, 3);
    future_release(future);
}

static int refuse_to_end(void *arg, Value *result)
{
    async_sleep(3600);
    return async_sleep(3600);
}

static void print_asked(void)
{
    call_myself("me");
    Task *task = begin_as("deaf", refuse_to_end, NULL);
    pause_turns(1);
    task_cancel(task);
    check_tree(NULL, "me: running\ndeaf: ready, asked to end\n");
    pause_turns(1);
    check_tree(NULL, "me: running\ndeaf: in sleep, asked to end\n");
    end_all(&task, 1);
}

TEST(who_was_asked_to_end_and_has_not)
{
    run_in_virtual_time(print_asked);
}

TEST(a_task_is_running_or_ready_or_waits)
{
    run_in_virtual_time(print_states);
}

static int wait_for_event(void *event, Value *result)
{
    return event_wait(event);
}

static void print_event(void)
{
    Event event = { 0 };
    call_myself("me");
    Task *task = begin_as("waiter", wait_for_event, &event);
    pause_turns(1);
    check_tree(NULL, "me: running\nwaiter: in an Event\n");
    event_set(&event);
    task_join(task, NULL);
    check_tree(NULL, "me: running\n");
}

TEST(what_else_it_waits_for_has_a_name)
{
    run_in_virtual_time(print_event);
}

/* ---- Who awaits whom ---- */
static void print_in_callback(void *wanted)
{
    check_tree(NULL, wanted);
    tell("printed");
}

/* While everybody waits, main too. */
static void print_soon(const char *wanted)
{
    CHECK(loop_call_later(async_get_running_loop(), 1, print_in_callback,
                          (void *)wanted) != 0);
}

static int sleep_under_name(void *name, Value *result)
{
    call_myself(name);
    return async_sleep(2);
}

static int await_new(void *name, Value *result)
{
    call_myself("middle");
    return task_join(begin(sleep_under_name, name), NULL);
}

static void print_chain(void)
{
    call_myself("main");
    print_soon("main: awaits middle\n`-- middle: awaits leaf\n"
               "    `-- leaf: in sleep\n");
    CHECK_INT(task_join(begin(await_new, "leaf"), NULL), 0);
    CHECK_STR(story, "printed");
}

TEST(who_is_awaited_is_printed_under_who_awaits)
{
    run_in_virtual_time(print_chain);
}

static void print_gather(void)
{
    call_myself("main");
    print_soon("main: in gather\n|-- a: in sleep\n|-- middle: awaits b\n"
               "|   `-- b: in sleep\n`-- c: in sleep\n");
    CHECK_INT(async_gather_calls(CALLS({ sleep_under_name, "a" },
                                       { await_new, "b" },
                                       { sleep_under_name, "c" }), NULL, 0),
              0);
    CHECK_STR(story, "printed");
}

TEST(a_gather_has_branches)
{
    run_in_virtual_time(print_gather);
}

static void print_group(void)
{
    call_myself("main");
    TaskGroup *group = taskgroup_enter();
    task_set_name(taskgroup_create_task(group, sleep_forever, NULL), "a");
    task_set_name(taskgroup_create_task(group, sleep_forever, NULL), "b");
    print_soon("main: in a TaskGroup\n|-- a: in sleep\n`-- b: in sleep\n");
    CHECK(loop_call_later(async_get_running_loop(), 2, future_cancel_callback,
                          async_current_task()) != 0);
    CHECK_INT(taskgroup_exit(group, 0), E_CANCELLED);
    CHECK_INT(task_uncancel(async_current_task()), 0);
    taskgroup_free(group);
    CHECK_STR(story, "printed");
}

TEST(so_has_a_group)
{
    run_in_virtual_time(print_group);
}

static void print_wait(void)
{
    call_myself("main");
    Task *tasks[] = { begin_as("a", sleep_forever, NULL),
                      begin_as("done", return_seven, NULL),
                      begin_as("b", sleep_forever, NULL) };
    print_soon("main: in wait\n|-- a: in sleep\n`-- b: in sleep\n");
    CHECK_INT(async_wait(tasks, 3, 2, ALL_COMPLETED), 0);
    end_all(tasks, 3);
    CHECK_STR(story, "printed");
}

TEST(so_has_a_wait_and_who_is_done_is_gone)
{
    run_in_virtual_time(print_wait);
}

static void print_shield(void)
{
    call_myself("main");
    Task *task = begin_as("inner", sleep_under_name, "inner");
    print_soon("main: in shield\n`-- inner: in sleep\n");
    CHECK_INT(async_shield(task, NULL), 0);
    task_release(task);
    task = begin_as("limited", sleep_under_name, "limited");
    print_soon("main: awaits limited\n`-- limited: in sleep\n");
    CHECK_INT(async_wait_for(task, 10, NULL), 0);
    task_release(task);
    CHECK_STR(story, "printed printed");
}

TEST(shield_and_wait_for_have_one)
{
    run_in_virtual_time(print_shield);
}

/* ---- Who has been woken ---- */
static int complete_and_print(void *future, Value *result)
{
    call_myself("completer");
    CHECK_INT(future_set_result(future, seven), 0);
    check_tree(NULL, "main: awaits waiter\n`-- waiter: ready\n"
                     "completer: running\n");
    tell("printed");
    return 0;
}

static void print_woken(void)
{
    call_myself("main");
    Future *future = new_future();
    Task *waiter = begin_as("waiter", wait_for, future);
    Task *completer = begin_as("completer", complete_and_print, future);
    CHECK_INT(await(waiter, NULL), 0);
    task_release(waiter);
    task_release(completer);
    future_release(future);
    CHECK_STR(story, "printed");
}

/* What it waited for is there: it is ready, though it has not run yet. */
TEST(who_is_woken_is_ready)
{
    run_in_virtual_time(print_woken);
}

static void print_after_its_end(Future *task, void *arg)
{
    check_tree(NULL, "main: ready\n");
    tell("printed");
}

static void print_done(void)
{
    call_myself("main");
    Task *task = begin_as("child", sleep_under_name, "child");
    CHECK_INT(future_add_done_callback(task, print_after_its_end, NULL), 0);
    CHECK_INT(task_join(task, NULL), 0);
    CHECK_STR(story, "printed");
}

TEST(who_is_done_is_gone)
{
    run_in_virtual_time(print_done);
}

/* ---- Which loop ---- */
TEST(any_loop_can_be_printed_or_none)
{
    Runner runner;
    CHECK_INT(runner_init(&runner, &virtual_run), 0);
    Loop *loop = runner_get_loop(&runner), *closed = any_loop();
    check_tree(NULL, "");
    check_tree(loop, "");
    Task *task = new_task(loop, sleep_forever, NULL);
    task_set_name(task, "not begun");
    check_tree(loop, "not begun: ready\n");
    check_tree(NULL, "");
    CHECK_INT(loop_close(closed), 0);
    check_tree(closed, "");
    loop_free(closed);
    task_release(task);
    CHECK_INT(runner_close(&runner), 0);
}

static void print_another(void)
{
    Loop *other = any_loop();
    Task *task = new_task(other, return_seven, NULL);
    task_set_name(task, "theirs");
    check_tree(other, "theirs: ready\n");
    task_cancel(task);
    task_release(task);
    Seen seen;
    loop_set_exception_handler(other, see, &seen);
    loop_free(other);
}

TEST(another_loop_than_the_one_that_runs)
{
    run_in_virtual_time(print_another);
}

static void print_to_stderr(void)
{
    call_myself("me");
    async_print_tasks(NULL, NULL);
}

static void run_and_print(void)
{
    run_in_virtual_time(print_to_stderr);
    async_print_tasks(NULL, NULL);
}

TEST(no_file_is_stderr_and_no_loop_is_nothing)
{
    Child child;
    run_child(&child, run_and_print);
    check_exited(&child);
    CHECK_STR(child.text, "me: running\n");
}
