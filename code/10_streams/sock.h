/* sock.h - sockets, as tasks use them: below all streams.
 *
 * The counterpart of asyncio's loop.sock_* methods.  Each works in a task of
 * this loop, on a socket that is non-blocking; E_VALUE: it is not; E_RUNTIME:
 * not in such a task, or another task waits for the same socket in the same
 * direction.  All try first, and wait only where they would block; cancelled
 * while it waits, a call has moved no bytes but those it says. */
#ifndef SOCK_H
#define SOCK_H

#include <sys/socket.h>

#include "../05_tasks/task.h"

/* ---- Connections ---- */
/* loop.sock_recv(): 0 and *got bytes; 0 bytes: the peer has ended.  Or an errno
 * value. */
SUSPENDS int loop_sock_recv(Loop *, int fd, void *buffer, size_t size,
                            size_t *got);

/* loop.sock_sendall(): returns when the system has taken all.  Cancelled, or
 * failed: some of it may have gone. */
SUSPENDS int loop_sock_sendall(Loop *, int fd, const void *data,
                               size_t length);

/* loop.sock_connect(), loop.sock_accept(): the connection is non-blocking, and
 * yours to close. */
SUSPENDS int loop_sock_connect(Loop *, int fd, const struct sockaddr *,
                               socklen_t);
SUSPENDS int loop_sock_accept(Loop *, int fd, int *connection);

/* ---- Datagrams ---- */
/* loop.sock_recvfrom(), loop.sock_sendto().  What does not fit in `size` is
 * lost, as in recvfrom(); the addresses may be NULL. */
SUSPENDS int loop_sock_recvfrom(Loop *, int fd, void *buffer, size_t size,
                                size_t *got, struct sockaddr *, socklen_t *);
SUSPENDS int loop_sock_sendto(Loop *, int fd, const void *data, size_t length,
                              const struct sockaddr *, socklen_t);

#endif
