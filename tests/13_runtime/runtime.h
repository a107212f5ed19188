/* runtime.h - what the tests of the runtime share: children whose stderr is
 * read, loops in debug mode, and calls that stand for a main. */
#ifndef RUNTIME_H
#define RUNTIME_H

#include <sys/wait.h>

#include "../../code/13_runtime/debug.h"
#include "runners.h"

static const RunOptions virtual_run = { .virtual_time = true };

/* ---- The environment ---- */
extern char **environ;

/* The whole of it, or NULL: setenv() would leave memory behind. */
static inline void set_environment(char *setting)
{
    static char *environment[2];
    environment[0] = setting;
    environ = environment;
}

/* What somebody has set changes nothing in a test. */
static inline void forget_environment(void)
{
    unsetenv("WEFT_DEBUG");
    unsetenv("WEFT_SHUFFLE");
    unsetenv("WEFT_TRACE");
}

/* ---- Calls ---- */
typedef void Body(void);

/* A main that does what the test needs to do in a task. */
static inline int call_body(void *body, Value *result)
{
    (*(Body **)body)();
    return 0;
}

static inline void run_body(Body *body)
{
    forget_environment();
    CHECK_INT(async_run(call_body, &body, NULL), 0);
}

static inline void run_in_virtual_time(Body *body)
{
    forget_environment();
    CHECK_INT(async_run_with(call_body, &body, NULL, &virtual_run), 0);
}

/* ---- Reports ---- */
/* As Seen has them, but with the message, which may die with the report. */
typedef struct Reported {
    Seen seen;
    char message[80];    /* of the last one */
} Reported;

static inline void hear(Loop *loop, const ErrorContext *context, void *arg)
{
    Reported *reported = arg;
    see(loop, context, &reported->seen);
    snprintf(reported->message, sizeof reported->message, "%s",
             context->message);
}

/* ---- Children ---- */
typedef struct Child {
    int status;             /* as waitpid() has it */
    char text[1 << 12];     /* what it wrote to stderr */
} Child;

/* Runs the body in a process of its own, which ends with 0 after that. */
static inline void run_child(Child *child, Body *body)
{
    int both[2];
    CHECK_INT(pipe(both), 0);
    fflush(NULL);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        dup2(both[1], 2);
        close(both[0]);
        close(both[1]);
        body();
        fflush(NULL);
        _exit(0);
    }
    close(both[1]);
    size_t length = 0, room = sizeof child->text - 1;
    for (ssize_t n = 1; n > 0; length += (size_t)n) {
        n = read(both[0], child->text + length, room - length);
        CHECK(n >= 0);
    }
    child->text[length] = '\0';
    close(both[0]);
    CHECK_INT(waitpid(pid, &child->status, 0), pid);
}

static inline void check_exited(Child *child)
{
    CHECK(WIFEXITED(child->status));
    CHECK_INT(WEXITSTATUS(child->status), 0);
}

static inline void check_killed(Child *child, int signo)
{
    CHECK(WIFSIGNALED(child->status));
    CHECK_INT(WTERMSIG(child->status), signo);
}

/* ---- Descriptors ---- */
/* The lowest that is free: the same before and after, if none was left. */
static inline int lowest_free(void)
{
    int fd = dup(0);
    CHECK(fd >= 0);
    close(fd);
    return fd;
}

#endif
