/* calls.c - stands between the program and its C library: each function here
 * has the name of a system call, counts, and calls the real one, unless this is
 * the call that is to fail.
 *
 * Where the system does something although it fails, so does the shim: close()
 * has closed, a connect() that was interrupted goes on, the connection of
 * ECONNABORTED is gone. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shim_inside.h"

/* ---- Plain calls ---- */
PLAIN(BIND, int, bind, (int fd, const struct sockaddr *to, socklen_t length),
      (fd, to, length))
PLAIN(FORK, pid_t, fork, (void), ())
PLAIN(FSTAT, int, fstat, (int fd, struct stat *to), (fd, to))
PLAIN(GETPEERNAME, int, getpeername,
      (int fd, struct sockaddr *restrict to, socklen_t *restrict length),
      (fd, to, length))
PLAIN(GETSOCKNAME, int, getsockname,
      (int fd, struct sockaddr *restrict to, socklen_t *restrict length),
      (fd, to, length))
PLAIN(GETSOCKOPT, int, getsockopt,
      (int fd, int level, int name, void *restrict to,
       socklen_t *restrict length), (fd, level, name, to, length))
PLAIN(KILL, int, kill, (pid_t pid, int signo), (pid, signo))
PLAIN(LISTEN, int, listen, (int fd, int backlog), (fd, backlog))
PLAIN(LSTAT, int, lstat, (const char *restrict path,
      struct stat *restrict to), (path, to))
PLAIN(PIPE, int, pipe, (int ends[2]), (ends))
PLAIN(SELECT, int, select,
      (int n, fd_set *restrict readable, fd_set *restrict writable,
       fd_set *restrict failed, struct timeval *restrict timeout),
      (n, readable, writable, failed, timeout))
PLAIN(SETSOCKOPT, int, setsockopt,
      (int fd, int level, int name, const void *value, socklen_t length),
      (fd, level, name, value, length))
PLAIN(SHUTDOWN, int, shutdown, (int fd, int how), (fd, how))
PLAIN(SIGACTION, int, sigaction,
      (int signo, const struct sigaction *restrict action,
       struct sigaction *restrict before), (signo, action, before))
PLAIN(SOCKET, int, socket, (int family, int type, int protocol),
      (family, type, protocol))
PLAIN(SOCKETPAIR, int, socketpair,
      (int family, int type, int protocol, int pair[2]),
      (family, type, protocol, pair))
PLAIN(STAT, int, stat, (const char *restrict path, struct stat *restrict to),
      (path, to))
PLAIN(UNLINK, int, unlink, (const char *path), (path))

/* ---- Calls that return their error ---- */
int pthread_create(pthread_t *restrict thread,
                   const pthread_attr_t *restrict attributes,
                   void *(*function)(void *), void *restrict arg)
{
    NEXT(pthread_create);
    int error = due(PTHREAD_CREATE);
    if (error == 0)
        return next(thread, attributes, function, arg);
    has_failed(error);
    return error;
}

int posix_spawnp(pid_t *restrict pid, const char *restrict file,
                 const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *restrict attributes,
                 char *const argv[restrict], char *const env[restrict])
{
    NEXT(posix_spawnp);
    int error = due(POSIX_SPAWNP);
    if (error == 0)
        return next(pid, file, actions, attributes, argv, env);
    has_failed(error);
    return error;
}

/* Positive errors are those of the system, which it tells by EAI_SYSTEM. */
int getaddrinfo(const char *restrict host, const char *restrict service,
                const struct addrinfo *restrict hints,
                struct addrinfo **restrict list)
{
    NEXT(getaddrinfo);
    int error = due(GETADDRINFO);
    if (error == 0)
        return next(host, service, hints, list);
    has_failed(error);
    return error == EMFILE ? EAI_SYSTEM : error;
}

/* ---- Descriptors ---- */
/* Not with what is passed on as another type: the C library does the same. */
int fcntl(int fd, int command, ...)
{
    NEXT(fcntl);
    va_list list;
    va_start(list, command);
    void *arg = va_arg(list, void *);
    va_end(list);
    bool is_new = command == F_DUPFD || command == F_DUPFD_CLOEXEC;
    int error = due(is_new ? DUPFD : FCNTL);
    return error != 0 ? has_failed(error) : next(fd, command, arg);
}

