/* listen.c - how a server gets the sockets that it listens to. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1    /* glibc: SO_REUSEPORT */
#endif
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server_inside.h"

/* ---- Sockets ---- */
static int port_of(const Address *address)
{
    return address->any.sa_family == AF_INET    ? ntohs(address->ipv4.sin_port)
           : address->any.sa_family == AF_INET6 ? ntohs(address->ipv6.sin6_port)
                                                : 0;
}

static void set_port(Address *address, int port)
{
    if (address->any.sa_family == AF_INET)
        address->ipv4.sin_port = htons((uint16_t)port);
    else if (address->any.sa_family == AF_INET6)
        address->ipv6.sin6_port = htons((uint16_t)port);
}

static int set_options(int fd, int family, const ServerOptions *options)
{
    int on = 1, err = 0;
    if (family != AF_UNIX)
        err = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (err == 0 && family == AF_INET6)
        err = setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
#ifdef SO_REUSEPORT
    if (err == 0 && options->reuse_port)
        err = setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
#else
    if (options->reuse_port) {
        errno = ENOTSUP;
        err = -1;
    }
#endif
    return err < 0 ? errno : 0;
}

/* The socket is bound: it is the server's from here on. */
static int take(Server *server, int fd, Address *address)
{
    bool has_path = address->any.sa_family == AF_UNIX;
    socklen_t length = sizeof *address;
    int err = 0;
    if (!has_path && getsockname(fd, &address->any, &length) < 0)
        err = errno;
    if (err == 0)
        err = server_add(server, fd);
    if (err == 0)
        server->port = port_of(address);
    else if (has_path)
        unlink(address->path.sun_path);
    return err;
}

/* Where it has no port yet, it gets the one that the server has. */
static int bind_one(Server *server, const ServerOptions *options,
                    Address *address, socklen_t length)
{
    int fd = fd_open_socket(address->any.sa_family, SOCK_STREAM, 0);
    if (fd < 0)
        return errno;
    if (port_of(address) == 0)
        set_port(address, server->port);
    int err = set_options(fd, address->any.sa_family, options);
    if (err == 0 && bind(fd, &address->any, length) < 0)
        err = errno;
    if (err == 0)
        err = take(server, fd, address);
    if (err != 0)
        close(fd);
    return err;
}

/* ---- At every address ---- */
/* A machine may know a family, and yet have no such address. */
static bool is_missing(int err)
{
    return err == EAFNOSUPPORT || err == EADDRNOTAVAIL ||
           err == EPROTONOSUPPORT;
}

static bool is_bound(Server *server, const struct addrinfo *info,
                     const struct addrinfo *first)
{
    for (; first != info; first = first->ai_next)
        if (first->ai_addrlen == info->ai_addrlen &&
            memcmp(first->ai_addr, info->ai_addr, info->ai_addrlen) == 0)
            return true;
    return false;
}

static int bind_all(Server *server, const ServerOptions *options,
                    const struct addrinfo *list)
{
    int missing = E_LOOKUP;
    for (const struct addrinfo *info = list; info != NULL;
         info = info->ai_next) {
        Address address;
        if (info->ai_addrlen > sizeof address || is_bound(server, info, list))
            continue;
        memcpy(&address, info->ai_addr, info->ai_addrlen);
        int err = bind_one(server, options, &address, info->ai_addrlen);
        if (err != 0 && !is_missing(err))
            return err;
        missing = err != 0 ? err : missing;
    }
    return server->n_places > 0 ? 0 : missing;
}

/* ---- Starting ---- */
static int finish(Server *server, int err, const ServerOptions *options,
                  Server **result)
{
    if (err == 0 && !options->defer_accepting)
        err = server_start_serving(server);
    if (err == 0)
        *result = server;
    else
        server_free(server);
    return err;
}

/* Any port may be free at one address and taken at the next: then another. */
static int start_at(Server *server, const ServerOptions *options,
                    const struct addrinfo *list, int port)
{
    int err = bind_all(server, options, list);
    for (int tries = 0; tries < 10 && err == EADDRINUSE && port == 0; tries++) {
        server_forget_places(server);
        server->port = 0;
        err = bind_all(server, options, list);
    }
    return err;
}

SUSPENDS int async_start_server_with(ClientConnected *handler, void *arg,
                                     const char *host, int port,
                                     const ServerOptions *options,
                                     Server **result)
{
    static const ServerOptions none = { .backlog = 0 };
    struct addrinfo *list;
    *result = NULL;
    options = options != NULL ? options : &none;
    if (task_current == NULL || handler == NULL)
        return handler == NULL ? E_VALUE : E_RUNTIME;
    Loop *loop = async_get_running_loop();
    int err = address_resolve(loop, host, port, AI_PASSIVE, &list);
    if (err != 0)
        return err;
    Server *server = server_new(loop, handler, arg, options);
    err = server != NULL ? start_at(server, options, list, port) : ENOMEM;
    freeaddrinfo(list);
    return server != NULL ? finish(server, err, options, result) : err;
}

SUSPENDS int async_start_server(ClientConnected *handler, void *arg,
                                const char *host, int port, Server **result)
{
    return async_start_server_with(handler, arg, host, port, NULL, result);
}

/* ---- At a path ---- */
/* Nobody answers at a socket whose server has died; of one that answers, or
 * whose queue is full, we keep our hands off. */
static bool is_stale(const Address *address, socklen_t length)
{
    struct stat status;
    if (lstat(address->path.sun_path, &status) < 0 ||
        !S_ISSOCK(status.st_mode))
        return false;
    int fd = fd_open_socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return false;
    bool refused = connect(fd, &address->any, length) < 0 &&
                   errno == ECONNREFUSED;
    close(fd);
    return refused;
}

static int bind_path(Server *server, const char *path)
{
    static const ServerOptions none = { .backlog = 0 };
    struct stat status;
    Address address;
    socklen_t length;
    int err = address_of_path(&address, path, &length);
    if (err != 0)
        return err;
    char *copy = strdup(path);
    if (copy == NULL)
        return ENOMEM;
    if (is_stale(&address, length))
        unlink(path);
    err = bind_one(server, &none, &address, length);
    if (err != 0 || stat(path, &status) < 0) {
        free(copy);
        return err;
    }
    server->path = copy;
    server->inode = status.st_ino;
    return 0;
}

/* lint: suspends by itself */
SUSPENDS int async_start_unix_server(ClientConnected *handler, void *arg,
                                     const char *path, Server **result)
{
    static const ServerOptions none = { .backlog = 0 };
    *result = NULL;
    if (task_current == NULL || handler == NULL)
        return handler == NULL ? E_VALUE : E_RUNTIME;
    Server *server = server_new(async_get_running_loop(), handler, arg, &none);
    if (server == NULL)
        return ENOMEM;
    return finish(server, bind_path(server, path), &none, result);
}
