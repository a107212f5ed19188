/* Ends of a process that come early: it is freed while it runs, or while tasks
 * wait for it, or its loop closes.  No child is left behind. */
#include "children.h"

/* ---- Freed ---- */
static int free_running(void *arg, Value *result)
{
    Process *process = exec(ARGV("sleep", "1000"), &all_pipes);
    pid_t pid = process_pid(process);
    process_free(process);
    until_nobody(pid);
    process = shell("trap '' TERM HUP INT; echo ready; read line; read line",
                    &all_pipes);
    pid = process_pid(process);
    expect_line(process, "ready");
    process_free(process);
    until_nobody(pid);
    process_free(NULL);
    return 0;
}

TEST_LIMIT(60, P9_freed_while_it_runs_it_is_killed_and_reaped)
{
    live(free_running, NULL);
}

static int free_ended(void *arg, Value *result)
{
    Process *process = shell("echo unread; echo unread >&2", &all_pipes);
    until_ended(process);
    process_free(process);
    siginfo_t info;
    process = exec(ARGV("true"), &all_pipes);
    pid_t pid = process_pid(process);
    CHECK_INT(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    process_free(process);    /* dead, but not yet reaped */
    until_nobody(pid);
    return 0;
}

TEST_LIMIT(60, P9_freed_after_its_end_it_is_reaped_once)
{
    live(free_ended, NULL);
}

/* ---- Freed while tasks wait ---- */
static int wait_for_it(void *process, Value *result)
{
    int returncode = 1000;
    int err = process_wait(process, &returncode);
    CHECK(err == 0 || returncode == 1000);
    return err;
}

static int free_while_they_wait(void *arg, Value *result)
{
    Process *process = start_cat();
    pid_t pid = process_pid(process);
    Task *tasks[3];
    for (int i = 0; i < 3; i++)
        tasks[i] = begin(wait_for_it, process);
    pause_turns(2);
    process_free(process);
    for (int i = 0; i < 3; i++)
        CHECK_INT(task_join(tasks[i], NULL), E_RUNTIME);
    until_nobody(pid);
    return 0;
}

TEST_LIMIT(60, who_waits_for_one_that_is_freed_goes_with_an_error)
{
    live_in_order(free_while_they_wait, NULL);
}

static int read_a_line(void *process, Value *result)
{
    char *line;
    size_t length;
    return reader_readline(process_stdout(process), &line, &length);
}

static int free_while_it_reads(void *arg, Value *result)
{
    Process *process = exec(ARGV("cat"), &all_pipes);
    pid_t pid = process_pid(process);
    Task *task = begin(read_a_line, process);
    pause_turns(3);
    process_free(process);
    CHECK_INT(task_join(task, NULL), E_RUNTIME);
    until_nobody(pid);
    return 0;
}

TEST_LIMIT(60, who_reads_from_one_that_is_freed_does_too)
{
    live_in_order(free_while_it_reads, NULL);
}

/* Both are woken by its end; the first takes it away from the second. */
static int wait_and_free(void *process, Value *result)
{
    int err = process_wait(process, NULL);
    process_free(process);
    return err;
}

static int free_between(void *arg, Value *result)
{
    Process *process = exec(ARGV("true"), NULL);
    Task *first = begin(wait_and_free, process);
    Task *second = begin(wait_for_it, process);
    CHECK_INT(task_join(first, NULL), 0);
    CHECK_INT(task_join(second, NULL), E_RUNTIME);
    return 0;
}

TEST_LIMIT(60, who_was_woken_and_finds_it_freed_does_too)
{
    live_in_order(free_between, NULL);
}

/* ---- Freed while somebody communicates ---- */
static char input[1000000];

static int talk(void *process, Value *result)
{
    Bytes output = { NULL, 0 }, error = { NULL, 0 };
    int err = process_communicate(process, input, sizeof input, &output,
                                  &error);
    free(output.data);
    free(error.data);
    return err;
}

static int free_after_turns(void *turns, Value *result)
{
    for (int way = 0; way < 2; way++) {
        const SubprocessOptions *how = way == 0 ? &all_pipes : NULL;
        Process *process = exec(ARGV("sleep", "1000"), how);
        pid_t pid = process_pid(process);
        Task *task = begin(talk, process);
        pause_turns(*(int *)turns);
        process_free(process);
        CHECK_INT(task_join(task, NULL), E_RUNTIME);
        until_nobody(pid);
    }
    return 0;
}

TEST_LIMIT(60, who_talks_to_one_that_is_freed_goes_with_an_error)
{
    for (int turns = 1; turns < 10; turns++)
        live_in_order(free_after_turns, &turns);
}

static int free_after_the_end(void *turns, Value *result)
{
    Process *process = exec(ARGV("true"), &all_pipes);
    Task *task = begin(talk, process);
    while (!has_ended(process))
        pause_turns(1);
    pause_turns(*(int *)turns);
    process_free(process);
    int err = task_join(task, NULL);
    CHECK(err == 0 || err == E_RUNTIME);
    return 0;
}

TEST_LIMIT(60, who_talks_to_one_that_has_ended_and_is_freed_does_too)
{
    for (int turns = 0; turns < 8; turns++)
        live_in_order(free_after_the_end, &turns);
}

/* ---- The loop closes ---- */
static int start_three(void *arg, Value *result)
{
    Process **processes = arg;
    processes[0] = exec(ARGV("sleep", "1000"), NULL);
    processes[1] = exec(ARGV("cat"), &all_pipes);
    processes[2] = shell("trap '' TERM; echo ready; read line; read line",
                         &all_pipes);
    expect_line(processes[2], "ready");
    return 0;
}

static void close_with_three(CoroFn *waiting)
{
    Process *processes[3];
    Task *tasks[3];
    int returncode = 0;
    Loop *loop = real_loop();
    loop_set_exception_handler(loop, silence, NULL);
    CHECK_INT(run(loop, start_three, processes), 0);
    for (int i = 0; i < 3 && waiting != NULL; i++)
        tasks[i] = new_task(loop, waiting, processes[i]);
    run_turns(loop, 5);
    loop_free(loop);
    for (int i = 0; i < 3; i++) {
        CHECK(is_nobody(process_pid(processes[i])));
        CHECK(process_returncode(processes[i], &returncode));
        CHECK_INT(returncode, -SIGKILL);    /* before its input ends */
        CHECK_INT(process_kill(processes[i]), ESRCH);
        CHECK_INT(process_wait(processes[i], NULL), E_RUNTIME);
    }
    for (int i = 0; i < 3 && waiting != NULL; i++)
        task_release(tasks[i]);
    for (int i = 0; i < 3; i++)
        process_free(processes[i]);
}

TEST_LIMIT(60, P9_a_loop_that_closes_kills_and_reaps_its_children)
{
    close_with_three(NULL);
}

TEST_LIMIT(60, P9_also_while_tasks_wait_for_them)
{
    close_with_three(wait_for_it);
}

TEST_LIMIT(60, P9_also_while_tasks_talk_to_them)
{
    close_with_three(talk);
}

static int start_and_free(void *arg, Value *result)
{
    Process *process = start_cat();
    *(pid_t *)arg = process_pid(process);
    process_free(process);
    return 0;
}

TEST_LIMIT(60, P9_also_one_that_was_freed_and_is_not_dead_yet)
{
    pid_t pid = 0;
    live(start_and_free, &pid);
    CHECK(is_nobody(pid));
}

/* ---- Cancelled in the making ---- */
static int start_and_wait(void *arg, Value *result)
{
    pid_t *pid = arg;
    Process *process = start_cat();
    *pid = process_pid(process);
    int err = process_wait(process, NULL);
    process_free(process);
    return err;
}

static int cancel_who_starts(void *arg, Value *result)
{
    for (int turns = 0; turns < 4; turns++) {
        pid_t pid = 0;
        Task *task = begin(start_and_wait, &pid);
        pause_turns(turns);
        task_cancel(task);
        CHECK_INT(task_join(task, NULL), E_CANCELLED);
        CHECK(turns == 0 || pid > 0);
        if (pid > 0)
            until_nobody(pid);
    }
    return 0;
}

TEST_LIMIT(60, P10_who_is_cancelled_and_frees_it_leaves_no_child)
{
    live_in_order(cancel_who_starts, NULL);
}
