/* The end of a child: who waits for it, how often, and what it tells. */
#include "children.h"

/* ---- Many who wait ---- */
static int wait_for_it(void *process, Value *result)
{
    int returncode = 1000;
    int err = process_wait(process, &returncode);
    result->i = returncode;
    return err;
}

static int wait_five_times_over(void *arg, Value *result)
{
    Process *process = shell("read line; exit 7", &input_pipe);
    Task *tasks[5];
    for (int i = 0; i < 5; i++)
        tasks[i] = begin(wait_for_it, process);
    pause_turns(3);
    for (int i = 0; i < 5; i++)
        CHECK(!task_done(tasks[i]));
    CHECK_INT(writer_write(process_stdin(process), "go\n", 3), 0);
    for (int i = 0; i < 5; i++) {
        Value value = { .i = 0 };
        CHECK_INT(task_join(tasks[i], &value), 0);
        CHECK_INT(value.i, 7);
    }
    for (int i = 0; i < 5; i++)
        CHECK_INT(end_of(process), 7);
    CHECK_INT(process_wait(process, NULL), 0);
    process_free(process);
    return 0;
}

TEST_LIMIT(60, P1_any_task_waits_any_number_of_times)
{
    live(wait_five_times_over, NULL);
}

static void set_flag(void *flag)
{
    *(bool *)flag = true;
}

static int wait_for_the_dead(void *arg, Value *result)
{
    bool has_run = false;
    Process *process = exec(ARGV("true"), NULL);
    until_ended(process);
    CHECK(loop_call_soon(async_get_running_loop(), set_flag, &has_run) != 0);
    CHECK_INT(end_of(process), 0);
    CHECK(!has_run);
    pause_turns(2);
    CHECK(has_run);
    process_free(process);
    return 0;
}

TEST_LIMIT(60, P1_to_wait_for_one_that_has_ended_does_not_suspend)
{
    live(wait_for_the_dead, NULL);
}

/* ---- What it returns ---- */
static int exit_with_each(void *arg, Value *result)
{
    static const int statuses[] = { 0, 1, 2, 7, 126, 127, 128, 254, 255 };
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        char command[40];
        snprintf(command, sizeof command, "exit %d", statuses[i]);
        expect_end(shell(command, NULL), statuses[i]);
    }
    expect_end(exec(ARGV("true"), NULL), 0);
    expect_end(exec(ARGV("false"), NULL), 1);
    expect_end(shell("no_such_program_anywhere 2>/dev/null", NULL), 127);
    return 0;
}

TEST_LIMIT(60, its_exit_status_is_the_returncode)
{
    live(exit_with_each, NULL);
}

static int die_of_each(void *arg, Value *result)
{
    static const int numbers[] = { SIGHUP, SIGINT, SIGKILL, SIGUSR1, SIGALRM,
                                   SIGTERM };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char command[40];
        snprintf(command, sizeof command, "kill -%d $$", numbers[i]);
        expect_end(shell(command, NULL), -numbers[i]);
    }
    return 0;
}

TEST_LIMIT(60, P3_killed_by_a_signal_it_is_the_negative_number)
{
    live(die_of_each, NULL);
}

static int ask_before_and_after(void *arg, Value *result)
{
    int returncode = 1000;
    Process *process = shell("read line; exit 3", &input_pipe);
    CHECK(process_pid(process) > 0 && process_pid(process) != getpid());
    CHECK(!process_returncode(process, &returncode));
    CHECK_INT(returncode, 1000);
    CHECK(!process_returncode(process, NULL));
    writer_close(process_stdin(process));
    CHECK_INT(end_of(process), 3);
    CHECK(process_returncode(process, &returncode));
    CHECK_INT(returncode, 3);
    CHECK(process_returncode(process, NULL));
    process_free(process);
    return 0;
}

TEST_LIMIT(60, there_is_a_returncode_once_it_has_ended)
{
    live(ask_before_and_after, NULL);
}

