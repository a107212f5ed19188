/* accept.c - connections come, and each gets a task.
 *
 * A connection is in its server's list until its handler has returned, or the
 * loop has closed. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

#include "../03_futures/report.h"
#include "server_inside.h"

/* ---- Telling ---- */
static void report(Server *server, const char *message, int error,
                   Value detail)
{
    ErrorContext context = { .message = message, .error = error,
                             .detail = detail };
    loop_call_exception_handler(server->loop, &context);
}

/* ---- The list ---- */
static void join(Server *server, Connection *connection)
{
    connection->server = server;
    server->references++;
    connection->where = &server->connections;
    connection->next = server->connections;
    if (connection->next != NULL)
        connection->next->where = &connection->next;
    server->connections = connection;
}

static void leave(Connection *connection)
{
    *connection->where = connection->next;
    if (connection->next != NULL)
        connection->next->where = connection->where;
}

void connection_free(Connection *connection)
{
    loop_unreserve(connection->server->loop);
    writer_free(connection->writer);
    reader_free(connection->reader);
    future_release(connection->task);
    free(connection);
}

static void end(Connection *connection)
{
    Server *server = connection->server;
    leave(connection);
    connection_free(connection);
    server_look_closed(server);
    server_release(server);
}

/* ---- The handler's task ---- */
static int serve(void *arg, Value *result)
{
    Connection *connection = arg;
    Server *server = connection->server;
    return server->handler(connection->reader, connection->writer,
                           server->arg);
}

/* A task that is cancelled before it begins never runs: so its end is seen from
 * outside. */
static void has_ended(void *waiter)
{
    Connection *connection = waiter;
    Task *task = connection->task;
    task->is_retrieved = true;
    if (task->state == FINISHED && task->error != 0)
        report(connection->server, "Unhandled exception in client_connected_cb",
               task->error, task->value);
    end(connection);
}

static int start(Connection *connection)
{
    Loop *loop = connection->server->loop;
    connection->task = loop_create_task(loop, serve, connection);
    if (connection->task == NULL)
        return errno;
    connection->waiter.wake = has_ended;
    future_add_waiter(connection->task, &connection->waiter);
    return 0;
}

/* ---- A new connection ---- */
/* From when it has a transport on, to free it closes fd. */
static Connection *new_connection(Server *server, int fd)
{
    Connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL || !loop_reserve(server->loop)) {
        free(connection);
        close(fd);
        return NULL;
    }
    join(server, connection);
    Transport *transport = transport_new(server->loop, fd, true);
    if (transport != NULL &&
        transport_open(transport, &connection->reader, &connection->writer,
                       server->limit))
        return connection;
    if (transport != NULL)
        transport_forget(transport);
    close(fd);
    end(connection);
    return NULL;
}

static int open_connection(Server *server, int fd, const Address *peer,
                           socklen_t length)
{
    Connection *connection = new_connection(server, fd);
    if (connection == NULL)
        return ENOMEM;
    connection->writer->peer = *peer;
    connection->writer->peer_length = length;
    int err = start(connection);
    if (err != 0)
        end(connection);
    return err;
}

static void welcome(Server *server, int fd, const Address *peer,
                    socklen_t length)
{
    if (peer->any.sa_family != AF_UNIX)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
    int err = open_connection(server, fd, peer, length);
    if (err != 0)
        report(server, "A connection could not be served", err,
               (Value){ .i = 0 });
}

/* ---- No descriptors left ---- */
/* To accept is possible again when some are closed; nobody tells us when. */
static const double PAUSE = 1.0;    /* seconds */

static void go_on(void *arg)
{
    Listening *place = arg;
    place->pause = 0;
    int err = server_watch(place);
    if (err != 0)
        report(place->server, "A server cannot go on", err,
               (Value){ .i = 0 });
}

static void take_a_break(Listening *place, int err)
{
    Server *server = place->server;
    report(server, "A server could not accept, and waits a second", err,
           (Value){ .i = 0 });
    if (!place->is_watching)
        return;    /* who was told has closed it */
    place->pause = loop_call_later(server->loop, PAUSE, go_on, place);
    if (place->pause != 0)
        server_unwatch(place);
}

static bool is_shortage(int err)
{
    return err == EMFILE || err == ENFILE || err == ENOBUFS || err == ENOMEM;
}

/* ---- Accepting ---- */
/* As many as may wait in a row, then the others' turn. */
static void accept_some(void *arg)
{
    Listening *place = arg;
    Server *server = place->server;
    server->references++;
    for (int i = 0; i < server->backlog && place->is_watching; i++) {
        Address peer = { .any.sa_family = AF_UNSPEC };
        socklen_t length = sizeof peer;
        int fd = fd_accept(place->fd, &peer.any, &length);
        if (fd >= 0) {
            welcome(server, fd, &peer, length);
        } else if (fd_would_block(errno)) {
            break;
        } else if (is_shortage(errno)) {
            take_a_break(place, errno);
            break;
        } else if (errno != ECONNABORTED) {
            report(server, "A connection could not be accepted", errno,
                   (Value){ .i = 0 });
        }
    }
    server_release(server);
}

int server_watch(Listening *place)
{
    int err = place->is_watching
                  ? 0
                  : loop_add_reader(place->server->loop, place->fd, accept_some,
                                    place);
    if (err == 0)
        place->is_watching = true;
    return err;
}

void server_unwatch(Listening *place)
{
    if (place->is_watching)
        loop_remove_reader(place->server->loop, place->fd);
    place->is_watching = false;
}
