/* The rules behind CPython's own tests of how children end: each test here
 * names the one it was read from, in test_subprocess.py. */
#include "children.h"

/* ---- Helpers ---- */
static int wait_for_it(void *process, Value *result)
{
    int returncode = 1000;
    int err = process_wait(process, &returncode);
    result->i = returncode;
    return err;
}

/* CPython's PROGRAM_BLOCKED. */
static Process *start_blocked(void)
{
    return exec(ARGV("sleep", "3600"), NULL);
}

/* ---- Its end ---- */
static int main_of_proc_exited(void *arg, Value *result)
{
    int returncode;
    Process *process = shell("exit 6", NULL);
    CHECK_INT(end_of(process), 6);
    CHECK(process_returncode(process, &returncode));
    CHECK_INT(returncode, 6);
    CHECK_STR(error_name(process_send_signal(process, SIGTERM)),
              "ProcessLookupError");
    CHECK_STR(error_name(process_terminate(process)), "ProcessLookupError");
    CHECK_STR(error_name(process_kill(process)), "ProcessLookupError");
    process_free(process);
    return 0;
}

TEST_LIMIT(60, proc_exited)    /* CPython: test_proc_exited */
{
    live(main_of_proc_exited, NULL);
}

static int main_of_shell(void *arg, Value *result)
{
    expect_end(shell("exit 7", NULL), 7);
    return 0;
}

TEST_LIMIT(60, a_shell)    /* CPython: test_shell */
{
    live(main_of_shell, NULL);
}

static int main_of_new_session(void *arg, Value *result)
{
    SubprocessOptions options = { .start_new_session = true };
    expect_end(shell("exit 8", &options), 8);
    return 0;
}

TEST_LIMIT(60, start_new_session)    /* CPython: test_start_new_session */
{
    live(main_of_new_session, NULL);
}

/* ---- Signals ---- */
static int main_of_kill(void *arg, Value *result)
{
    Process *process = start_blocked();
    CHECK_INT(process_kill(process), 0);
    expect_end(process, -SIGKILL);
    return 0;
}

TEST_LIMIT(60, kill_it)    /* CPython: test_kill */
{
    live(main_of_kill, NULL);
}

/* Its own child keeps the pipe open. */
static int main_of_issue43884(void *arg, Value *result)
{
    SubprocessOptions options = { .output = SUBPROCESS_PIPE };
    Process *process = shell("sleep 1000 & echo $!; wait", &options);
    pid_t grandchild = (pid_t)read_number(process);
    CHECK_INT(process_kill(process), 0);
    CHECK_INT(end_of(process), -SIGKILL);
    CHECK_INT(kill(grandchild, SIGKILL), 0);
    expect_line(process, "");
    process_free(process);
    return 0;
}

TEST_LIMIT(60, kill_issue43884)    /* CPython: test_kill_issue43884 */
{
    live(main_of_issue43884, NULL);
}

static int main_of_terminate(void *arg, Value *result)
{
    Process *process = start_blocked();
    CHECK_INT(process_terminate(process), 0);
    expect_end(process, -SIGTERM);
    return 0;
}

TEST_LIMIT(60, terminate_it)    /* CPython: test_terminate */
{
    live(main_of_terminate, NULL);
}

static int main_of_send_signal(void *arg, Value *result)
{
    SubprocessOptions options = { .output = SUBPROCESS_PIPE };
    Process *process = shell("echo sleeping; exec sleep 3600", &options);
    expect_line(process, "sleeping");
    CHECK_INT(process_send_signal(process, SIGHUP), 0);
    expect_end(process, -SIGHUP);
    return 0;
}

TEST_LIMIT(60, send_signal)    /* CPython: test_send_signal */
{
    live(main_of_send_signal, NULL);
}

static int main_of_send_signal_race(void *arg, Value *result)
{
    for (int i = 0; i < 10; i++) {
        Process *process = exec(ARGV("true"), NULL);
        rest(i * 0.0005);
        int err = process_send_signal(process, SIGUSR1);
        CHECK(err == 0 || err == ESRCH);
        int returncode = end_of(process);
        CHECK(returncode == 0 || returncode == -SIGUSR1);
        CHECK(err == 0 || returncode == 0);
        process_free(process);
    }
    return 0;
}

TEST_LIMIT(60, send_signal_race)    /* CPython: test_subprocess_send_... */
{
    live(main_of_send_signal_race, NULL);
}

/* ---- Cancelled ---- */
static void cancel(void *task)
{
    task_cancel(task);
}

static int main_of_cancel_wait(void *arg, Value *result)
{
    Process *process = start_blocked();
    Task *task = begin(wait_for_it, process);
    CHECK(loop_call_soon(async_get_running_loop(), cancel, task) != 0);
    CHECK_INT(await(task, NULL), E_CANCELLED);
    task_cancel(task);
    task_release(task);
    CHECK_INT(process_kill(process), 0);
    expect_end(process, -SIGKILL);
    return 0;
}

TEST_LIMIT(60, cancel_process_wait)    /* CPython: test_cancel_process_wait */
{
    live_in_order(main_of_cancel_wait, NULL);
}

