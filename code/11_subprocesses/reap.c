/* reap.c - children die, and are reaped: each of ours once, no other's ever.
 *
 * A pid is the child's until waitpid() has returned it.  That happens here, in
 * the loop's thread, and `is_over` is set at once: so a signal never reaches a
 * process that is not ours. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../03_futures/report.h"
#include "process_inside.h"

/* ---- All of a loop ---- */
typedef struct Family {
    LoopLocal local;     /* first */
    Process *first;
} Family;

static const char family_key;

static void join(Family *family, Process *process)
{
    process->where = &family->first;
    process->next = family->first;
    if (process->next != NULL)
        process->next->where = &process->next;
    family->first = process;
}

static void leave(Process *process)
{
    *process->where = process->next;
    if (process->next != NULL)
        process->next->where = process->where;
}

/* ---- One has ended ---- */
static void end(Process *process, int returncode)
{
    process->is_over = true;
    process->returncode = returncode;
    while (waitlist_wake_into(&process->waiters, &process->woken))
        continue;
    loop_unhold(process->loop);
    leave(process);
    process_release(process);
}

static void end_unknown(Process *process)
{
    ErrorContext context = { .message = "A child was reaped by somebody else",
                             .error = ECHILD };
    Loop *loop = process->loop;
    end(process, 255);
    loop_call_exception_handler(loop, &context);
}

/* Unless it runs. */
static void reap(Process *process, int flags)
{
    int status;
    pid_t pid;
    do {
        pid = waitpid(process->pid, &status, flags);
    } while (pid < 0 && errno == EINTR);
    if (pid < 0)
        end_unknown(process);
    else if (pid > 0)
        end(process, WIFSIGNALED(status) ? -WTERMSIG(status)
                                         : WEXITSTATUS(status));
}

/* ---- On SIGCHLD ---- */
/* One signal may stand for several children. */
static void look(void *arg)
{
    Family *family = arg;
    for (Process *process = family->first, *next; process != NULL;
         process = next) {
        next = process->next;
        reap(process, WNOHANG);
    }
}

/* ---- When the loop closes ---- */
/* Nobody would reap them, nor hear of them.  One that may not be killed is left
 * alone: it has taken another user's rights, or this process was forked from
 * its parent. */
static void give_up(Process *process)
{
    if (process_kill(process) == 0)
        reap(process, 0);
    else
        end(process, 255);
}

static void report_running(Loop *loop, pid_t pid, Origin origin)
{
    char message[48];
    ErrorContext context = { .message = message, .origin = origin };
    snprintf(message, sizeof message, "A process was left running: pid %ld",
             (long)pid);
    if (loop_get_debug(loop))
        loop_call_exception_handler(loop, &context);
}

static void closing(Loop *loop, LoopLocal *local)
{
    Family *family = (Family *)local;
    for (Process *process = family->first; process != NULL;
         process = process->next)
        process_kill(process);
    while (family->first != NULL) {
        Process *process = family->first;
        pid_t pid = process->pid;
        Origin origin = process->origin;
        bool is_ours = process->parent == getpid();
        give_up(process);
        if (is_ours)
            report_running(loop, pid, origin);
    }
}

/* ---- The beginning ---- */
int family_prepare(Loop *loop)
{
    if (loop_local(loop, &family_key) != NULL)
        return 0;
    Family *family = NULL;
    if (streams_of(loop) != NULL)    /* older than we: it closes later */
        family = calloc(1, sizeof *family);
    if (family == NULL)
        return ENOMEM;
    int err = loop_catch_signal(loop, SIGCHLD, look, family);
    if (err != 0) {
        free(family);
        return err;
    }
    family->local = (LoopLocal){ &family_key, closing, NULL };
    loop_local_add(loop, &family->local);
    return 0;
}

void family_add(Process *process)
{
    process->references++;
    loop_hold(process->loop);
    join((Family *)loop_local(process->loop, &family_key), process);
}
