/* Signals to a child: before its end, and after it, when its number may be
 * somebody else's.  So that it is seen who is signalled, the processes are
 * compiled in here, over a kill() of our own. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int kills;
static pid_t last_killed;

/* Who has been reaped is told nothing: the number may be another's. */
static int test_kill(pid_t pid, int signo)
{
    siginfo_t info;
    kills++;
    last_killed = pid;
    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
        return -1;
    return kill(pid, signo);
}

#define kill(pid, signo) test_kill(pid, signo)
#include "../../code/11_subprocesses/process.c"
#include "../../code/11_subprocesses/reap.c"
#undef kill

#define spawn begin_one    /* there is one inside, too */
#include "children.h"

/* ---- Before its end ---- */
static int send_each(void *arg, Value *result)
{
    Process *process = start_cat();
    kills = 0;
    CHECK_INT(process_terminate(process), 0);
    CHECK_INT(last_killed, process_pid(process));
    expect_end(process, -SIGTERM);
    process = start_cat();
    CHECK_INT(process_kill(process), 0);
    expect_end(process, -SIGKILL);
    process = start_cat();
    CHECK_INT(process_send_signal(process, SIGUSR1), 0);
    expect_end(process, -SIGUSR1);
    CHECK_INT(kills, 3);
    return 0;
}

TEST_LIMIT(60, terminate_kill_and_any_signal)
{
    live(send_each, NULL);
}

static int send_none(void *arg, Value *result)
{
    Process *process = start_cat();
    CHECK_INT(process_send_signal(process, 0), 0);    /* is it there? */
    CHECK_INT(process_send_signal(process, 100000), EINVAL);
    CHECK_INT(process_send_signal(process, -1), EINVAL);
    pause_turns(3);
    CHECK(!has_ended(process));
    writer_close(process_stdin(process));
    expect_end(process, 0);
    return 0;
}

TEST_LIMIT(60, no_such_signal)
{
    live(send_none, NULL);
}

/* ---- After it ---- */
static int send_too_late(void *arg, Value *result)
{
    Process *process = exec(ARGV("true"), NULL);
    CHECK_INT(end_of(process), 0);
    kills = 0;
    CHECK_INT(process_terminate(process), ESRCH);
    CHECK_INT(process_kill(process), ESRCH);
    CHECK_INT(process_send_signal(process, SIGUSR1), ESRCH);
    CHECK_INT(process_send_signal(process, 0), ESRCH);
    CHECK_INT(process_send_signal(process, 100000), ESRCH);
    process_free(process);
    CHECK_INT(kills, 0);
    return 0;
}

TEST_LIMIT(60, P4_after_its_end_nobody_is_signalled)
{
    live(send_too_late, NULL);
}

/* Dead, and not yet reaped: its number is still its own. */
static int send_to_the_dead(void *arg, Value *result)
{
    siginfo_t info;
    Process *process = shell("exit 3", NULL);
    id_t pid = (id_t)process_pid(process);
    CHECK_INT(waitid(P_PID, pid, &info, WEXITED | WNOWAIT), 0);
    CHECK(!has_ended(process));
    CHECK_INT(process_terminate(process), 0);
    CHECK_INT(process_kill(process), 0);
    CHECK(!has_ended(process));
    expect_end(process, 3);
    return 0;
}

TEST_LIMIT(60, P4_between_its_end_and_the_reaping_a_signal_does_nothing)
{
    live(send_to_the_dead, NULL);
}

static int close_with_the_dead(void *arg, Value *result)
{
    Process *process = exec(ARGV("true"), NULL);
    CHECK_INT(end_of(process), 0);
    result->p = process;
    return 0;
}

TEST_LIMIT(60, P4_a_loop_that_closes_signals_nobody_who_has_ended)
{
    Loop *loop = real_loop();
    Value value = { .p = NULL };
    Task *task = new_task(loop, close_with_the_dead, NULL);
    CHECK_INT(loop_run_until_complete(loop, task, &value), 0);
    task_release(task);
    kills = 0;
    loop_free(loop);
    process_free(value.p);
    CHECK_INT(kills, 0);
}