/* To create one never suspends here: a cancellation comes before it or after
 * it, and then whoever made it frees it. */
typedef struct Made {
    pid_t pid;
    bool has_begun;
} Made;

static int make_and_wait(void *arg, Value *result)
{
    Made *made = arg;
    made->has_begun = true;
    Process *process = start_blocked();
    made->pid = process_pid(process);
    int err = process_wait(process, NULL);
    process_free(process);
    return err;
}

static int main_of_cancel_make(void *arg, Value *result)
{
    Made made = { 0 };
    Task *task = begin(make_and_wait, &made);
    CHECK(loop_call_soon(async_get_running_loop(), cancel, task) != 0);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK(made.has_begun);
    until_nobody(made.pid);
    return 0;
}

TEST_LIMIT(60, cancel_make_subprocess_transport_exec)    /* CPython: the same */
{
    live_in_order(main_of_cancel_make, NULL);
}

static int main_of_cancel_post_init(void *arg, Value *result)
{
    Made made = { 0 };
    Task *task = begin(make_and_wait, &made);
    task_cancel(task);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK_INT(made.pid, 0);    /* it has not begun */
    return 0;
}

TEST_LIMIT(60, cancel_post_init)    /* CPython: test_cancel_post_init */
{
    live_in_order(main_of_cancel_post_init, NULL);
}

/* ---- Closed ---- */
static int main_of_close_kill_running(void *arg, Value *result)
{
    Process *process = start_blocked();
    pid_t pid = process_pid(process);
    CHECK(!has_ended(process));
    process_free(process);
    until_nobody(pid);
    return 0;
}

TEST_LIMIT(60, close_kill_running)    /* CPython: test_close_kill_running */
{
    live(main_of_close_kill_running, NULL);
}

/* Somebody else has reaped it: it is freed, and nobody is signalled in vain
 * who could be a stranger. */
static int main_of_close_finished(void *arg, Value *result)
{
    int status;
    Process *process = start_blocked();
    CHECK_INT(process_kill(process), 0);
    CHECK_INT(waitpid(process_pid(process), &status, 0), process_pid(process));
    CHECK(!has_ended(process));
    until_ended(process);
    CHECK_INT(end_of(process), 255);
    CHECK_INT(process_kill(process), ESRCH);
    process_free(process);
    return 0;
}

TEST_LIMIT(60, close_dont_kill_finished)    /* CPython: the same name */
{
    Loop *loop = real_loop();
    loop_set_exception_handler(loop, silence, NULL);
    CHECK_INT(run(loop, main_of_close_finished, NULL), 0);
    loop_free(loop);
}

/* ---- Not started ---- */
static int main_of_popen_error(void *how, Value *result)
{
    CHECK_STR(error_name(refusal_of(ARGV("/no/such/program"), how)),
              "FileNotFoundError");
    return 0;
}

TEST_LIMIT(60, popen_error)    /* CPython: test_popen_error */
{
    live(main_of_popen_error, NULL);
}

TEST_LIMIT(60, popen_error_with_stdin_pipe)    /* CPython: the same name */
{
    live(main_of_popen_error, (void *)&input_pipe);
}

static int main_of_exec_with_path(void *arg, Value *result)
{
    expect_end(exec(ARGV("true"), NULL), 0);
    expect_end(exec(ARGV("/bin/sh", "-c", "exit 2"), NULL), 2);
    return 0;
}

TEST_LIMIT(60, create_subprocess_exec_with_path)    /* CPython: the same name */
{
    live(main_of_exec_with_path, NULL);
}

/* ---- All that becomes of one ---- */
static StreamReader *readers[2];

static int read_to_its_end(void *index, Value *result)
{
    static const char *const wanted[2] = { "stdout", "stderr" };
    static const char *const names[2] = { "lost1", "lost2" };
    int i = *(int *)index;
    Bytes bytes;
    CHECK_INT(reader_read_all(readers[i], &bytes.data, &bytes.length), 0);
    expect_bytes(&bytes, wanted[i]);
    tell(names[i]);
    return 0;
}

static int hear_of_its_end(void *process, Value *result)
{
    CHECK_INT(end_of(process), 0);
    tell("exited");
    return 0;
}

/* In whatever order. */
static int main_of_protocol_events(void *arg, Value *result)
{
    SubprocessOptions options = { .output = SUBPROCESS_PIPE,
                                  .error = SUBPROCESS_PIPE };
    Process *process = shell("printf stdout; printf stderr >&2", &options);
    readers[0] = process_stdout(process);
    readers[1] = process_stderr(process);
    CHECK_INT(async_gather_calls(CALLS({ read_to_its_end, &(int){ 0 } },
                                       { read_to_its_end, &(int){ 1 } },
                                       { hear_of_its_end, process }),
                                 NULL, 0), 0);
    CHECK(strstr(story, "lost1") && strstr(story, "lost2") &&
          strstr(story, "exited"));
    expect_end(process, 0);
    return 0;
}

TEST_LIMIT(60, protocol_events)    /* CPython: test_subprocess_protocol_... */
{
    live(main_of_protocol_events, NULL);
}
