/* process_inside.h - the process, as its own files see it. */
#ifndef PROCESS_INSIDE_H
#define PROCESS_INSIDE_H

#include "../10_streams/stream_inside.h"
#include "process.h"

/* ---- A conversation ---- */
/* Lies in the frame of process_communicate(). */
typedef struct Talk {
    Process *process;            /* NULL: it was freed meanwhile */
    struct Talk *next, **where;
    const char *input;
    size_t length;
} Talk;

/* ---- The process ---- */
/* It is in the list of its loop from its start until it was reaped. */
struct Process {
    Loop *loop;                  /* retained */
    unsigned references;         /* the program's, and the list's */
    pid_t pid, parent;           /* parent: who started it */
    bool is_over;                /* reaped: the pid may be another's */
    int returncode;
    WaitList waiters, woken;     /* those woken may outlive it */
    Talk *talks;
    StreamWriter *input;         /* these are owned; NULL: no pipe */
    StreamReader *output, *error;
    Process *next, **where;
    Origin origin;               /* where it was started */
};

void process_release(Process *);
int process_refusal(Process *);  /* E_RUNTIME: not in a task of its loop */

/* ---- Children of a loop ---- */
/* Before the first one starts: from then on ends are heard of. */
int family_prepare(Loop *);
void family_add(Process *);

/* ---- Starting ---- */
/* The child's end of each, and ours, during the start. */
typedef struct Ends {
    int child[3];                /* above 2; or SUBPROCESS_..., but no PIPE */
    bool is_ours[3];             /* to close afterwards */
    int pipe[3];                 /* our ends; -1: no pipe */
} Ends;

int ends_open(Ends *, const SubprocessOptions *);
void ends_close(Ends *);         /* all that nobody has taken over */

/* What posix_spawn() says. */
int process_spawn(const char *path, char *const argv[],
                  const SubprocessOptions *, Ends *, pid_t *);

#endif
