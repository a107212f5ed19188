/* process_pool.c - workers that are processes.
 *
 * Behind each worker's thread there are two: a guard, forked when the pool is
 * made, and the runner that it forks for the jobs.  When a runner has died the
 * guard, in which no other thread holds a lock, forks another one. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "executor_inside.h"

/* ---- Messages ---- */
typedef struct Request {
    WorkFn *function;    /* NULL: there will be no more */
    void *arg;
} Request;

typedef struct Reply {
    long long error;     /* as long as the value: no gap is sent */
    Value value;
} Reply;

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0    /* macOS: the option SO_NOSIGPIPE does it there */
#endif

static bool send_all(int fd, const void *data, size_t length)
{
    const char *at = data;
    while (length > 0) {
        ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            return false;
        at += sent > 0 ? sent : 0;
        length -= sent > 0 ? (size_t)sent : 0;
    }
    return true;
}

static bool receive(int fd, void *data, size_t length)
{
    char *at = data;
    while (length > 0) {
        ssize_t got = recv(fd, at, length, 0);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        at += got > 0 ? got : 0;
        length -= got > 0 ? (size_t)got : 0;
    }
    return true;
}

static int open_pair(int pair[2])
{
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        return errno;
    for (int i = 0; i < 2; i++) {
        fcntl(pair[i], F_SETFD, FD_CLOEXEC);
#ifdef SO_NOSIGPIPE
        setsockopt(pair[i], SOL_SOCKET, SO_NOSIGPIPE, &(int){ 1 }, sizeof(int));
#endif
    }
    return 0;
}

/* ---- The runner ---- */
static void run_jobs(int fd)
{
    Request request;
    while (receive(fd, &request, sizeof request)) {
        Reply reply = { 0, { .i = 0 } };
        reply.error = request.function(request.arg, &reply.value);
        fflush(stdout);
        if (!send_all(fd, &reply, sizeof reply))
            break;
    }
}

/* ---- Forking ---- */
/* The handlers of the parent would knock at the parent's loop. */
static void reset_signals(void)
{
    for (int signo = 1; signo < 128; signo++) {
        struct sigaction action;
        if (sigaction(signo, NULL, &action) == 0 &&
            action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN)
            signal(signo, SIG_DFL);
    }
}

typedef void Body(int fd);

/* Forks a process that runs `body` with one end of a pair, and ends.  It closes
 * `other`, its parent's way to the grandparent.  0 or an errno value.  No
 * signal arrives in it before the handlers are gone. */
static int fork_with(Body *body, int other, Child *child)
{
    int pair[2], err = open_pair(pair);
    if (err != 0)
        return err;
    sigset_t before, none;
    block_signals(&before);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        reset_signals();
        sigemptyset(&none);
        pthread_sigmask(SIG_SETMASK, &none, NULL);
        close(pair[0]);
        close(other);
        body(pair[1]);
        /* lint: may call _exit: this is the child, which has no more to do */
        _exit(0);
    }
    err = pid < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(pair[1]);
    if (err != 0)
        close(pair[0]);
    else
        *child = (Child){ pid, pair[0] };
    return err;
}

/* It ends when its socket does, of which others may have a copy.  Tells how it
 * ended. */
static Reply bury(Child *child)
{
    int status = 0;
    shutdown(child->socket, SHUT_RDWR);
    close(child->socket);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    child->pid = 0;
    int how = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
    return (Reply){ ECHILD, { .i = how } };
}

/* ---- Asking a child ---- */
/* One that died while it was idle is replaced, and nobody hears of it. */
static Reply ask(Child *child, Body *body, int other, const Request *request)
{
    Reply reply;
    for (int tries = 0; tries < 2; tries++) {
        int err = child->pid == 0 ? fork_with(body, other, child) : 0;
        if (err != 0)
            return (Reply){ err, { .i = 0 } };
        if (!send_all(child->socket, request, sizeof *request))
            bury(child);
        else if (receive(child->socket, &reply, sizeof reply))
            return reply;
        else
            return bury(child);
    }
    return (Reply){ ECHILD, { .i = 0 } };
}

/* ---- The guard ---- */
/* Ctrl-C ends the runners; the guard ends with the pool. */
static void guard(int fd)
{
    Request request;
    Child runner = { 0, -1 };
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupt, NULL);
    while (receive(fd, &request, sizeof request) && request.function != NULL) {
        Reply reply = ask(&runner, run_jobs, fd, &request);
        if (!send_all(fd, &reply, sizeof reply))
            break;
    }
    if (runner.pid != 0)
        bury(&runner);
}

/* ---- The pool ---- */
static int run_there(Worker *worker, Job *job, Value *result)
{
    Request request = { job->function, job->arg };
    Reply reply = ask(&worker->child, guard, -1, &request);
    *result = reply.value;
    return (int)reply.error;
}

static void end_child(Worker *worker)
{
    Request last = { NULL, NULL };
    if (worker->child.pid == 0)
        return;
    send_all(worker->child.socket, &last, sizeof last);
    bury(&worker->child);
}

const ExecutorKind process_kind = { run_there, end_child };

/* ---- Making ---- */
/* In a thread of its own: what is forked here has no loop and no task. */
static void *fork_guards(void *arg)
{
    Executor *executor = arg;
    for (size_t i = 0; i < executor->max_workers; i++) {
        int err = fork_with(guard, -1, &executor->workers[i].child);
        if (err != 0)
            return (void *)(intptr_t)err;
    }
    return NULL;
}

static int fork_all(Executor *executor)
{
    pthread_t thread;
    void *err;
    int failure = pthread_create(&thread, NULL, fork_guards, executor);
    if (failure != 0)
        return failure;
    pthread_join(thread, &err);
    return (int)(intptr_t)err;
}

Executor *process_pool_executor_new(size_t max_workers)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (max_workers == 0)
        max_workers = cores < 1 ? 1 : (size_t)cores;
    Executor *executor = executor_new(&process_kind, max_workers);
    int err = executor != NULL ? fork_all(executor) : errno;
    if (err == 0)
        return executor;
    if (executor != NULL)
        executor_release(executor);
    errno = err;
    return NULL;
}
