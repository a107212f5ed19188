/* Lines of the program in reports and in the tree: with WEFT_ORIGINS, which
 * this file defines. */
#define WEFT_ORIGINS
#include <errno.h>
#include <sys/socket.h>

#include "../../code/12_iteration/generator.h"
#include "runtime.h"

#include "../../code/06_gather/gather.h"
#include "../../code/06_gather/taskgroup.h"
#include "../../code/06_gather/timeout.h"
#include "../../code/06_gather/wait.h"
#include "../../code/07_sync/lock.h"
#include "../../code/10_streams/streams.h"
#include "../../code/11_subprocesses/process.h"
#include "../../code/13_runtime/origins.h"

static const RunOptions debug_run = { .debug = true };

/* ---- What is reported ---- */
static Reported reported;

static int see_body(void *body, Value *result)
{
    loop_set_exception_handler(async_get_running_loop(), hear, &reported);
    return call_body(body, result);
}

static void run_seen(Body *body)
{
    reported = (Reported){ .message = "" };
    CHECK_INT(async_run_with(see_body, &body, NULL, &debug_run), 0);
}

/* Once, with that message, and that line of this file. */
static void check_seen(const char *message, int line)
{
    CHECK_INT(reported.seen.count, 1);
    CHECK(strncmp(reported.message, message, strlen(message)) == 0);
    CHECK_STR(reported.seen.last.origin.file, __FILE__);
    CHECK_INT(reported.seen.last.origin.line, line);
}

static int line;    /* of what has been made */

/* ---- Reports ---- */
enum { LINE_OF_FUTURE = __LINE__ + 5 };

static void fail_unseen(void)
{
    line = __LINE__ + 1;
    Future *future = future_new(async_get_running_loop());
    CHECK_INT(future_set_error(future, EPIPE, nothing), 0);
    future_release(future);
}

TEST(a_future_whose_error_nobody_saw)    /* D1 */
{
    run_seen(fail_unseen);
    check_seen("Future exception was never retrieved", line);
}

static void spawn_failing(void)
{
    line = __LINE__ + 1;
    Task *task = async_create_task(fail_with_seven, NULL);
    CHECK_INT(async_sleep(0), 0);
    task_release(task);
}

TEST(a_task_whose_error_nobody_saw)    /* D1 */
{
    run_seen(spawn_failing);
    check_seen("Task exception was never retrieved", line);
}

static void free_new_coroutine(void)
{
    line = __LINE__ + 1;
    Coro *coro = coro_new(return_seven, NULL, 0);
    CHECK_INT(async_sleep(0), 0);
    coro_free(coro);
}

TEST(a_coroutine_that_never_ran)    /* D3 */
{
    run_seen(free_new_coroutine);
    check_seen("A coroutine was never run", line);
}

static int leave_timeout_open(void *arg, Value *result)
{
    static Timeout timeout;
    line = __LINE__ + 1;
    return timeout_enter(&timeout, 3600);
}

static void leave_block_open(void)
{
    Task *task = async_create_task(leave_timeout_open, NULL);
    CHECK_INT(task_join(task, NULL), 0);
}

TEST(a_block_that_was_left_open)
{
    run_seen(leave_block_open);
    check_seen("A timeout was left open", line);
}

static StreamReader *reader;
static StreamWriter *writer;

static void leave_stream_open(void)
{
    int ends[2];
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    line = __LINE__ + 1;
    CHECK_INT(async_open_fd(ends[0], &reader, &writer), 0);
    CHECK_INT(async_sleep(0), 0);
    close(ends[1]);
}

TEST(a_stream_that_was_never_closed)    /* L18 */
{
    run_seen(leave_stream_open);
    check_seen("A stream was never closed: fd", line);
    writer_free(writer);
    reader_free(reader);
}

static Process *process;

static void leave_process(void)
{
    static char *const argv[] = { "sleep", "1000", NULL };
    line = __LINE__ + 1;
    CHECK_INT(async_create_subprocess_exec(argv, NULL, &process), 0);
    CHECK_INT(async_sleep(0), 0);
}

TEST(a_process_that_was_left_running)    /* L18 */
{
    run_seen(leave_process);
    check_seen("A process was left running: pid", line);
    process_free(process);
}

static void swallow_later(void)
{
    line = __LINE__ + 1;
    Task *task = async_create_task(sleep_forever, NULL);
    task_set_name(task, "slow");
    loop_set_slow_callback_duration(async_get_running_loop(), 0);
    CHECK_INT(async_sleep(0), 0);
    loop_set_slow_callback_duration(async_get_running_loop(), 1e9);
    CHECK_STR(reported.seen.name, "slow");
    reported.seen.count = 1;    /* there was one for our own step, too */
    task_cancel(task);
    task_release(task);
}

TEST(a_slow_step_has_the_line_of_its_task)    /* L18 */
{
    unsetenv("WEFT_SHUFFLE");
    run_seen(swallow_later);
    check_seen("Executing a step took", line);
}

static Loop *lost;

TEST(a_task_of_a_loop_that_is_closed)    /* D2 */
{
    lost = any_loop();
    loop_set_exception_handler(lost, hear, &reported);
    line = __LINE__ + 1;
    task_release(loop_create_task(lost, sleep_forever, NULL));
    CHECK_INT(loop_close(lost), 0);
    check_seen("Task was destroyed but it is pending", line);
    loop_free(lost);
}

/* ---- Tasks that others make ---- */
static int swallow(void *arg, Value *result)
{
    return async_sleep(INFINITY) == E_CANCELLED ? 0 : E_USER;
}

static int fail_after_a_turn(void *arg, Value *result)
{
    int err = async_sleep(0);
    return err != 0 ? err : E_USER;
}

