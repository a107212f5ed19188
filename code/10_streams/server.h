/* server.h - servers: a task for each connection that comes.
 *
 * The counterpart of asyncio.start_server() and asyncio.Server. */
#ifndef SERVER_H
#define SERVER_H

#include "streams.h"

/* ---- Servers ---- */
typedef struct Server Server;

/* Runs as a task of its own.  Both are closed and freed when it returns, what
 * is unsent is sent yet.  An error, unless E_CANCELLED, goes to the exception
 * handler. */
typedef int ClientConnected(StreamReader *, StreamWriter *, void *arg);

typedef struct ServerOptions {
    int backlog;             /* connections that may wait; 0: 100 */
    size_t limit;            /* of the readers; 0: STREAM_LIMIT */
    bool reuse_port;         /* several processes listen there */
    bool defer_accepting;    /* until server_start_serving() */
} ServerOptions;

/* ---- Starting ---- */
/* asyncio.start_server(): listens at all addresses of the host; NULL: at every
 * interface.  Port 0: any that is free, the same at all addresses.  E_LOOKUP;
 * E_VALUE: no such port; EADDRINUSE and other errno values. */
SUSPENDS int async_start_server(ClientConnected *, void *arg, const char *host,
                                int port, Server **);
SUSPENDS int async_start_server_with(ClientConnected *, void *arg,
                                     const char *host, int port,
                                     const ServerOptions *, Server **);

/* asyncio.start_unix_server().  A socket at this path that nobody listens to
 * any more is replaced; EADDRINUSE: somebody does, or it is another file.  The
 * path is removed when the server closes. */
SUSPENDS int async_start_unix_server(ClientConnected *, void *arg,
                                     const char *path, Server **);

/* server.start_serving().  E_RUNTIME: it is closed. */
int server_start_serving(Server *);

/* server.serve_forever(): waits until it is cancelled, then closes the server
 * and its connections, and waits for the handlers.  E_CANCELLED: that, or
 * somebody else has closed it.  E_RUNTIME: it is closed already, or another
 * task does the same. */
SUSPENDS int server_serve_forever(Server *);

/* ---- Asking ---- */
int server_port(Server *);           /* 0: it has none */
bool server_is_serving(Server *);

/* Where it listens, in the order of the addresses.  E_LOOKUP: past the last;
 * once it is closed there is none. */
int server_sockname(Server *, size_t index, char *text, size_t size);

/* ---- The end ---- */
/* server.close(): listens no more; connections live on. */
void server_close(Server *);

/* server.close_clients(), server.abort_clients(): the handlers find their
 * connections closed. */
void server_close_clients(Server *);
void server_abort_clients(Server *);

/* server.wait_closed(): until it is closed, and the last handler has
 * returned. */
SUSPENDS int server_wait_closed(Server *);

/* Closes it first if need be; handlers that run go on.  NULL is ignored. */
void server_free(Server *);

#endif
