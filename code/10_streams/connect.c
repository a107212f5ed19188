/* connect.c - how a connection is made.
 *
 * What an attempt holds, a list of addresses and a descriptor, is a block, so
 * that it is not lost if the loop closes. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "sock.h"
#include "stream_inside.h"
#include "streams.h"

/* ---- An attempt ---- */
typedef struct Attempt {
    Block block;               /* first */
    struct addrinfo *list;     /* owned; NULL: none */
    int fd;                    /* owned; -1: none */
} Attempt;

static void drop(Block *block)
{
    Attempt *attempt = (Attempt *)block;
    if (attempt->fd >= 0)
        close(attempt->fd);
    if (attempt->list != NULL)
        freeaddrinfo(attempt->list);
    free(attempt);
}

static const BlockKind attempt_kind = { "A connection was left open", drop };

static Attempt *begin(void)
{
    Attempt *attempt = malloc(sizeof *attempt);
    if (attempt == NULL)
        return NULL;
    *attempt = (Attempt){ .block.kind = &attempt_kind, .fd = -1 };
    task_enter(&attempt->block);
    return attempt;
}

static void end(Attempt *attempt)
{
    task_exit(&attempt->block);
    drop(&attempt->block);
}

/* ---- One address ---- */
static SUSPENDS int try_address(Attempt *attempt, int family, int type,
                                int protocol, const struct sockaddr *to,
                                socklen_t length)
{
    attempt->fd = fd_open_socket(family, type, protocol);
    if (attempt->fd < 0)
        return errno;
    int err = loop_sock_connect(async_get_running_loop(), attempt->fd, to,
                                length);
    if (err != 0) {
        close(attempt->fd);
        attempt->fd = -1;
    }
    return err;
}

/* The descriptor is the transport's from here on. */
static int open_streams(Attempt *attempt, size_t limit, StreamReader **reader,
                        StreamWriter **writer)
{
    Transport *transport = transport_new(async_get_running_loop(), attempt->fd,
                                         true);
    if (transport == NULL)
        return ENOMEM;
    if (!transport_open(transport, reader, writer, limit)) {
        transport_forget(transport);
        return ENOMEM;
    }
    attempt->fd = -1;
    return 0;
}

/* ---- Each address in turn ---- */
static void note(const ConnectOptions *options, size_t n,
                 const struct addrinfo *info, int err)
{
    if (options->n_failures != NULL)
        *options->n_failures = n + 1;
    if (n >= options->max_failures || options->failures == NULL)
        return;
    ConnectFailure *failure = &options->failures[n];
    failure->error = err;
    if (address_text(info->ai_addr, info->ai_addrlen, failure->address,
                     sizeof failure->address) != 0)
        failure->address[0] = '\0';
}

static SUSPENDS int try_all(Attempt *attempt, const ConnectOptions *options)
{
    int err = E_LOOKUP;
    size_t n = 0;
    for (struct addrinfo *info = attempt->list; info != NULL;
         info = info->ai_next) {
        err = try_address(attempt, info->ai_family, info->ai_socktype,
                          info->ai_protocol, info->ai_addr, info->ai_addrlen);
        if (err == 0 || err == E_CANCELLED)
            return err;
        note(options, n++, info, err);
    }
    return err;
}

/* One of the two at least, and in a task. */
static bool are_wanted(StreamReader **reader, StreamWriter **writer)
{
    if (reader != NULL)
        *reader = NULL;
    if (writer != NULL)
        *writer = NULL;
    return task_current != NULL && (reader != NULL || writer != NULL);
}

/* ---- By name ---- */
SUSPENDS int async_open_connection_with(const char *host, int port,
                                        const ConnectOptions *options,
                                        StreamReader **reader,
                                        StreamWriter **writer)
{
    static const ConnectOptions none = { .limit = 0 };
    options = options != NULL ? options : &none;
    if (!are_wanted(reader, writer))
        return E_RUNTIME;
    if (options->n_failures != NULL)
        *options->n_failures = 0;
    Attempt *attempt = begin();
    if (attempt == NULL)
        return ENOMEM;
    int err = address_resolve(async_get_running_loop(), host, port, 0,
                              &attempt->list);
    if (err == 0)
        err = try_all(attempt, options);
    if (err == 0)
        err = open_streams(attempt, options->limit, reader, writer);
    end(attempt);
    return err;
}

SUSPENDS int async_open_connection(const char *host, int port,
                                   StreamReader **reader,
                                   StreamWriter **writer)
{
    return async_open_connection_with(host, port, NULL, reader, writer);
}

/* ---- By path ---- */
SUSPENDS int async_open_unix_connection(const char *path,
                                        StreamReader **reader,
                                        StreamWriter **writer)
{
    Address address;
    socklen_t length;
    if (!are_wanted(reader, writer))
        return E_RUNTIME;
    int err = address_of_path(&address, path, &length);
    if (err != 0)
        return err;
    Attempt *attempt = begin();
    if (attempt == NULL)
        return ENOMEM;
    err = try_address(attempt, AF_UNIX, SOCK_STREAM, 0, &address.any, length);
    if (err == 0)
        err = open_streams(attempt, 0, reader, writer);
    end(attempt);
    return err;
}
