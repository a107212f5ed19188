/* SIGCHLD, which belongs to the whole process: other handlers of it, other
 * loops, and children that are not the library's. */
#include <pthread.h>

#include "children.h"

/* ---- Ignored before ---- */
static int end_with_three(void *arg, Value *result)
{
    expect_end(shell("exit 3", NULL), 3);
    return 0;
}

TEST_LIMIT(60, a_program_that_ignored_sigchld_hears_of_its_children)
{
    signal(SIGCHLD, SIG_IGN);
    live(end_with_three, NULL);
}

/* ---- A handler of the program's ---- */
static void count(void *counter)
{
    ++*(int *)counter;
}

static int with_a_handler(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    int before = 0, after = 0;
    CHECK_INT(loop_add_signal_handler(loop, SIGCHLD, count, &before), 0);
    expect_end(shell("exit 3", NULL), 3);
    while (before == 0)
        pause_turns(1);
    CHECK_INT(loop_add_signal_handler(loop, SIGCHLD, count, &after), 0);
    before = 0;
    expect_end(shell("exit 4", NULL), 4);
    while (after == 0)
        pause_turns(1);
    CHECK_INT(before, 0);
    CHECK(loop_remove_signal_handler(loop, SIGCHLD));
    after = 0;
    expect_end(shell("exit 5", NULL), 5);
    pause_turns(3);
    CHECK_INT(after, 0);
    CHECK(!loop_remove_signal_handler(loop, SIGCHLD));
    expect_end(shell("exit 6", NULL), 6);
    return 0;
}

TEST_LIMIT(60, a_handler_of_the_program_for_sigchld_is_called_too)
{
    live(with_a_handler, NULL);
}

/* ---- Two loops ---- */
enum { EACH = 8 };

static int start_and_wait(void *arg, Value *result)
{
    Process *processes[EACH];
    int base = (int)(intptr_t)arg;
    for (int i = 0; i < EACH; i++) {
        char command[40];
        snprintf(command, sizeof command, "read line; exit %d", base + i);
        processes[i] = shell(command, &input_pipe);
    }
    for (int i = EACH; i-- > 0; )
        writer_close(process_stdin(processes[i]));
    for (int i = 0; i < EACH; i++)
        expect_end(processes[i], base + i);
    return 0;
}

static void *run_in_a_thread(void *arg)
{
    for (int i = 0; i < 3; i++)
        live(start_and_wait, arg);
    return NULL;
}

TEST_LIMIT(120, P9_two_loops_in_two_threads_reap_their_own)
{
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, run_in_a_thread,
                                 (void *)(intptr_t)(10 + 100 * i)), 0);
    for (int i = 0; i < 2; i++)
        CHECK_INT(pthread_join(threads[i], NULL), 0);
}

static int start_a_cat(void *arg, Value *result)
{
    result->p = start_cat();
    return 0;
}

static int let_it_end(void *process, Value *result)
{
    writer_close(process_stdin(process));
    expect_end(process, 0);
    return 0;
}

TEST_LIMIT(60, when_one_loop_closes_the_other_still_hears)
{
    Loop *loop = real_loop();
    Value value = { .p = NULL };
    Task *task = new_task(loop, start_a_cat, NULL);
    CHECK_INT(loop_run_until_complete(loop, task, &value), 0);
    task_release(task);
    live(end_with_three, NULL);
    CHECK_INT(run(loop, let_it_end, value.p), 0);
    loop_free(loop);
}

/* ---- Other children of the process ---- */
static pid_t fork_one(int status)
{
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0)
        _exit(status);
    return pid;
}

static int beside_another(void *arg, Value *result)
{
    siginfo_t info;
    int status;
    Process *process = shell("read line; exit 3", &input_pipe);
    pid_t other = fork_one(9);
    CHECK_INT(waitid(P_PID, (id_t)other, &info, WEXITED | WNOWAIT), 0);
    pause_turns(5);    /* the loop has looked at its children */
    writer_close(process_stdin(process));
    expect_end(process, 3);
    expect_end(shell("exit 4", NULL), 4);
    CHECK_INT(waitpid(other, &status, WNOHANG), other);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 9);
    return 0;
}

TEST_LIMIT(60, P9_a_child_that_is_not_the_librarys_is_not_reaped)
{
    live(beside_another, NULL);
}

/* ---- Reaped by somebody else ---- */
static int reap_it_ourselves(void *seen, Value *result)
{
    Process *process = start_cat();
    int status, returncode;
    CHECK_INT(process_kill(process), 0);
    CHECK_INT(waitpid(process_pid(process), &status, 0), process_pid(process));
    CHECK(!has_ended(process));
    CHECK_INT(end_of(process), 255);
    pause_turns(2);
    CHECK_INT(((Seen *)seen)->count, 1);
    CHECK_INT(((Seen *)seen)->last.error, ECHILD);
    CHECK(((Seen *)seen)->last.message != NULL);
    CHECK(process_returncode(process, &returncode));
    CHECK_INT(returncode, 255);
    CHECK_INT(process_kill(process), ESRCH);
    expect_end(process, 255);
    expect_end(shell("exit 3", NULL), 3);
    CHECK_INT(((Seen *)seen)->count, 1);
    return 0;
}

TEST_LIMIT(60, one_that_somebody_else_has_reaped_ends_with_255_and_a_report)
{
    Seen seen = { 0 };
    Loop *loop = real_loop();
    loop_set_exception_handler(loop, see, &seen);
    CHECK_INT(run(loop, reap_it_ourselves, &seen), 0);
    loop_free(loop);
}

static int reap_it_before_the_close(void *arg, Value *result)
{
    Process *process = start_cat();
    int status;
    CHECK_INT(process_kill(process), 0);
    CHECK_INT(waitpid(process_pid(process), &status, 0), process_pid(process));
    result->p = process;
    return 0;
}

TEST_LIMIT(60, one_that_was_reaped_does_not_keep_the_loop_from_closing)
{
    Seen seen = { 0 };
    Loop *loop = real_loop();
    Value value = { .p = NULL };
    int returncode = 0;
    loop_set_exception_handler(loop, see, &seen);
    Task *task = new_task(loop, reap_it_before_the_close, NULL);
    CHECK_INT(loop_run_until_complete(loop, task, &value), 0);
    task_release(task);
    loop_free(loop);
    CHECK_INT(seen.count, 1);
    CHECK(process_returncode(value.p, &returncode));
    CHECK_INT(returncode, 255);
    process_free(value.p);
}

/* ---- A child of fork() with the loop of its parent ---- */
TEST_LIMIT(60, a_forked_child_that_closes_the_loop_harms_no_child)
{
    Loop *loop = real_loop();
    Value value = { .p = NULL };
    int status;
    Task *task = new_task(loop, start_a_cat, NULL);
    CHECK_INT(loop_run_until_complete(loop, task, &value), 0);
    task_release(task);
    loop_set_exception_handler(loop, silence, NULL);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        loop_free(loop);
        _exit(0);
    }
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(status, 0);
    CHECK_INT(run(loop, let_it_end, value.p), 0);    /* it was not killed */
    loop_free(loop);
}