/* ---- One that does not obey ---- */
static int insist(void *arg, Value *result)
{
    Process *process = shell("trap '' TERM; echo ready; while read line;"
                             " do echo still here; done", &all_pipes);
    expect_line(process, "ready");
    for (int i = 0; i < 3; i++) {
        CHECK_INT(process_terminate(process), 0);
        CHECK_INT(writer_write(process_stdin(process), "\n", 1), 0);
        expect_line(process, "still here");
    }
    CHECK(!has_ended(process));
    CHECK_INT(process_kill(process), 0);
    expect_end(process, -SIGKILL);
    return 0;
}

TEST_LIMIT(60, one_that_ignores_sigterm_can_be_killed)
{
    live(insist, NULL);
}

static int clean_up(void *arg, Value *result)
{
    Process *process = shell("trap 'echo clean; exit 9' TERM; echo ready;"
                             " while :; do read line; done", &all_pipes);
    expect_line(process, "ready");
    CHECK_INT(process_terminate(process), 0);
    expect_line(process, "clean");
    expect_end(process, 9);
    return 0;
}

TEST_LIMIT(60, one_that_catches_sigterm_may_clean_up)
{
    live(clean_up, NULL);
}

/* ---- Stopped ---- */
static void expect_change(Process *process, int signo, int change)
{
    siginfo_t info;
    CHECK_INT(process_send_signal(process, signo), 0);
    CHECK_INT(waitid(P_PID, (id_t)process_pid(process), &info,
                     change | WNOWAIT), 0);
    pause_turns(10);    /* SIGCHLD has come */
    CHECK(!has_ended(process));
}

static int stop_and_go_on(void *arg, Value *result)
{
    Process *process = start_cat();
    expect_change(process, SIGSTOP, WSTOPPED);
    expect_change(process, SIGCONT, WCONTINUED);
    writer_close(process_stdin(process));
    expect_end(process, 0);
    process = start_cat();
    expect_change(process, SIGSTOP, WSTOPPED);
    CHECK_INT(process_kill(process), 0);
    expect_end(process, -SIGKILL);
    process = start_cat();
    pid_t pid = process_pid(process);
    expect_change(process, SIGSTOP, WSTOPPED);
    process_free(process);
    until_nobody(pid);
    return 0;
}

TEST_LIMIT(60, one_that_is_stopped_has_not_ended)
{
    live(stop_and_go_on, NULL);
}

/* ---- What it inherits of them ---- */
static int die_of_a_pipe(void *arg, Value *result)
{
    expect_end(shell("kill -PIPE $$; exit 3", NULL), -SIGPIPE);
    expect_end(shell("yes | true; exit 4", NULL), 4);    /* yes ends, too */
    expect_end(shell("trap '' PIPE; kill -PIPE $$; exit 5", NULL), 5);
    return 0;
}

TEST_LIMIT(60, sigpipe_does_in_the_child_what_it_does_by_default)
{
    signal(SIGPIPE, SIG_IGN);
    live(die_of_a_pipe, NULL);
    CHECK(signal(SIGPIPE, SIG_DFL) == SIG_IGN);
}

/* ---- All at once ---- */
static int kill_many(void *arg, Value *result)
{
    enum { MANY = 50 };
    Process *processes[MANY];
    for (int i = 0; i < MANY; i++)
        processes[i] = start_cat();
    for (int i = 0; i < MANY; i++)
        CHECK_INT(process_send_signal(processes[i],
                                      i % 2 ? SIGTERM : SIGKILL), 0);
    for (int i = 0; i < MANY; i++)
        expect_end(processes[i], i % 2 ? -SIGTERM : -SIGKILL);
    return 0;
}

TEST_LIMIT(120, one_sigchld_may_stand_for_several)
{
    live(kill_many, NULL);
}
