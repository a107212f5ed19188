/* streams.h - connections: a reader and a writer for each. */
#ifndef STREAMS_H
#define STREAMS_H

#include "reader.h"
#include "writer.h"

/* ---- Connections ---- */
/* asyncio.open_connection().  Each address of the host is tried in turn until
 * one answers; else the last one's error: an errno value.  E_LOOKUP: no such
 * host.  E_VALUE: no such port.  Both are yours to free. */
SUSPENDS int async_open_connection(const char *host, int port, StreamReader **,
                                   StreamWriter **);

/* What became of an address that did not answer. */
typedef struct ConnectFailure {
    char address[64];
    int error;
} ConnectFailure;

typedef struct ConnectOptions {
    size_t limit;                /* the reader's; 0: STREAM_LIMIT */
    ConnectFailure *failures;    /* NULL, or room for so many: */
    size_t max_failures;
    size_t *n_failures;          /* how many there were; NULL: not wanted */
} ConnectOptions;

SUSPENDS int async_open_connection_with(const char *host, int port,
                                        const ConnectOptions *,
                                        StreamReader **, StreamWriter **);

/* asyncio.open_unix_connection().  ENAMETOOLONG; ENOENT; ECONNREFUSED. */
SUSPENDS int async_open_unix_connection(const char *path, StreamReader **,
                                        StreamWriter **);

/* ---- What is open already ---- */
/* loop.connect_read_pipe(), loop.connect_write_pipe(): a pipe, a socket or a
 * terminal, which is made non-blocking; either handle may be NULL.  From when
 * it returns 0 it owns fd, and closes it in the end.  EBADF.  E_VALUE: another
 * kind of file.  E_RUNTIME: no loop runs.  ENOMEM. */
int async_open_fd(int fd, StreamReader **, StreamWriter **);

#endif