static bool blocks(int fd)
{
    static int (*next)(int, int, ...);
    if (next == NULL)
        find(&next, "fcntl");
    return (next(fd, F_GETFL) & O_NONBLOCK) == 0;
}

int close(int fd)
{
    NEXT(close);
    int error = due(CLOSE), result = next(fd);
    if (result < 0 && errno == EBADF && fd >= 0)
        note_bad_close();
    return result == 0 && error != 0 ? has_failed(error) : result;
}

/* ---- Bytes ---- */
static bool can_be_late(int fd)
{
    return (planned() != EAGAIN && planned() != EWOULDBLOCK) || !blocks(fd);
}

/* Before the real call: false, if this one is to fail.  A short one changes the
 * size. */
static bool goes_on(int index, int fd, size_t *size)
{
    if (!can_be_late(fd) || (planned() == SHORT && *size < 2))
        return true;
    int error = due(index);
    if (error == 0)
        return true;
    has_failed(error);
    if (error == SHORT)
        *size = 1;
    return error == SHORT;
}

ssize_t read(int fd, void *to, size_t size)
{
    NEXT(read);
    return goes_on(READ, fd, &size) ? next(fd, to, size) : -1;
}

ssize_t recv(int fd, void *to, size_t size, int flags)
{
    NEXT(recv);
    return goes_on(RECV, fd, &size) ? next(fd, to, size, flags) : -1;
}

ssize_t recvfrom(int fd, void *restrict to, size_t size, int flags,
                 struct sockaddr *restrict from, socklen_t *restrict length)
{
    NEXT(recvfrom);
    return goes_on(RECVFROM, fd, &size)
               ? next(fd, to, size, flags, from, length) : -1;
}

ssize_t send(int fd, const void *from, size_t size, int flags)
{
    NEXT(send);
    return goes_on(SEND, fd, &size) ? next(fd, from, size, flags) : -1;
}

ssize_t sendto(int fd, const void *from, size_t size, int flags,
               const struct sockaddr *to, socklen_t length)
{
    NEXT(sendto);
    return goes_on(SENDTO, fd, &size)
               ? next(fd, from, size, flags, to, length) : -1;
}

/* One byte is a knock at a loop: it may be interrupted, but not fail, while its
 * pipe is neither full nor closed. */
ssize_t write(int fd, const void *from, size_t size)
{
    NEXT(write);
    bool is_knock = size < 2 && planned() != EINTR;
    return is_knock || goes_on(WRITE, fd, &size) ? next(fd, from, size) : -1;
}

/* ---- Connections ---- */
int accept(int fd, struct sockaddr *restrict from, socklen_t *restrict length)
{
    NEXT(accept);
    int error = 0;
    if (can_be_late(fd) && planned() != ECONNABORTED)
        error = due(ACCEPT);
    if (error != 0)
        return has_failed(error);
    int connection = next(fd, from, length);
    if (planned() != ECONNABORTED || connection < 0 || due(ACCEPT) == 0)
        return connection;
    close(connection);
    return has_failed(ECONNABORTED);
}

int connect(int fd, const struct sockaddr *to, socklen_t length)
{
    NEXT(connect);
    int error = due(to->sa_family == AF_UNIX ? CONNECT_PATH : CONNECT);
    if (error == 0)
        return next(fd, to, length);
    bool goes = error == EINTR || error == EINPROGRESS;
    if (goes && next(fd, to, length) < 0 && errno != EINPROGRESS)
        return -1;
    return has_failed(error);
}

/* ---- Children ---- */
/* ECHILD: somebody else has reaped it. */
pid_t waitpid(pid_t pid, int *status, int options)
{
    NEXT(waitpid);
    if (planned() == EINTR && due(WAITPID) != 0)
        return has_failed(EINTR);
    pid_t result = next(pid, status, options);
    if (planned() == EINTR || result <= 0)
        return result;
    int error = due(WAITPID);
    return error != 0 ? has_failed(error) : result;
}
