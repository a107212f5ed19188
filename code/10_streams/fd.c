/* fd.c - descriptors that do not block, and tasks that wait for them. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fd_inside.h"

/* ---- Creation ---- */
static pthread_mutex_t creation = PTHREAD_MUTEX_INITIALIZER;

static void lock(void)
{
    pthread_mutex_lock(&creation);
}

static void unlock(void)
{
    pthread_mutex_unlock(&creation);
}

/* A child of fork() does not find it locked for ever. */
static void care_for_forks(void)
{
    pthread_atfork(lock, unlock, unlock);
}

void fd_creation_begin(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, care_for_forks);
    lock();
}

void fd_creation_end(void)
{
    unlock();
}

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
    fd_creation_begin();
    int fd = socket(family, type, protocol);
    int err = fd < 0 ? errno : fd_prepare(fd);
    fd_creation_end();
    if (err == 0 && type == SOCK_STREAM && family != AF_UNIX)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
    if (err == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    errno = err;
    return -1;
}

int fd_accept(int listener, struct sockaddr *peer, socklen_t *length)
{
    fd_creation_begin();
    int fd = accept(listener, peer, length);
    int err = fd < 0 ? errno : fd_prepare(fd);
    fd_creation_end();
    if (fd >= 0 && err != 0) {
        close(fd);
        fd = -1;
    }
    errno = err;
    return fd;
}

/* ---- No SIGPIPE ---- */
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0    /* macOS: there a socket is like a pipe */
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
    return is_socket && MSG_NOSIGNAL != 0
               ? send(fd, from, length, MSG_NOSIGNAL)
               : write_quietly(fd, from, length);
}

/* ---- Watching one ---- */
static int set(FdWatch *watch, Callback *callback, void *arg)
{
    int err = watch->which == READER
                  ? loop_add_reader(watch->loop, watch->fd, callback, arg)
                  : loop_add_writer(watch->loop, watch->fd, callback, arg);
    watch->is_on = watch->is_on || err == 0;
    return err;
}

void fd_watch_end(FdWatch *watch)
{
    if (!watch->is_on)
        return;
    watch->is_on = false;
    if (watch->which == READER)
        loop_remove_reader(watch->loop, watch->fd);
    else
        loop_remove_writer(watch->loop, watch->fd);
}

static void is_ready_for_nobody(void *watch)
{
    fd_watch_end(watch);
}

/* Replacing a callback also takes back what is in the ready queue.  Virtual
 * time would wait for what is watched. */
static void rest(FdWatch *watch)
{
    if (watch->may_rest && !watch->loop->is_virtual)
        set(watch, is_ready_for_nobody, watch);
    else
        fd_watch_end(watch);
}

/* Nobody else may wait there. */
static bool is_taken(FdWatch *watch)
{
    Watches *watches = &watch->loop->watches;
    return !watch->is_on && watch->fd >= 0 && watch->fd < watches->capacity &&
           watches->by_fd[watch->fd].calls[watch->which].callback != NULL;
}

/* ---- Waiting for one ---- */
static void forget(Parked *parked)
{
    FdWait *wait = (FdWait *)parked;
    if (wait->slot != NULL)
        *wait->slot = NULL;
}

static bool cancel(Parked *parked, const char *message)
{
    FdWait *wait = (FdWait *)parked;
    if (wait->watch != NULL)
        rest(wait->watch);
    task_unpark_cancelled(parked);
    return true;
}

static const ParkedKind kind = { .what = "a read or a write",
                                 .forget = forget, .cancel = cancel };

void fd_wake(FdWait *wait)
{
    if (wait->watch != NULL)
        rest(wait->watch);
    task_unpark(&wait->parked);
}

/* The loop resumes the task itself when the descriptor is ready; who wakes it
 * otherwise takes that back first, so it is in the ready queue once. */
SUSPENDS int fd_wait(FdWait *wait)
{
    FdWatch *watch = wait->watch;
    wait->parked.kind = &kind;
    wait->is_ready = wait->is_abandoned = false;
    int err = 0;
    if (watch != NULL)
        err = is_taken(watch) ? E_RUNTIME
                              : set(watch, task_wake, &task_current->waiter);
    if (err != 0)
        return err;
    if (wait->slot != NULL)
        *wait->slot = wait;
    err = task_park(&wait->parked);
    if (wait->is_abandoned) {
        if (err == E_CANCELLED)
            task_current->must_cancel = true;    /* for its next suspension */
        return E_RUNTIME;
    }
    wait->is_ready = err == 0 && wait->parked.state == PENDING;
    if (wait->is_ready)
        rest(watch);    /* else whoever woke it has done that */
    if (wait->slot != NULL)
        *wait->slot = NULL;
    return err;
}
