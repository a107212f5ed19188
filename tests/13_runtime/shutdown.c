/* What a run leaves open: generators, threads, streams, servers, children
 * (R2, R3). */
#include <sys/socket.h>

#include "../../code/09_threads/threads.h"
#include "../../code/10_streams/server.h"
#include "../../code/11_subprocesses/process.h"
#include "../../code/12_iteration/generator.h"
#include "runtime.h"

static const RunOptions debug_run = { .debug = true };

/* ---- Generators ---- */
static AsyncGenerator *generator;

static void begin_generator(CoroFn *function)
{
    Value value;
    generator = async_generator_new(function, NULL);
    CHECK(generator != NULL);
    CHECK_INT(async_generator_next(generator, &value), 0);
}

static int yield_and_clean_up(void *arg, Value *result)
{
    int err = async_yield(seven, NULL);
    CHECK_INT(err, E_GENERATOR_EXIT);
    tell("closing");
    CHECK_INT(async_sleep(3600), 0);
    tell("closed");
    return err;
}

static void leave_generator(void)
{
    begin_generator(yield_and_clean_up);
    tell("main");
}

TEST(a_generator_may_await_while_it_is_closed)    /* R3 */
{
    run_in_virtual_time(leave_generator);
    CHECK_STR(story, "main closing closed");
    async_generator_free(generator);
}

static int refuse_to_end(void *arg, Value *result)
{
    while (async_yield(seven, NULL) == 0)
        continue;
    tell("refuses");
    return async_yield(seven, NULL);
}

static Reported reported;

static void leave_one_that_refuses(void)
{
    loop_set_exception_handler(async_get_running_loop(), hear, &reported);
    begin_generator(refuse_to_end);
}

TEST(one_that_goes_on_is_reported)    /* R3 */
{
    run_in_virtual_time(leave_one_that_refuses);
    CHECK_STR(story, "refuses");
    CHECK_INT(reported.seen.count, 1);
    CHECK_INT(reported.seen.last.error, E_RUNTIME);
    async_generator_free(generator);
}

static int spawn_when_closed(void *arg, Value *result)
{
    int err = async_yield(seven, NULL);
    spawn(sleep_forever, NULL);
    return err;
}

static void leave_one_that_spawns(void)
{
    loop_set_exception_handler(async_get_running_loop(), hear, &reported);
    begin_generator(spawn_when_closed);
}

/* All tasks were cancelled before: this one dies with the loop. */
TEST(a_task_that_a_generator_makes_then_is_reported)    /* D2 */
{
    run_in_virtual_time(leave_one_that_spawns);
    CHECK_INT(reported.seen.count, 1);
    CHECK_STR(reported.message, "Task was destroyed but it is pending");
    async_generator_free(generator);
}

static int yield_and_tell(void *arg, Value *result)
{
    int err = async_yield(seven, NULL);
    tell(err == E_GENERATOR_EXIT ? "closed" : "cancelled");
    return err;
}

static void free_generator(void)
{
    begin_generator(yield_and_tell);
    async_generator_free(generator);
}

TEST(one_that_its_owner_has_freed_is_closed_too)
{
    run_in_virtual_time(free_generator);
    CHECK_STR(story, "closed");
}

/* ---- Threads ---- */
static int ends[2];    /* of a pipe */

static int read_one(void *arg, Value *result)
{
    char byte;
    CHECK_INT(read(ends[0], &byte, 1), 1);
    tell("job");
    return 0;
}

static int write_when_cancelled(void *arg, Value *result)
{
    int err = async_sleep(INFINITY);
    tell("task");
    CHECK_INT(write(ends[1], "x", 1), 1);
    return err;
}

static void leave_job(void)
{
    Loop *loop = async_get_running_loop();
    future_release(loop_run_in_executor(loop, NULL, read_one, NULL));
    spawn(write_when_cancelled, NULL);
    pause_turns(1);
}

TEST(a_job_that_runs_is_waited_for)    /* R3 */
{
    CHECK_INT(pipe(ends), 0);
    run_body(leave_job);
    CHECK_STR(story, "task job");
    close(ends[0]);
    close(ends[1]);
}

static int take_real_time(void *arg, Value *result)
{
    struct timespec moment = { .tv_nsec = 5000000 };
    nanosleep(&moment, NULL);
    tell("job");
    return 0;
}

