/* fd.c - descriptors that do not block, and tasks that wait for them. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fd_inside.h"

/* ---- Getting one ready ---- */
int fd_set_blocking(int fd, bool is_blocking)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0)
        return errno;
    flags = is_blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
    return fcntl(fd, F_SETFL, flags) < 0 ? errno : 0;
}

int fd_prepare(int fd)
{
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
        return errno;
    return fd_set_blocking(fd, false);
}

int fd_open_socket(int family, int type, int protocol)
{
    int fd = socket(family, type, protocol);
    int err = fd < 0 ? errno : fd_prepare(fd);
    if (err == 0 && type == SOCK_STREAM && family != AF_UNIX)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
#ifdef SO_NOSIGPIPE
    if (err == 0)
        setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &(int){ 1 }, sizeof(int));
#endif
    if (err == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    errno = err;
    return -1;
}

/* ---- No SIGPIPE ---- */
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0    /* macOS: SO_NOSIGPIPE does it there */
#endif

/* A pipe has no option against it: the signal is held back, and fetched.  One
 * that was pending before stays so. */
static ssize_t write_quietly(int fd, const void *from, size_t length)
{
    sigset_t pipe_set, pending, before;
    int signo;
    sigemptyset(&pipe_set);
    sigaddset(&pipe_set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_set, &before);
    sigpending(&pending);
    ssize_t sent = write(fd, from, length);
    int err = errno;
    if (sent < 0 && err == EPIPE && !sigismember(&pending, SIGPIPE)) {
        sigpending(&pending);
        if (sigismember(&pending, SIGPIPE))
            sigwait(&pipe_set, &signo);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = err;
    return sent;
}

/* ---- Moving bytes ---- */
ssize_t fd_receive(int fd, bool is_socket, void *to, size_t size)
{
    return is_socket ? recv(fd, to, size, 0) : read(fd, to, size);
}

ssize_t fd_send(int fd, bool is_socket, const void *from, size_t length)
{
    return is_socket ? send(fd, from, length, MSG_NOSIGNAL)
                     : write_quietly(fd, from, length);
}

/* ---- Waiting for one ---- */
void fd_unwatch(FdWait *wait)
{
    if (!wait->is_watching)
        return;
    wait->is_watching = false;
    if (wait->which == READER)
        loop_remove_reader(wait->loop, wait->fd);
    else
        loop_remove_writer(wait->loop, wait->fd);
}

static void is_ready(void *arg)
{
    FdWait *wait = arg;
    fd_unwatch(wait);
    wait->is_ready = true;
    task_unpark(&wait->parked);
}

static void forget(Parked *parked)
{
    FdWait *wait = (FdWait *)parked;
    if (wait->slot != NULL)
        *wait->slot = NULL;
}

static const ParkedKind read_kind = { .what = "a read", .forget = forget };
static const ParkedKind write_kind = { .what = "a write", .forget = forget };

/* ---- Parking ---- */
static bool is_taken(Loop *loop, int fd, int which)
{
    Watches *watches = &loop->watches;
    return fd >= 0 && fd < watches->capacity &&
           watches->by_fd[fd].calls[which].callback != NULL;
}

static int watch(FdWait *wait)
{
    if (is_taken(wait->loop, wait->fd, wait->which))
        return E_RUNTIME;
    int err = wait->which == READER
                  ? loop_add_reader(wait->loop, wait->fd, is_ready, wait)
                  : loop_add_writer(wait->loop, wait->fd, is_ready, wait);
    wait->is_watching = err == 0;
    return err;
}

static SUSPENDS int park(FdWait *wait)
{
    if (wait->slot != NULL)
        *wait->slot = wait;
    int err = task_park(&wait->parked);
    if (wait->is_abandoned)
        return E_RUNTIME;
    fd_unwatch(wait);
    if (wait->slot != NULL)
        *wait->slot = NULL;
    return err;
}

SUSPENDS int fd_wait(FdWait *wait, Loop *loop, int fd, int which)
{
    wait->parked.kind = which == READER ? &read_kind : &write_kind;
    wait->loop = loop;
    wait->fd = fd;
    wait->which = which;
    wait->is_watching = wait->is_ready = wait->is_abandoned = false;
    int err = watch(wait);
    return err != 0 ? err : park(wait);
}

SUSPENDS int fd_wait_unwatched(FdWait *wait, Loop *loop)
{
    wait->parked.kind = &read_kind;
    wait->loop = loop;
    wait->is_watching = wait->is_ready = wait->is_abandoned = false;
    return park(wait);
}
