/* sock.c - sockets, as tasks use them: try, and wait if it would block. */
#include "sock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "fd_inside.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

/* ---- Refusing ---- */
static int refusal(Loop *loop, int fd)
{
    if (task_current == NULL || task_current->future.loop != loop)
        return E_RUNTIME;
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0)
        return errno;
    return flags & O_NONBLOCK ? 0 : E_VALUE;
}

/* After a call that failed: 0 when it is worth another try. */
static SUSPENDS int wait_for(Loop *loop, int fd, int which)
{
    FdWatch watch = { .loop = loop, .fd = fd, .which = which };
    FdWait wait = { .watch = &watch };
    if (errno == EINTR)
        return 0;
    return fd_would_block(errno) ? fd_wait(&wait) : errno;
}

/* ---- Receiving ---- */
SUSPENDS int loop_sock_recvfrom(Loop *loop, int fd, void *buffer, size_t size,
                                size_t *got, struct sockaddr *from,
                                socklen_t *length)
{
    socklen_t room = length != NULL ? *length : 0;
    *got = 0;
    int err = refusal(loop, fd);
    while (err == 0) {
        if (length != NULL)
            *length = room;
        ssize_t n = recvfrom(fd, buffer, size, 0, from, length);
        if (n >= 0) {
            *got = (size_t)n;
            return 0;
        }
        err = wait_for(loop, fd, READER);
    }
    return err;
}

SUSPENDS int loop_sock_recv(Loop *loop, int fd, void *buffer, size_t size,
                            size_t *got)
{
    return loop_sock_recvfrom(loop, fd, buffer, size, got, NULL, NULL);
}

/* ---- Sending ---- */
SUSPENDS int loop_sock_sendall(Loop *loop, int fd, const void *data,
                               size_t length)
{
    const char *at = data;
    int err = refusal(loop, fd);
    while (err == 0 && length > 0) {
        ssize_t n = fd_send(fd, true, at, length);
        if (n < 0) {
            err = wait_for(loop, fd, WRITER);
        } else {
            at += n;
            length -= (size_t)n;
        }
    }
    return err;
}

SUSPENDS int loop_sock_sendto(Loop *loop, int fd, const void *data,
                              size_t length, const struct sockaddr *to,
                              socklen_t to_length)
{
    int err = refusal(loop, fd);
    while (err == 0) {
        if (sendto(fd, data, length, MSG_NOSIGNAL, to, to_length) >= 0)
            return 0;
        err = wait_for(loop, fd, WRITER);
    }
    return err;
}

/* ---- Accepting ---- */
/* A connection that its peer has given up meanwhile is none. */
SUSPENDS int loop_sock_accept(Loop *loop, int fd, int *connection)
{
    *connection = -1;
    int err = refusal(loop, fd);
    while (err == 0) {
        *connection = fd_accept(fd, NULL, NULL);
        if (*connection >= 0)
            return 0;
        err = errno == ECONNABORTED ? 0 : wait_for(loop, fd, READER);
    }
    return err;
}

/* ---- Connecting ---- */
static SUSPENDS int finish_connect(Loop *loop, int fd)
{
    FdWatch watch = { .loop = loop, .fd = fd, .which = WRITER };
    FdWait wait = { .watch = &watch };
    int failure = 0;
    int err = fd_wait(&wait);
    if (err == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure,
                               &(socklen_t){ sizeof failure }) < 0)
        err = errno;
    return err != 0 ? err : failure;
}

/* A Unix socket whose queue is full says EAGAIN, and nobody tells when there is
 * room: so it is tried again and again, more and more seldom. */
SUSPENDS int loop_sock_connect(Loop *loop, int fd, const struct sockaddr *to,
                               socklen_t length)
{
    double delay = 1e-3;
    int err = refusal(loop, fd);
    while (err == 0) {
        if (connect(fd, to, length) == 0)
            return 0;
        if (errno == EINPROGRESS || errno == EINTR)
            return finish_connect(loop, fd);
        if (errno != EAGAIN || to->sa_family != AF_UNIX)
            return errno;
        err = async_sleep(delay);
        delay = delay < 0.1 ? 2 * delay : delay;
    }
    return err;
}
