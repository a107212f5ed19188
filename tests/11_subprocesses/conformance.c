/* Programs in Python about children, and what CPython prints for them: the same
 * lines, in the same order.  In real time, as there. */
#include "../../code/06_gather/gather.h"
#include "../../code/06_gather/timeout.h"
#include "../../code/11_subprocesses/process.h"
#include "../05_tasks/python.h"

/* ---- Helpers ---- */
#define ARGV(...) ((char *[]){ __VA_ARGS__, NULL })

/* What asyncio.run() does. */
static void run_for_real(CoroFn *function)
{
    Loop *loop = loop_new();
    CHECK_INT(run_in(loop, function, NULL, NULL), 0);
    loop_free(loop);
}

static Process *exec(char *const argv[], const SubprocessOptions *options)
{
    Process *process = NULL;
    CHECK_INT(async_create_subprocess_exec(argv, options, &process), 0);
    return process;
}

static Process *shell(const char *command, const SubprocessOptions *options)
{
    Process *process = NULL;
    CHECK_INT(async_create_subprocess_shell(command, options, &process), 0);
    return process;
}

static int wait_for(Process *process)
{
    int returncode;
    CHECK_INT(process_wait(process, &returncode), 0);
    return returncode;
}

static int returncode_of(Process *process)
{
    int returncode;
    CHECK(process_returncode(process, &returncode));
    return returncode;
}

/* .decode().strip() */
static const char *strip(Bytes *bytes)
{
    while (bytes->length > 0 && bytes->data[bytes->length - 1] == '\n')
        bytes->data[--bytes->length] = '\0';
    return bytes->data;
}

static const SubprocessOptions two_pipes = { .input = SUBPROCESS_PIPE,
                                             .output = SUBPROCESS_PIPE };

/* ---- subproc_02: any size, and both outputs ---- */
static char large[3000000];

static int main_of_subproc_02(void *arg, Value *result)
{
    SubprocessOptions outputs = { .output = SUBPROCESS_PIPE,
                                  .error = SUBPROCESS_PIPE };
    Bytes out, err;
    Process *p = exec(ARGV("cat"), &two_pipes);
    memset(large, 'z', sizeof large);
    CHECK_INT(process_communicate(p, large, sizeof large, &out, &err), 0);
    print("out %zu err is None: %s rc %d\n", out.length,
          truth(err.data == NULL), returncode_of(p));
    free(out.data);
    process_free(p);
    p = shell("echo out; echo err >&2; exit 4", &outputs);
    CHECK_INT(process_communicate(p, NULL, 0, &out, &err), 0);
    print("%s %s %d\n", strip(&out), strip(&err), returncode_of(p));
    free(out.data);
    free(err.data);
    process_free(p);
    return 0;
}

TEST_LIMIT(60, subproc_02_communicate_large)    /* P2 */
{
    run_for_real(main_of_subproc_02);
    CHECK_STR(printed, "out 3000000 err is None: True rc 0\n"
                       "out err 4\n");
}

/* ---- subproc_04: after the end ---- */
static void print_signal(const char *name, int err)
{
    print("%s after exit: %s\n", name,
          err == 0 ? "no error" : error_name(err));
}

static int main_of_subproc_04(void *arg, Value *result)
{
    Process *p = exec(ARGV("true"), NULL);
    print("wait %d\n", wait_for(p));
    print_signal("terminate", process_terminate(p));
    print_signal("kill", process_kill(p));
    print_signal("send_signal", process_send_signal(p, 10));
    process_free(p);
    return 0;
}

TEST_LIMIT(60, subproc_04_kill_after_exit)    /* P4 */
{
    run_for_real(main_of_subproc_04);
    CHECK_STR(printed, "wait 0\n"
                       "terminate after exit: ProcessLookupError\n"
                       "kill after exit: ProcessLookupError\n"
                       "send_signal after exit: ProcessLookupError\n");
}

