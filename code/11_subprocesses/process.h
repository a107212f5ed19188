/* process.h - children: other programs, and the pipes to them.
 *
 * The counterpart of asyncio.create_subprocess_exec() and asyncio's Process. */
#ifndef PROCESS_H
#define PROCESS_H

#include <sys/types.h>

#include "../10_streams/streams.h"

/* ---- Processes ---- */
typedef struct Process Process;

/* What a child's input, output or error is. */
enum {
    SUBPROCESS_INHERIT = 0,     /* that of this process */
    SUBPROCESS_PIPE = -1,
    SUBPROCESS_STDOUT = -2,     /* of `error`: where its output goes */
    SUBPROCESS_DEVNULL = -3
};

typedef struct SubprocessOptions {
    int input, output, error;   /* one of those, or a descriptor > 0 */
    const char *cwd;            /* NULL: this process's */
    char *const *env;           /* NULL: this process's */
    bool start_new_session;
    size_t limit;               /* of its readers; 0: STREAM_LIMIT */
} SubprocessOptions;

/* ---- Starting ---- */
/* asyncio.create_subprocess_exec().  argv ends with NULL; argv[0] without a
 * slash is looked up in this process's PATH.  Returns what exec says: ENOENT,
 * EACCES and so on; also for cwd.  EBADF.  E_VALUE: no such option, or no
 * program.  ENOSYS: this system cannot do what an option wants.  E_RUNTIME: not
 * in a task. */
SUSPENDS int async_create_subprocess_exec(char *const argv[],
                                          const SubprocessOptions *,
                                          Process **);

/* asyncio.create_subprocess_shell(): /bin/sh -c command. */
SUSPENDS int async_create_subprocess_shell(const char *command,
                                           const SubprocessOptions *,
                                           Process **);

/* Closes its pipes.  One that still runs is killed, and reaped when it is dead.
 * Tasks that wait for it go with E_RUNTIME.  NULL is ignored. */
void process_free(Process *);

/* ---- Its end ---- */
/* process.wait(): until it has ended, whatever becomes of its pipes.  Any
 * number of tasks, any number of times.  *returncode (which may be NULL): its
 * exit status; -N: it was killed by signal N; 255: somebody else has reaped
 * it. */
SUSPENDS int process_wait(Process *, int *returncode);

/* process.returncode.  false: it runs, as far as the loop knows. */
bool process_returncode(Process *, int *returncode);

/* ---- Talking to it ---- */
typedef struct Bytes {
    char *data;                 /* free() it; a NUL follows */
    size_t length;
} Bytes;

/* process.communicate(): writes the input and closes that pipe, reads both
 * others to their ends at the same time, and waits for it.  Any size.  What is
 * no pipe gives {NULL, 0}; either may be NULL.  That the child does not read
 * all of its input is no error.  Cancelled, or under a timeout: it runs on, and
 * what was read stays in its readers.  ENOMEM. */
SUSPENDS int process_communicate(Process *, const void *input, size_t length,
                                 Bytes *output, Bytes *error);

/* Borrowed; NULL unless it is a pipe. */
StreamWriter *process_stdin(Process *);
StreamReader *process_stdout(Process *);
StreamReader *process_stderr(Process *);

/* ---- Signals ---- */
/* process.send_signal().  ESRCH: it has ended, and nobody else gets it either.
 * EINVAL: no such signal.  EPERM. */
int process_send_signal(Process *, int signo);
int process_terminate(Process *);    /* SIGTERM: it may clean up */
int process_kill(Process *);         /* SIGKILL */
pid_t process_pid(Process *);

#endif
