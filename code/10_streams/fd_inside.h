/* fd_inside.h - descriptors, and tasks that wait for one. */
#ifndef FD_INSIDE_H
#define FD_INSIDE_H

#include <sys/types.h>

#include "../05_tasks/task_inside.h"

/* ---- Getting one ready ---- */
/* Non-blocking, and closed by exec.  0 or an errno value. */
int fd_prepare(int fd);
int fd_set_blocking(int fd, bool is_blocking);

/* The same for a new socket, with no delay of small packets.  -1: errno. */
int fd_open_socket(int family, int type, int protocol);

static inline bool fd_would_block(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/* ---- Moving bytes ---- */
/* As read() and write(), but no SIGPIPE comes of it. */
ssize_t fd_receive(int fd, bool is_socket, void *to, size_t size);
ssize_t fd_send(int fd, bool is_socket, const void *from, size_t length);

/* ---- Waiting for one ---- */
typedef struct FdWait {
    Parked parked;           /* first */
    Loop *loop;
    int fd, which;           /* READER or WRITER */
    bool is_watching;
    bool is_ready;           /* the descriptor was: that is why it woke */
    bool is_abandoned;       /* whoever it waited with is gone */
    struct FdWait **slot;    /* where its owner knows it; NULL: nowhere */
} FdWait;

/* Until fd is ready, or somebody unparks it.  E_RUNTIME: another task waits for
 * the same; the owner is gone. */
SUSPENDS int fd_wait(FdWait *, Loop *, int fd, int which);

/* The same for what is fed by hand. */
SUSPENDS int fd_wait_unwatched(FdWait *, Loop *);

/* It waits on, but not for the descriptor. */
void fd_unwatch(FdWait *);

#endif