/* ---- Whatever becomes of its pipes ---- */
static int leave_a_grandchild(void *arg, Value *result)
{
    Process *process = shell("sleep 1000 2>/dev/null & echo $!; exit 4",
                             &output_pipe);
    CHECK_INT(end_of(process), 4);
    pid_t grandchild = (pid_t)read_number(process);
    CHECK(!is_nobody(grandchild));
    CHECK(!reader_at_eof(process_stdout(process)));
    CHECK_INT(kill(grandchild, SIGKILL), 0);
    expect_line(process, "");    /* the end */
    CHECK(reader_at_eof(process_stdout(process)));
    process_free(process);
    return 0;
}

TEST_LIMIT(60, P6_a_grandchild_that_keeps_the_pipe_does_not_delay_the_end)
{
    live(leave_a_grandchild, NULL);
}

static int leave_it_unread(void *arg, Value *result)
{
    Process *process = shell("echo kept; exit 6", &output_pipe);
    CHECK_INT(end_of(process), 6);
    expect_line(process, "kept");
    process_free(process);
    return 0;
}

TEST_LIMIT(60, P6_what_it_wrote_can_be_read_after_its_end)
{
    live(leave_it_unread, NULL);
}

/* ---- Who waits no more ---- */
static int give_up(void *arg, Value *result)
{
    Process *process = start_cat();
    Task *first = begin(wait_for_it, process);
    Task *second = begin(wait_for_it, process);
    Value value = { .i = 0 };
    pause_turns(2);
    task_cancel(first);
    CHECK_INT(task_join(first, NULL), E_CANCELLED);
    CHECK(!has_ended(process) && !task_done(second));
    CHECK_INT(async_wait_for_call(wait_for_it, process, 0.001, NULL),
              E_TIMEOUT);
    CHECK(!has_ended(process) && !task_done(second));
    CHECK_INT(kill(process_pid(process), 0), 0);
    writer_close(process_stdin(process));
    CHECK_INT(task_join(second, &value), 0);
    CHECK_INT(value.i, 0);
    expect_end(process, 0);
    return 0;
}

TEST_LIMIT(60, P6_a_wait_that_is_cancelled_leaves_the_child_alive)
{
    live(give_up, NULL);
}

/* ---- Outside a task ---- */
static int start_one(void *arg, Value *result)
{
    result->p = exec(ARGV("true"), NULL);
    return 0;
}

static void wait_in_a_callback(void *process)
{
    CHECK_INT(process_wait(process, NULL), E_RUNTIME);
    loop_stop(async_get_running_loop());
}

TEST_LIMIT(60, only_a_task_can_start_one_and_wait)
{
    Loop *loop = real_loop();
    Task *task = new_task(loop, start_one, NULL);
    Value value = { .p = NULL };
    CHECK_INT(refusal_of(ARGV("true"), NULL), E_RUNTIME);
    CHECK_INT(loop_run_until_complete(loop, task, &value), 0);
    task_release(task);
    CHECK_INT(process_wait(value.p, NULL), E_RUNTIME);
    CHECK(loop_call_soon(loop, wait_in_a_callback, value.p) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
    process_free(value.p);
    loop_free(loop);
}

/* ---- Virtual time ---- */
static int wait_in_virtual_time(void *arg, Value *result)
{
    Process *process = exec(ARGV("sleep", "0.2"), NULL);
    Timeout timeout;
    CHECK_INT(timeout_enter(&timeout, 3600), 0);
    CHECK_INT(timeout_exit(&timeout, process_wait(process, NULL)), 0);
    process_free(process);
    CHECK(now() < 3600);
    rest(3600);    /* now it jumps again */
    return 0;
}

TEST_LIMIT(60, virtual_time_waits_for_a_child)
{
    play(wait_in_virtual_time, NULL);
}

/* ---- Many ---- */
enum { MANY = 200 };

static int start_many(void *arg, Value *result)
{
    static Process *processes[MANY];
    int both[2];
    open_both(both);
    SubprocessOptions options = { .input = both[0] };
    fcntl(both[1], F_SETFD, FD_CLOEXEC);
    for (int i = 0; i < MANY; i++) {
        char command[40];
        snprintf(command, sizeof command, "read line; exit %d", i);
        processes[i] = shell(command, &options);
    }
    close_both(both);    /* all end now */
    for (int i = MANY; i-- > 0; )
        expect_end(processes[i], i);
    return 0;
}

TEST_LIMIT(120, two_hundred_children_at_once)
{
    live(start_many, NULL);
}
