/* server.c - a server: where it listens, and who is connected. */
#include "server.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server_inside.h"

/* ---- All of a loop ---- */
static void join(Streams *streams, Server *server)
{
    server->where = &streams->servers;
    server->next = streams->servers;
    if (server->next != NULL)
        server->next->where = &server->next;
    streams->servers = server;
    server->is_in_list = true;
}

static void leave(Server *server)
{
    *server->where = server->next;
    if (server->next != NULL)
        server->next->where = server->where;
    server->is_in_list = false;
}

/* ---- Making ---- */
enum { BACKLOG = 100 };

Server *server_new(Loop *loop, ClientConnected *handler, void *arg,
                   const ServerOptions *options)
{
    Streams *streams = streams_of(loop);
    Server *server = streams != NULL ? calloc(1, sizeof *server) : NULL;
    if (server == NULL)
        return NULL;
    server->loop = loop_retain(loop);
    server->references = 1;
    server->handler = handler;
    server->arg = arg;
    server->limit = options->limit;
    server->backlog = options->backlog > 0 ? options->backlog : BACKLOG;
    join(streams, server);
    return server;
}

int server_add(Server *server, int fd)
{
    size_t n = server->n_places + 1;
    Listening *places = realloc(server->places, n * sizeof *places);
    if (places == NULL)
        return ENOMEM;
    places[n - 1] = (Listening){ .server = server, .fd = fd };
    server->places = places;
    server->n_places = n;
    return 0;
}

void server_release(Server *server)
{
    if (--server->references > 0)
        return;
    if (server->is_in_list)
        leave(server);
    loop_release(server->loop);
    free(server->places);
    free(server->path);
    free(server);
}

/* ---- Serving ---- */
static int listen_at(Server *server, Listening *place)
{
    if (listen(place->fd, server->backlog) < 0)
        return errno;
    return server_watch(place);
}

int server_start_serving(Server *server)
{
    int err = server->is_closed ? E_RUNTIME : 0;
    if (err != 0 || server->is_serving)
        return err;
    for (size_t i = 0; i < server->n_places && err == 0; i++)
        err = listen_at(server, &server->places[i]);
    for (size_t i = 0; i < server->n_places && err != 0; i++)
        server_unwatch(&server->places[i]);
    server->is_serving = err == 0;
    return err;
}

bool server_is_serving(Server *server)
{
    return server->is_serving && !server->is_closed;
}

/* ---- Closing ---- */
/* Somebody else's socket may be there by now. */
static void remove_path(Server *server)
{
    struct stat status;
    if (server->path != NULL && stat(server->path, &status) == 0 &&
        status.st_ino == server->inode)
        unlink(server->path);
}

void server_forget_places(Server *server)
{
    for (size_t i = 0; i < server->n_places; i++) {
        Listening *place = &server->places[i];
        server_unwatch(place);
        loop_cancel(server->loop, place->pause);
        close(place->fd);
    }
    server->n_places = 0;
}

static void wake(Server *server, WaitList *list)
{
    while (waitlist_wake_into(list, &server->woken))
        continue;
}

void server_look_closed(Server *server)
{
    if (server->is_closed && server->connections == NULL)
        wake(server, &server->closers);
}

void server_close(Server *server)
{
    if (server->is_closed)
        return;
    server->is_closed = true;
    remove_path(server);
    server_forget_places(server);
    wake(server, &server->forever);
    server_look_closed(server);
}

void server_close_clients(Server *server)
{
    for (Connection *c = server->connections; c != NULL; c = c->next)
        writer_close(c->writer);
}

void server_abort_clients(Server *server)
{
    for (Connection *c = server->connections; c != NULL; c = c->next)
        writer_abort(c->writer);
}

void server_free(Server *server)
{
    if (server == NULL)
        return;
    server->is_freed = true;
    server_close(server);
    waitlist_abandon(&server->closers);
    waitlist_abandon(&server->forever);
    waitlist_abandon(&server->woken);
    server_release(server);
}

/* ---- When the loop closes ---- */
/* Its tasks never go on, so what is theirs is freed here. */
static void forget_connections(Server *server)
{
    for (Connection *c = server->connections, *next; c != NULL; c = next) {
        next = c->next;
        future_remove_waiter(c->task, &c->waiter);
        connection_free(c);
        server->references--;
    }
    server->connections = NULL;
}

void servers_close(Server *first, bool is_forked)
{
    while (first != NULL) {
        Server *next = first->next;
        if (is_forked) {
            free(first->path);    /* it is the parent's yet */
            first->path = NULL;
        }
        first->references++;
        first->references -= first->n_forever;    /* nor do those */
        first->n_forever = 0;
        server_close(first);
        forget_connections(first);
        leave(first);
        server_release(first);
        first = next;
    }
}

/* ---- Waiting ---- */
static const ParkedKind closed_kind = { .what = "a Server's end",
                                        .forget = waitlist_forget,
                                        .cancel = waitlist_cancel };
static const ParkedKind forever_kind = { .what = "a Server",
                                         .forget = waitlist_forget,
                                         .cancel = waitlist_cancel };

SUSPENDS int server_wait_closed(Server *server)
{
    bool was_woken;
    if (task_current == NULL)
        return E_RUNTIME;
    if (server->is_closed && server->connections == NULL)
        return 0;
    return waitlist_wait(&server->closers, &closed_kind, &was_woken);
}

/* A handler that waits for input would keep it waiting: so the connections are
 * closed. */
SUSPENDS int server_serve_forever(Server *server)
{
    bool was_woken;
    int err = task_current == NULL || server->n_forever > 0
                  ? E_RUNTIME
                  : server_start_serving(server);
    if (err != 0)
        return err;
    server->references++;
    server->n_forever++;
    err = waitlist_wait(&server->forever, &forever_kind, &was_woken);
    if (err == E_CANCELLED && !server->is_freed) {
        server_close(server);
        server_close_clients(server);
        err = server_wait_closed(server);
    }
    server->n_forever--;
    server_release(server);
    return err != 0 ? err : E_CANCELLED;
}

/* ---- Asking ---- */
int server_port(Server *server)
{
    return server->port;
}

int server_sockname(Server *server, size_t index, char *text, size_t size)
{
    Address address;
    socklen_t length = sizeof address;
    if (index >= server->n_places)
        return E_LOOKUP;
    if (getsockname(server->places[index].fd, &address.any, &length) < 0)
        return errno;
    return address_text(&address.any, length, text, size);
}