static void leave_slow_job(void)
{
    Loop *loop = async_get_running_loop();
    loop_set_exception_handler(loop, hear, &reported);
    future_release(loop_run_in_executor(loop, NULL, take_real_time, NULL));
}

/* The limit of five minutes is no reason for a clock to jump there. */
TEST(in_virtual_time_too)
{
    run_in_virtual_time(leave_slow_job);
    CHECK_STR(story, "job");
    CHECK_INT(reported.seen.count, 0);
}

static int use_executor_late(void *arg, Value *result)
{
    int err = async_yield(seven, NULL);
    CHECK_INT(async_to_thread(return_seven, NULL, NULL), 0);
    tell("thread");
    return err;
}

static void leave_one_that_uses_threads(void)
{
    begin_generator(use_executor_late);
}

/* The threads end last of all. */
TEST(a_generator_may_still_use_threads)    /* R3 */
{
    run_body(leave_one_that_uses_threads);
    CHECK_STR(story, "thread");
    async_generator_free(generator);
}

/* ---- Streams ---- */
static StreamReader *reader;
static StreamWriter *writer;

static void leave_stream(void)
{
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    loop_set_exception_handler(async_get_running_loop(), hear, &reported);
    CHECK_INT(async_open_fd(ends[0], &reader, &writer), 0);
}

static void run_and_leave_stream(const RunOptions *options)
{
    char byte;
    Body *body = leave_stream;
    forget_environment();
    CHECK_INT(async_run_with(call_body, &body, NULL, options), 0);
    CHECK_INT(read(ends[1], &byte, 1), 0);    /* the other end is closed */
    writer_free(writer);
    reader_free(reader);
    close(ends[1]);
}

TEST(a_stream_left_open_is_closed)
{
    run_and_leave_stream(NULL);
    CHECK_INT(reported.seen.count, 0);
}

TEST(in_debug_mode_it_is_reported)    /* L18 */
{
    run_and_leave_stream(&debug_run);
    CHECK_INT(reported.seen.count, 1);
    CHECK(strncmp(reported.message, "A stream was never closed: fd ", 30) == 0);
}

/* ---- Servers ---- */
static Server *server;

static int be_served(StreamReader *in, StreamWriter *out, void *arg)
{
    char *line;
    size_t length;
    int err = reader_readline(in, &line, &length);
    tell(err == E_CANCELLED ? "cancelled" : "line");
    return err;
}

static void leave_server(void)
{
    CHECK_INT(async_start_server(be_served, NULL, "127.0.0.1", 0, &server), 0);
    CHECK_INT(async_open_connection("127.0.0.1", server_port(server), &reader,
                                    &writer), 0);
    while (async_all_tasks(NULL, NULL, 0) < 2)
        pause_turns(1);
    pause_turns(2);
}

/* Its handlers are tasks as all others are. */
TEST(a_server_left_open_is_closed)    /* R2 */
{
    int before = lowest_free();
    run_body(leave_server);
    CHECK_STR(story, "cancelled");
    server_free(server);
    writer_free(writer);
    reader_free(reader);
    CHECK_INT(lowest_free(), before);
}

/* ---- Children ---- */
static Process *process;
static pid_t pid;

static void leave_process(void)
{
    static char *const argv[] = { "sleep", "1000", NULL };
    loop_set_exception_handler(async_get_running_loop(), hear, &reported);
    CHECK_INT(async_create_subprocess_exec(argv, NULL, &process), 0);
    pid = process_pid(process);
}

TEST(a_child_left_running_is_killed)
{
    run_body(leave_process);
    CHECK_INT(reported.seen.count, 0);
    CHECK_INT(kill(pid, 0), -1);
    CHECK_INT(errno, ESRCH);
    process_free(process);
}

static int wait_for_child(void *arg, Value *result)
{
    leave_process();
    int err = process_wait(process, NULL);
    tell(err == E_CANCELLED ? "cancelled" : "ended");
    process_free(process);
    return err;
}

static void leave_waiter(void)
{
    spawn(wait_for_child, NULL);
    pause_turns(2);
}

TEST(who_waits_for_one_is_cancelled)    /* R2 */
{
    run_body(leave_waiter);
    CHECK_STR(story, "cancelled");
}