/* ---- subproc_06: many who wait, and a timeout ---- */
static int waiter(void *process, Value *result)
{
    result->i = wait_for(process);
    return 0;
}

static int wait_only(void *process, Value *result)
{
    return process_wait(process, NULL);
}

static int main_of_subproc_06(void *arg, Value *result)
{
    Outcome outcomes[3];
    Process *p = exec(ARGV("sleep", "0.05"), NULL);
    CHECK_INT(async_gather_calls(CALLS({ waiter, p }, { waiter, p },
                                       { waiter, p }), outcomes, 0), 0);
    for (int n = 0; n < 3; n++)
        print("%s(%d, %lld)", n == 0 ? "[" : ", ", n, outcomes[n].value.i);
    print("]\n");
    process_free(p);
    p = exec(ARGV("sleep", "30"), NULL);
    if (async_wait_for_call(wait_only, p, 0.02, NULL) == E_TIMEOUT)
        print("wait timed out; child still running: %s\n",
              truth(!process_returncode(p, NULL)));
    CHECK_INT(process_kill(p), 0);
    print("rc %d\n", wait_for(p));
    process_free(p);
    return 0;
}

TEST_LIMIT(60, subproc_06_concurrent_waiters_and_timeout)    /* P6 */
{
    run_for_real(main_of_subproc_06);
    CHECK_STR(printed, "[(0, 0), (1, 0), (2, 0)]\n"
                       "wait timed out; child still running: True\n"
                       "rc -9\n");
}

/* ---- subproc_08: a child that does not read ---- */
static int main_of_subproc_08(void *arg, Value *result)
{
    SubprocessOptions output = { .output = SUBPROCESS_PIPE };
    Bytes out;
    Process *p = exec(ARGV("true"), &two_pipes);
    CHECK_INT(process_communicate(p, large, 1000000, &out, NULL), 0);
    print("broken pipe on stdin is ignored by communicate: %zu %d\n",
          out.length, returncode_of(p));
    free(out.data);
    process_free(p);
    p = exec(ARGV("sh", "-c", "kill -9 $$"), &output);
    CHECK_INT(process_communicate(p, NULL, 0, NULL, NULL), 0);
    print("killed by its own signal: %d\n", returncode_of(p));
    process_free(p);
    return 0;
}

TEST_LIMIT(60, subproc_08_child_ignores_stdin)    /* P8 */
{
    run_for_real(main_of_subproc_08);
    CHECK_STR(printed,
              "broken pipe on stdin is ignored by communicate: 0 0\n"
              "killed by its own signal: -9\n");
}

/* ---- subproc_10: no input ---- */
static int main_of_subproc_10(void *arg, Value *result)
{
    Bytes out;
    Process *p = shell("cat; echo end", &two_pipes);
    CHECK_INT(process_communicate(p, NULL, 0, &out, NULL), 0);
    print("communicate without input closes stdin: %s\n", strip(&out));
    free(out.data);
    process_free(p);
    return 0;
}

TEST_LIMIT(60, subproc_10_communicate_none_closes_stdin)    /* P2 */
{
    run_for_real(main_of_subproc_10);
    CHECK_STR(printed, "communicate without input closes stdin: end\n");
}

/* ---- seed_27: one line ---- */
static int main_of_seed_27(void *arg, Value *result)
{
    SubprocessOptions output = { .output = SUBPROCESS_PIPE };
    Process *p = exec(ARGV("/bin/echo", "fixed line"), &output);
    char *line;
    size_t length;
    CHECK_INT(reader_readline(process_stdout(p), &line, &length), 0);
    Bytes data = { line, length };
    print("Current line: %s\n", strip(&data));
    wait_for(p);
    process_free(p);
    return 0;
}

TEST_LIMIT(60, seed_27_subprocess_read_line)
{
    run_for_real(main_of_seed_27);
    CHECK_STR(printed, "Current line: fixed line\n");
}