static void swallow_in_group(void)
{
    TaskGroup *group = taskgroup_enter();
    line = __LINE__ + 1;
    CHECK_INT(taskgroup_spawn(group, swallow, NULL, 0), 0);
    CHECK_INT(taskgroup_spawn(group, fail_after_a_turn, NULL, 0), 0);
    CHECK(taskgroup_exit(group, 0) != 0);
    taskgroup_free(group);
}

TEST(a_task_of_a_group_that_swallows)
{
    run_seen(swallow_in_group);
    check_seen("A cancellation was swallowed", line);
}

/* ---- Where nobody says it ---- */
static void make_without_line(void *future)
{
    *(Future **)future = (future_new)(async_get_running_loop());
}

/* A callback begins nowhere; a task goes on where it was. */
static void make_without_lines(void)
{
    Future *by_callback;
    CHECK(loop_call_soon(async_get_running_loop(), make_without_line,
                         &by_callback) != 0);
    Task *other = async_create_task(return_seven, NULL);
    line = __LINE__ + 1;
    CHECK_INT(async_sleep(0.001), 0);
    Future *by_task = (future_new)(async_get_running_loop());
    Future *both[] = { by_callback, by_task };
    for (int i = 0; i < 2; i++) {
        CHECK_INT(future_set_error(both[i], EPIPE, nothing), 0);
        CHECK_INT(reported.seen.count, i);
        future_release(both[i]);
        CHECK_INT(reported.seen.last.origin.line, i == 0 ? 0 : line);
    }
    reported.seen.count = 1;
    task_release(other);
}

TEST(what_is_made_without_a_line_is_made_where_its_task_was)
{
    run_seen(make_without_lines);
    check_seen("Future exception was never retrieved", line);
}

/* ---- Without a handler ---- */
static void fail_and_print(void)
{
    run_body(fail_unseen);
}

TEST(the_default_prints_the_line)
{
    Child child;
    char wanted[200];
    run_child(&child, fail_and_print);
    check_exited(&child);
    snprintf(wanted, sizeof wanted, "\nmade at: %s:%d\n", __FILE__,
             LINE_OF_FUTURE);
    CHECK(strstr(child.text, wanted) != NULL);
}

/* ---- In the tree ---- */
static int lines[3];

static int lock_twice(void *lock, Value *result)
{
    CHECK_INT(lock_acquire(lock), 0);
    lines[1] = __LINE__ + 1;
    return lock_acquire(lock);
}

static int await_locker(void *lock, Value *result)
{
    Task *task = async_create_task(lock_twice, lock);
    task_set_name(task, "locker");
    lines[0] = __LINE__ + 1;
    return task_join(task, NULL);
}

static void print_lines(void)
{
    Text text;
    char wanted[400];
    Lock lock = { 0 };
    task_set_name(async_current_task(), "main");
    Task *task = async_create_task(await_locker, &lock);
    task_set_name(task, "waiter");
    lines[2] = __LINE__ + 1;
    CHECK_INT(async_sleep(3), 0);
    async_print_tasks(NULL, text_begin(&text));
    snprintf(wanted, sizeof wanted,
             "main: running, at %s:%d\n"
             "waiter: awaits locker for 3.000 s, at %s:%d\n"
             "`-- locker: in a Lock for 3.000 s, at %s:%d\n",
             __FILE__, lines[2], __FILE__, lines[0], __FILE__, lines[1]);
    CHECK_STR(text_end(&text), wanted);
    task_cancel(task);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
}

TEST(the_tree_says_where_each_one_waits)
{
    Body *body = print_lines;
    RunOptions options = { .debug = true, .virtual_time = true };
    unsetenv("WEFT_SHUFFLE");
    CHECK_INT(async_run_with(call_body, &body, NULL, &options), 0);
}

static void print_new_ones(void)
{
    Text text;
    char wanted[300];
    TaskOptions eager = { .name = "eager", .eager_start = true };
    line = __LINE__ + 1;
    Task *first = async_create_task_with(sleep_forever, NULL, &eager);
    Task *second = async_create_task(sleep_forever, NULL);
    task_set_name(async_current_task(), "main");
    task_set_name(second, "new");
    async_print_tasks(NULL, text_begin(&text));
    snprintf(wanted, sizeof wanted,
             "\neager: in sleep, at %s:%d\nnew: ready, at %s:%d\n", __FILE__,
             line, __FILE__, line + 1);
    CHECK(strstr(text_end(&text), wanted) != NULL);
    task_cancel(first);
    task_cancel(second);
    task_release(first);
    task_release(second);
}

/* Of one that has not come back to the loop, where it was made. */
TEST(or_where_it_was_made)
{
    run_seen(print_new_ones);
}

/* ---- The macros ---- */
/* They are the functions: a pointer to one, or its name in parentheses, too. */
TEST(a_macro_can_be_avoided)
{
    Loop *loop = any_loop();
    Future *(*make)(Loop *) = future_new;
    Future *future = make(loop), *other = (future_new)(loop);
    CHECK(future != NULL && other != NULL);
    future_release(future);
    future_release(other);
    loop_free(loop);
}

static void use_results(void)
{
    Value value = nothing;
    Outcome outcomes[2];
    CHECK_INT(async_gather_calls(CALLS({ return_seven, NULL },
                                       { return_seven, NULL }), outcomes, 0),
              0);
    CHECK_INT(outcomes[1].value.i, 7);
    CHECK_INT(task_join(async_create_task(return_seven, NULL), &value), 0);
    CHECK_INT(value.i, 7);
    CHECK_INT(async_wait_for_call(return_seven, NULL, 10, &value), 0);
}

/* With commas and braces in their arguments, and one in another. */
TEST(they_take_what_the_functions_take)
{
    run_body(use_results);
}
