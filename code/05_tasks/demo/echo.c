/* A server that says everything back: a task for each connection. */
#include "../../01_select/demo/net.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>

#include "run.h"

/* ---- Until it is ready ---- */
typedef int Watch(Loop *, int fd, Callback *, void *arg);
typedef bool Unwatch(Loop *, int fd);

static void wake(void *future)
{
    future_set_result(future, (Value){ .p = NULL });    /* or it is done */
}

static SUSPENDS int until(int fd, Watch *watch, Unwatch *unwatch)
{
    Loop *loop = async_get_running_loop();
    Future *future = future_new(loop);
    if (future == NULL)
        return ENOMEM;
    int err = watch(loop, fd, wake, future);
    if (err == 0) {
        err = await(future, NULL);
        unwatch(loop, fd);
    }
    future_release(future);
    return err;
}

/* ---- What blocks becomes what suspends ---- */
static SUSPENDS int until_readable(int fd)
{
    return until(fd, loop_add_reader, loop_remove_reader);
}

static SUSPENDS int until_writable(int fd)
{
    return until(fd, loop_add_writer, loop_remove_writer);
}

static bool would_block(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* ---- Receiving ---- */
/* *length 0: the other side has said all. */
static SUSPENDS int receive(int fd, char *text, size_t size, size_t *length)
{
    ssize_t got;
    while ((got = recv(fd, text, size, 0)) < 0) {
        int err = would_block() ? until_readable(fd) : errno;
        if (err != 0)
            return err;
    }
    *length = got;
    return 0;
}

/* ---- Sending ---- */
/* All of it, in as many pieces as the connection takes it. */
static SUSPENDS int send_all(int fd, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(fd, text, length, 0);
        if (sent < 0) {
            int err = would_block() ? until_writable(fd) : errno;
            if (err != 0)
                return err;
        } else {
            text += sent;
            length -= sent;
        }
    }
    return 0;
}

/* ---- One connection ---- */
typedef struct Connection {
    int fd;
    int number;
} Connection;

static int echo(void *arg, Value *result)
{
    Connection *connection = arg;
    char text[4096];
    size_t length, bytes = 0;
    int err;
    printf("%d is here\n", connection->number);
    do {
        err = receive(connection->fd, text, sizeof text, &length);
        if (err == 0)
            err = send_all(connection->fd, text, length);
        if (err == 0)
            bytes += length;
    } while (err == 0 && length > 0);
    printf("%d has left after %zu bytes%s%s\n", connection->number, bytes,
           err != 0 ? ": " : "", err != 0 ? error_message(err) : "");
    close(connection->fd);
    return err == E_CANCELLED ? err : 0;
}

/* ---- The next one ---- */
/* With no descriptor free it waits until somebody may have left. */
static SUSPENDS int accept_next(int listener, int *fd)
{
    int err = 0;
    while (err == 0 && (*fd = accept(listener, NULL, NULL)) < 0) {
        if (errno == EMFILE || errno == ENFILE)
            err = async_sleep(0.1);
        else if (would_block() || errno == ECONNABORTED)
            err = until_readable(listener);
        else
            err = errno;
    }
    if (err == 0)
        fcntl(*fd, F_SETFL, O_NONBLOCK);
    return err;
}

/* ---- All of them ---- */
/* Each begins at once: one that is cancelled before could not close its fd. */
static SUSPENDS int accept_all(int listener)
{
    Connection connection = { .number = 0 };
    TaskOptions options = { .copy_size = sizeof connection,
                            .eager_start = true };
    int err;
    while ((err = accept_next(listener, &connection.fd)) == 0) {
        connection.number++;
        Task *task = async_create_task_with(echo, &connection, &options);
        if (task == NULL)
            close(connection.fd);
        task_release(task);
    }
    return err;
}

/* ---- The end of all ---- */
enum { MOST = 2048 };    /* more than select() can watch */

static SUSPENDS void end_connections(void)
{
    Task *tasks[MOST];
    size_t count = async_all_tasks(NULL, tasks, MOST);
    if (count > MOST)
        count = MOST;
    for (size_t i = 0; i < count; i++)
        if (tasks[i] != async_current_task())
            task_cancel(future_retain(tasks[i]));
    for (size_t i = 0; i < count; i++)
        if (tasks[i] != async_current_task())
            task_join(tasks[i], NULL);
}

/* ---- The server ---- */
static void stop(void *task)
{
    task_cancel(task);
}

static int serve(void *listener, Value *result)
{
    Loop *loop = async_get_running_loop();
    must_be_0(loop_add_signal_handler(loop, SIGINT, stop,
                                      async_current_task()), "signal");
    int err = accept_all(*(int *)listener);
    end_connections();
    loop_remove_signal_handler(loop, SIGINT);
    return err;
}

int main(int argc, char **argv)
{
    int listener = listen_on(argc > 1 ? atoi(argv[1]) : 4000);
    fcntl(listener, F_SETFL, O_NONBLOCK);
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGPIPE, SIG_IGN);    /* send() reports it: that is enough */
    printf("the echo is on port %d\n", port_of(listener));
    int err = run(serve, &listener);
    printf("the end: %s\n", error_message(err));
    close(listener);
    return err == E_CANCELLED ? 0 : 1;
}
