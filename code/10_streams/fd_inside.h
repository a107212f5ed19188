/* fd_inside.h - descriptors, and tasks that wait for one. */
#ifndef FD_INSIDE_H
#define FD_INSIDE_H

#include <sys/socket.h>
#include <sys/types.h>

#include "../05_tasks/task_inside.h"

/* ---- Getting one ready ---- */
/* Non-blocking, and closed by exec.  0 or an errno value. */
int fd_prepare(int fd);
int fd_set_blocking(int fd, bool is_blocking);

/* The same for a new socket, with no delay of small packets.  -1: errno. */
int fd_open_socket(int family, int type, int protocol);
int fd_accept(int listener, struct sockaddr *peer, socklen_t *length);

static inline bool fd_would_block(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/* Between a descriptor's creation and its being closed by exec no other thread
 * may start a program, which would inherit it. */
void fd_creation_begin(void);
void fd_creation_end(void);

/* ---- Moving bytes ---- */
/* As read() and write(), but no SIGPIPE comes of it. */
ssize_t fd_receive(int fd, bool is_socket, void *to, size_t size);
ssize_t fd_send(int fd, bool is_socket, const void *from, size_t length);

/* ---- Watching one ---- */
/* Where tasks wait for the same descriptor again and again, it stays watched
 * between their waits, and its watch rests: to give it up and take it up anew
 * costs more.  If it is ready while it rests, it is given up. */
typedef struct FdWatch {
    Loop *loop;
    int fd, which;           /* READER or WRITER */
    bool is_on, may_rest;
} FdWatch;

void fd_watch_end(FdWatch *);    /* before the descriptor is closed */

/* ---- Waiting for one ---- */
typedef struct FdWait {
    Parked parked;           /* first */
    FdWatch *watch;          /* NULL: for something else */
    bool is_ready;           /* the descriptor was: that is why it woke */
    bool is_abandoned;       /* whoever it waited with is gone */
    struct FdWait **slot;    /* where its owner knows it; NULL: nowhere */
} FdWait;

/* Until the descriptor is ready, or somebody wakes it.  E_RUNTIME: another task
 * waits for the same; or it was abandoned, and the watch may be gone. */
SUSPENDS int fd_wait(FdWait *);
void fd_wake(FdWait *);

#endif
