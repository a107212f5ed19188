/* What async_main() makes of the end of a run: an exit status, and a line, as
 * the interpreter does of what asyncio.run() raises. */
#include <sys/wait.h>
#include <unistd.h>

#include "runners.h"

/* ---- async_main() ---- */
/* Its exit status in a process of its own, and what that wrote to stderr. */
static int status_of(CoroFn *function, char text[200])
{
    int both[2], status;
    CHECK_INT(pipe(both), 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        dup2(both[1], 2);
        _exit(async_main(function, NULL));
    }
    close(both[1]);
    size_t length = 0;
    for (ssize_t n = 1; n > 0; length += (size_t)n) {
        n = read(both[0], text + length, 199 - length);
        CHECK(n >= 0);
    }
    text[length] = '\0';
    close(both[0]);
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int be_interrupted(void *arg, Value *result)
{
    interrupt_self(NULL);
    return async_sleep(INFINITY);
}

static int fail_with_refused(void *arg, Value *result)
{
    return ECONNREFUSED;
}

static void check_main(CoroFn *function, int status, int error)
{
    char text[200], wanted[200];
    CHECK_INT(status_of(function, text), status);
    snprintf(wanted, sizeof wanted, "%s: %s\n", error_name(error),
             error_message(error));
    CHECK_STR(text, error == 0 ? "" : wanted);
}

TEST(async_main_returns_the_exit_status)
{
    check_main(return_seven, 0, 0);
    check_main(fail_with_refused, 1, ECONNREFUSED);
    check_main(be_interrupted, 130, E_KEYBOARD_INTERRUPT);
}
