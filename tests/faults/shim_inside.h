/* shim_inside.h - which call fails, for the files of the shim. */
#ifndef SHIM_INSIDE_H
#define SHIM_INSIDE_H

#include "shim.h"

/* ---- Which ---- */
enum {
    ACCEPT, BIND, CLOSE, CONNECT, CONNECT_PATH, DUPFD, FCNTL, FORK, FSTAT,
    GETADDRINFO, GETPEERNAME, GETSOCKNAME, GETSOCKOPT, KILL, LISTEN, LSTAT,
    PIPE, POSIX_SPAWNP, PTHREAD_CREATE, READ, RECV, RECVFROM, SELECT, SEND,
    SENDTO, SETSOCKOPT, SHUTDOWN, SIGACTION, SOCKET, SOCKETPAIR, STAT, UNLINK,
    WAITPID, WRITE, N_CALLS
};

/* ---- Deciding ---- */
/* The error that this call fails with; 0: none.  Ask only for a call that can
 * fail so: others do not count. */
int due(int index);

int planned(void);            /* the error that some call will fail with */
int has_failed(int error);    /* it has: returns -1, with errno */
void note_bad_close(void);

/* ---- The real ones ---- */
/* *function: the one below that of the shim. */
void find(void *function, const char *name);

/* The real one; found before the error is looked at, which it may change. */
#define NEXT(name) \
    static __typeof__(&name) next; \
    if (next == NULL) \
        find(&next, #name)

/* Those that fail before they have done anything. */
#define PLAIN(INDEX, type, name, parameters, arguments) \
    type name parameters \
    { \
        NEXT(name); \
        int error = due(INDEX); \
        return error != 0 ? has_failed(error) : next arguments; \
    }

#endif
